import { Secret, silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { startTestRedis, type TestRedis } from "@cordon/testkit";
import { dispatchQueueContract } from "@cordon/testkit/contracts";
import { afterAll, beforeAll, describe } from "vitest";
import { createRedisDispatchQueue } from "./index.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

describe("dispatch queue on Redis", () => {
  dispatchQueueContract(() =>
    createRedisDispatchQueue({
      url: new Secret(redis.url),
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    }),
  );
});
