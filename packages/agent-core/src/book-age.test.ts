import { addMs } from "@cordon/core/kernel";
import { createFakeClock } from "@cordon/testkit";
import { expect, it } from "vitest";
import { createBookAge } from "./book-age.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

it.each([-3, 0, 3])(
  "[L8][D4] lacks nothing that was offered since the process began, whatever its clock says (%i h apart)",
  async (hours) => {
    const clock = createFakeClock();
    const age = createBookAge(clock);
    await clock.advance(HOUR_MS);
    const coordinatorTime = addMs(clock.now(), hours * HOUR_MS);
    age.sessionUp({ coordinatorTime, askedAt: { monotonicMs: clock.monotonicMs(), wall: clock.now() } });
    expect(age.mayLack(addMs(coordinatorTime, -58 * MINUTE_MS))).toBe(false);
    expect(age.mayLack(addMs(coordinatorTime, -60 * MINUTE_MS))).toBe(true);
  },
);

it("[L8][D4] may lack everything from before it was seen that others may have acted, and before any session", async () => {
  const clock = createFakeClock();
  const age = createBookAge(clock);
  expect(age.mayLack(clock.now())).toBe(true);
  await clock.advance(HOUR_MS);
  const askedAt = { monotonicMs: clock.monotonicMs(), wall: clock.now() };
  await clock.advance(100);
  age.suspect();
  age.sessionUp({ coordinatorTime: clock.now(), askedAt });
  expect(age.mayLack(clock.now())).toBe(true);
  await clock.advance(2 * MINUTE_MS);
  expect(age.mayLack(clock.now())).toBe(false);
});
