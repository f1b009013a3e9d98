import fc from "fast-check";
import { expect, it } from "vitest";
import { addMs, epochMs } from "../kernel/index.ts";
import { ALARM_EVERY_MS, lookAgain, type UseTally, usedOnce } from "./alarm.ts";

const START = epochMs(1_772_442_000_000);

it("[A1] [A2] every use is told exactly once, the first at once, and alarms are as far apart as they should be", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: ALARM_EVERY_MS }), { minLength: 1, maxLength: 50 }), (rests) => {
      let now = START;
      let tally: UseTally | undefined;
      const alarms: { at: number; uses: number }[] = [];
      for (const rest of rests) {
        now = addMs(now, rest);
        const step = usedOnce(tally, now);
        tally = step.tally;
        if (step.alarm > 0) alarms.push({ at: now, uses: step.alarm });
      }
      const last = lookAgain(tally as UseTally, addMs(now, ALARM_EVERY_MS));
      if (last.alarm > 0) alarms.push({ at: now + ALARM_EVERY_MS, uses: last.alarm });
      expect(alarms[0]).toMatchObject({ uses: 1 });
      expect(alarms.reduce((sum, { uses }) => sum + uses, 0)).toBe(rests.length);
      for (const [index, { at }] of alarms.entries()) {
        const before = alarms[index - 1];
        if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(ALARM_EVERY_MS);
      }
      expect(last.tally.untold).toBe(0);
    }),
  );
});

it("[A1] a thousand uses within a minute are one alarm at once and one later", () => {
  let tally: UseTally | undefined;
  let alarms = 0;
  for (let use = 0; use < 1_000; use++) {
    const step = usedOnce(tally, addMs(START, use * 60));
    tally = step.tally;
    alarms += step.alarm > 0 ? 1 : 0;
  }
  expect(alarms).toBe(1);
  expect(lookAgain(tally as UseTally, addMs(START, ALARM_EVERY_MS)).alarm).toBe(999);
});
