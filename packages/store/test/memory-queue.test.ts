import { dispatchQueueContract } from "@cordon/testkit/contracts";
import { describe } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";

const server = createMemoryQueueServer();

describe("the queue that these tests use", () => dispatchQueueContract(async () => server.open()));
