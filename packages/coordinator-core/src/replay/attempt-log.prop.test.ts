import { type Attempt, type AttemptKey, endpointKey, isCounted } from "@cordon/core/guards";
import { type EndpointId, type EpochMs, epochMs, ruleId, siteId } from "@cordon/core/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createAttemptLog } from "./attempt-log.ts";

const WINDOWS = [10, 40, 100] as const;
const key = fc.record(
  {
    ruleId: fc.constantFrom(ruleId("a"), ruleId("b")),
    siteId: fc.constantFrom(siteId("hq"), siteId("lab")),
    kinds: fc.constantFrom(["isolateHost"] as const, ["isolateHost", "getFile"] as const),
    windowMs: fc.constantFrom(...WINDOWS),
  },
  { requiredKeys: ["windowMs"] },
) as fc.Arbitrary<AttemptKey>;
const attempt: fc.Arbitrary<Attempt> = fc.record({
  ruleId: fc.constantFrom(ruleId("a"), ruleId("b")),
  siteId: fc.constantFrom(siteId("hq"), siteId("lab")),
  endpointId: fc.constantFrom(..."pqrs").map((id) => id as EndpointId),
  kind: fc.constantFrom("isolateHost", "getFile", "onDemandScan"),
  observed: fc.boolean(),
});
const step = fc.record({ wait: fc.integer({ min: 0, max: 30 }), note: fc.option(attempt), ask: fc.option(key) });

test("[S3] a window that slides holds what counting all attempts in it anew would, however often it is asked", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 2, max: 8 }), (steps, cutEntriesMin) => {
      const log = createAttemptLog(Math.max(...WINDOWS), cutEntriesMin);
      const all: { attempt: Attempt; at: EpochMs }[] = [];
      let now = epochMs(1_000);
      for (const { wait, note, ask } of steps) {
        now = epochMs(now + wait);
        if (note !== null) {
          log.note(note, now);
          all.push({ attempt: note, at: now });
        }
        if (ask === null) continue;
        const inside = all.filter((each) => each.at > now - ask.windowMs && isCounted(ask, each.attempt));
        const { attempts, endpoints } = log.window(ask, now);
        expect(attempts).toBe(inside.length);
        expect([...endpoints].sort()).toEqual([...new Set(inside.map((each) => endpointKey(each.attempt)))].sort());
      }
    }),
  );
});
