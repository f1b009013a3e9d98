import { ACTION_CLASSES } from "@cordon/core/action";
import { epochMs } from "@cordon/core/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { priorityOf } from "./priority.ts";

const TURN_MS = 2 ** 20 * 1_000;
const time = fc.integer({ min: 0, max: 2 ** 43 }).map(epochMs);

test("[D7] whatever their times, a job of a higher class has the lower priority number", () => {
  fc.assert(
    fc.property(time, time, fc.nat(3), fc.nat(3), (a, b, first, second) => {
      const [high, low] = [ACTION_CLASSES[Math.min(first, second)], ACTION_CLASSES[Math.max(first, second)]];
      if (!high || !low || high === low) return;
      expect(priorityOf({ actionClass: high, createdAt: a })).toBeLessThan(
        priorityOf({ actionClass: low, createdAt: b }),
      );
    }),
  );
});

test("[D8] between two turns, contain goes newest first and every other class oldest first", () => {
  const within = fc.integer({ min: 0, max: TURN_MS - 4_001 });
  fc.assert(
    fc.property(fc.nat(1_000), within, within, (turn, a, b) => {
      const [older, newer] = [Math.min(a, b), Math.max(a, b)];
      if (newer - older < 4_000) return;
      for (const actionClass of ACTION_CLASSES) {
        const ofOlder = priorityOf({ actionClass, createdAt: epochMs(turn * TURN_MS + older) });
        const ofNewer = priorityOf({ actionClass, createdAt: epochMs(turn * TURN_MS + newer) });
        expect(actionClass === "contain" ? ofNewer < ofOlder : ofOlder < ofNewer).toBe(true);
      }
    }),
  );
});

test("every priority lies in BullMQ's range, and 0 is never used", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 43), max: 2 ** 43 }),
      fc.constantFrom(...ACTION_CLASSES),
      (at, actionClass) => {
        const priority = priorityOf({ actionClass, createdAt: epochMs(at) });
        expect(Number.isInteger(priority) && priority >= 1 && priority <= 2 ** 21).toBe(true);
      },
    ),
  );
});
