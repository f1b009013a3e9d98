import { createFakeClock } from "@cordon/testkit";
import { expect, test } from "vitest";
import { createWatchBudget } from "./watch-budget.ts";

test("calls of courtesy are bounded by the store and its refill, and what must be asked comes out of the same", async () => {
  const clock = createFakeClock();
  const budget = createWatchBudget(clock, { courtesyCallsPerMinute: 12, courtesyCallsMax: 10 }, { factor: 1 });
  expect([budget.take(5), budget.take(3), budget.take(2), budget.take(1)]).toEqual([true, false, true, false]);
  // What is left is enough for events, and for nothing else.
  expect(budget.waitMs(3)).toBe(0);
  budget.spend(3);
  expect(budget.waitMs(3)).toBe(15_000);
  await clock.advance(15_000);
  expect([budget.waitMs(3), budget.take(1)]).toEqual([0, false]);
  budget.spend(100);
  expect(budget.waitMs(1)).toBe(5_000);
  await clock.advance(3_600_000);
  expect([budget.take(8), budget.take(7), budget.take(1)]).toEqual([false, true, false]);
});

test("a KSC that is twice as slow refills half as fast", () => {
  const clock = createFakeClock();
  const budget = createWatchBudget(clock, { courtesyCallsPerMinute: 12, courtesyCallsMax: 3 }, { factor: 2 });
  budget.spend(3);
  expect(budget.waitMs(3)).toBe(30_000);
});
