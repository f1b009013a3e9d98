import { createFakeClock } from "@cordon/testkit";
import { expect, test } from "vitest";
import { QUEUE_LIMITS } from "./limits.ts";
import { createWakeUps } from "./wake-ups.ts";

test("a queue is woken once, at the earliest of its known times", async () => {
  const clock = createFakeClock();
  const woken: string[] = [];
  const wakeUps = createWakeUps(clock, (queue) => woken.push(queue));
  wakeUps.within("a", 300);
  wakeUps.within("a", 100);
  wakeUps.within("a", 200);
  wakeUps.within("b", 250);
  await clock.advance(100);
  expect(woken).toEqual(["a"]);
  await clock.advance(1_000);
  expect(woken).toEqual(["a", "b"]);
  expect(clock.pendingCount()).toBe(0);
});

test("far times set no timer, and cancelling leaves none", () => {
  const clock = createFakeClock();
  const wakeUps = createWakeUps(clock, () => {});
  wakeUps.within("far", QUEUE_LIMITS.wakeUpWithinMsMax + 1);
  expect(clock.pendingCount()).toBe(0);
  wakeUps.within("a", 10);
  wakeUps.within("b", 10);
  wakeUps.cancel("a");
  expect(clock.pendingCount()).toBe(1);
  wakeUps.cancelAll();
  expect(clock.pendingCount()).toBe(0);
});
