import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMs, epochMs } from "../kernel/index.ts";
import {
  type Failures,
  failedAgain,
  isUnderPressure,
  type Pressure,
  pressureAfter,
  SLOW_DOWN_LIMITS,
  waitMs,
} from "./slow-down.ts";

const START = epochMs(1_772_442_000_000);
const LIMITS = SLOW_DOWN_LIMITS;

/** One source that tries whenever it may and always fails; the waits it was given. */
function failing(tries: number, pressure?: Pressure): readonly number[] {
  let now = START;
  let failures: Failures | undefined;
  const waits: number[] = [];
  for (let index = 0; index < tries; index++) {
    failures = failedAgain(failures, LIMITS, now);
    const wait = waitMs(failures, pressure, LIMITS, now);
    waits.push(wait);
    now = addMs(now, wait);
  }
  return waits;
}

describe("a source that fails", () => {
  it("[T1] waits nothing for its free failures, then twice as long each time, up to the longest wait", () => {
    const waits = failing(30);
    expect(waits.slice(0, 9)).toEqual(Array(9).fill(0));
    expect(waits.slice(9, 13)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(waits.at(-1)).toBe(LIMITS.waitMsMax);
  });

  it("[T1] has no more tries within a day than its free ones and one per longest wait, however it spaces them", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: LIMITS.forgetMs - 1 }), { maxLength: 400 }), (rests) => {
        let now = START;
        let failures: Failures | undefined;
        let tries = 0;
        for (const rest of rests) {
          now = addMs(now, rest);
          if (now - START > 86_400_000) break;
          if (waitMs(failures, undefined, LIMITS, now) > 0) continue;
          failures = failedAgain(failures, LIMITS, now);
          tries += 1;
        }
        const doublings = Math.log2(LIMITS.waitMsMax / LIMITS.firstWaitMs) + 1;
        expect(tries).toBeLessThanOrEqual(LIMITS.freeFailures + doublings + 86_400_000 / LIMITS.waitMsMax + 1);
      }),
    );
  });

  it("[T2] is forgiven after a quiet time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (count) => {
        const failures = { count, lastAt: START };
        const later = addMs(START, LIMITS.waitMsMax + LIMITS.forgetMs);
        expect(failedAgain(failures, LIMITS, later)).toEqual({ count: 1, lastAt: later });
        expect(waitMs(failures, undefined, LIMITS, later)).toBe(0);
      }),
    );
  });

  it("[T3] has one free failure under pressure, and who never failed waits for nothing", () => {
    const pressure = { windowFrom: epochMs(START - (START % LIMITS.pressureMs)), count: 10_000, before: 0 };
    expect(isUnderPressure(pressure, LIMITS, START)).toBe(true);
    expect(waitMs(undefined, pressure, LIMITS, START)).toBe(0);
    expect(failing(1, pressure)).toEqual([LIMITS.firstWaitMs]);
  });

  it("[T3] pressure begins with one failure more than the bound and ends within two windows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LIMITS.pressureMs }), (offset) => {
        const now = addMs(START, offset);
        let pressure: Pressure | undefined;
        for (let count = 0; count < LIMITS.pressureFailures; count++) pressure = pressureAfter(pressure, LIMITS, now);
        expect(isUnderPressure(pressure, LIMITS, now)).toBe(false);
        pressure = pressureAfter(pressure, LIMITS, now);
        expect(isUnderPressure(pressure, LIMITS, now)).toBe(true);
        expect(isUnderPressure(pressure, LIMITS, addMs(now, 2 * LIMITS.pressureMs))).toBe(false);
      }),
    );
  });
});
