import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { aRule } from "../../test/rule-builders.ts";
import { endpointId, epochMs, siteId, tenantId } from "../kernel/index.ts";
import type { Freeze } from "./brake.ts";
import { FREEZE_GUARD } from "./freeze.ts";
import { type FreezeTimes, isFrozenAt } from "./freeze-times.ts";

const YEAR_END: FreezeTimes = {
  zone: "Europe/Berlin",
  between: [{ from: "2026-12-20T18:00", until: "2027-01-07T06:00" }],
};
const freeze = (times?: FreezeTimes): Freeze => ({
  type: "freeze",
  brakeId: "f1",
  scope: { tenantId: tenantId("acme") },
  reason: "year end",
  setBy: "ann",
  setAt: epochMs(0),
  ...(times === undefined ? {} : { times }),
});
const checkAt = (brake: Freeze, at: string, tenant = "acme") =>
  FREEZE_GUARD.check(
    {
      tenantId: tenantId(tenant),
      rule: aRule("a"),
      endpoint: { siteId: siteId("hq"), endpointId: endpointId("h1"), name: "ws-1" },
      kind: "deleteFile",
      now: epochMs(Date.parse(at)),
    },
    guardFacts({ brakes: [brake] }),
  );

describe("freeze", () => {
  it("[G6] a period holds from its first minute to before its last, by the clocks of its zone", () => {
    expect(checkAt(freeze(YEAR_END), "2026-12-20T16:59:59Z").kind).toBe("pass");
    expect(checkAt(freeze(YEAR_END), "2026-12-20T17:00:00Z").kind).toBe("hold");
    expect(checkAt(freeze(YEAR_END), "2027-01-07T04:59:59Z").kind).toBe("hold");
    expect(checkAt(freeze(YEAR_END), "2027-01-07T05:00:00Z").kind).toBe("pass");
    expect(checkAt(freeze(YEAR_END), "2026-12-24T12:00:00Z", "globex").kind).toBe("pass");
  });

  it("[G6] weekly spans hold over midnight and not on excepted days; without times it holds always", () => {
    const nights = freeze({ zone: "Europe/Berlin", spans: ["Mon-Fri 22:00-06:00"], except: ["2026-07-03"] });
    // Thursday 22:30, Friday 05:30 (of Thursday's span), Friday 22:30 (excepted), in summer time.
    expect(checkAt(nights, "2026-07-02T20:30:00Z").kind).toBe("hold");
    expect(checkAt(nights, "2026-07-03T03:30:00Z").kind).toBe("hold");
    expect(checkAt(nights, "2026-07-03T20:30:00Z").kind).toBe("pass");
    expect(checkAt(freeze(), "2026-07-03T20:30:00Z")).toMatchObject({
      kind: "hold",
      code: "guard.freeze",
      message: 'A freeze of everything of tenant acme is in force: by ann, "year end", until a person lifts f1.',
      details: { brakeId: "f1" },
    });
  });

  it("[G6] says its times", () => {
    expect(checkAt(freeze({ ...YEAR_END, spans: ["Sat,Sun"] }), "2026-12-21T12:00:00Z")).toMatchObject({
      message: expect.stringContaining(
        "every week Sat,Sun, from 2026-12-20T18:00 until 2027-01-07T06:00 (Europe/Berlin)",
      ),
    });
  });

  it("[G6] in UTC a period holds at exactly the instants between its ends", () => {
    const minute = fc.integer({ min: 0, max: 3_000_000 }).map((minutes) => Date.UTC(2026, 0, 1) + minutes * 60_000);
    const local = (at: number) => new Date(at).toISOString().slice(0, 16);
    fc.assert(
      fc.property(minute, minute, minute, fc.integer({ min: 0, max: 59_999 }), (from, until, at, within) => {
        const times = { zone: "UTC", between: [{ from: local(from), until: local(until) }] };
        expect(isFrozenAt(times, at + within)).toBe(from <= at && at < until);
      }),
    );
  });
});
