import { createFakeClock } from "@cordon/testkit";
import { expect, test } from "vitest";
import { repeatEvery } from "./repeat-every.ts";

test("a step never overlaps the one before, and none follows a stop", async () => {
  const clock = createFakeClock();
  let running = 0;
  let overlaps = 0;
  let steps = 0;
  const loop = repeatEvery(clock, 100, async () => {
    running++;
    if (running > 1) overlaps++;
    steps++;
    await clock.sleep(250);
    running--;
  });
  await clock.advance(1_000);
  // 100 ms of rest and 250 ms of work each: begun at 100, 450 and 800.
  expect([steps, overlaps]).toEqual([3, 0]);
  loop.stop();
  await clock.advance(1_000);
  expect([steps, clock.pendingCount()]).toEqual([3, 0]);
});
