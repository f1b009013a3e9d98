import { Secret, silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { startTestRedis, type TestRedis } from "@cordon/testkit";
import { dispatchQueueContract } from "@cordon/testkit/contracts";
import { afterAll, beforeAll, describe } from "vitest";
import { createRedisDispatchQueue } from "./index.ts";

const openQueue = (url: string) =>
  createRedisDispatchQueue({ url: new Secret(url), clock: systemClock, random: systemRandom, logger: silentLogger });

describe("dispatch queue on Redis", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());
  dispatchQueueContract(() => openQueue(redis.url));
});

describe("dispatch queue on Redis Cluster", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis({ cluster: true });
  });
  afterAll(() => redis.stop());
  dispatchQueueContract(() => openQueue(`redis+cluster://${redis.host}:${redis.port}`));
});
