import { expect, test } from "vitest";
import { createFakeClock } from "./fake-clock.ts";

test("timers fire in order of their time, and first set first at the same time", async () => {
  const clock = createFakeClock(0);
  const fired: string[] = [];
  clock.after(20, () => fired.push("b"));
  clock.after(10, () => fired.push("a"));
  clock.after(20, () => fired.push("c"));
  clock.after(21, () => fired.push("late"));
  await clock.advance(20);
  expect(fired).toEqual(["a", "b", "c"]);
  expect(clock.nextDueInMs()).toBe(1);
});

test("a loop of sleeps advances as often as the step has room for", async () => {
  const clock = createFakeClock(1_000);
  const seen: number[] = [];
  const stop = new AbortController();
  const loop = (async () => {
    for (;;) {
      await clock.sleep(100, stop.signal);
      seen.push(clock.now());
    }
  })();
  await clock.advance(350);
  expect(seen).toEqual([1_100, 1_200, 1_300]);
  expect(clock.monotonicMs()).toBe(350);
  stop.abort(new Error("stopped"));
  await expect(loop).rejects.toThrow("stopped");
  expect(clock.pendingCount()).toBe(0);
});

test("a cancelled timer never fires", async () => {
  const clock = createFakeClock();
  let fired = false;
  const cancel = clock.after(5, () => {
    fired = true;
  });
  cancel();
  await clock.advance(10);
  expect(fired).toBe(false);
});

test("a jump of wall time moves records and leaves durations alone", async () => {
  const clock = createFakeClock(0);
  clock.jumpWallTime(3_600_000);
  expect(clock.now()).toBe(3_600_000);
  expect(clock.monotonicMs()).toBe(0);
});
