import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { aRule } from "../../test/rule-builders.ts";
import { endpointId, epochMs, siteId, tenantId } from "../kernel/index.ts";
import { COOL_DOWN_GUARD, coolDownKey } from "./cool-down.ts";
import type { Guard, GuardSubject } from "./guard.ts";
import { decisive, runGuards } from "./run-guards.ts";

const HOUR_MS = 3_600_000;
const NOW = epochMs(1_772_442_847_123);
const SUBJECT: GuardSubject = {
  tenantId: tenantId("acme"),
  rule: aRule("scan-it", { limits: { coolDownMs: HOUR_MS } }),
  endpoint: { siteId: siteId("hq"), endpointId: endpointId("h1"), name: "ws-1" },
  kind: "onDemandScan",
  now: NOW,
};
const KEY = {
  ruleId: SUBJECT.rule.id,
  siteId: SUBJECT.endpoint.siteId,
  endpointId: SUBJECT.endpoint.endpointId,
  actionKind: "onDemandScan",
} as const;

function verdictAfter(ageMs: number, change: Partial<typeof KEY> = {}) {
  const lastActs = new Map([[coolDownKey({ ...KEY, ...change }), [epochMs(NOW - ageMs)]]]);
  return COOL_DOWN_GUARD.check(SUBJECT, guardFacts({ lastActs }));
}

describe("cool-down", () => {
  it("[G2] suppresses until its length has passed, and says until when", () => {
    expect(verdictAfter(HOUR_MS)).toEqual({ kind: "pass" });
    expect(verdictAfter(HOUR_MS - 1)).toEqual({
      kind: "suppress",
      code: "guard.cool_down",
      message:
        'Rule "scan-it" asked for onDemandScan on ws-1 at 2026-03-02T08:14:07.124Z and cools down until 2026-03-02T09:14:07.124Z.',
    });
  });

  it("[G2] is its own per rule, site, endpoint and kind", () => {
    expect(verdictAfter(0).kind).toBe("suppress");
    expect(verdictAfter(0, { ruleId: aRule("other").id }).kind).toBe("pass");
    expect(verdictAfter(0, { siteId: siteId("branch") }).kind).toBe("pass");
    expect(verdictAfter(0, { endpointId: endpointId("h2") }).kind).toBe("pass");
    expect(verdictAfter(0, { actionKind: "iocScan" as "onDemandScan" }).kind).toBe("pass");
  });

  it("a rule without a cool-down is never held by one", () => {
    const lastActs = new Map([[coolDownKey(KEY), [NOW]]]);
    const subject = { ...SUBJECT, rule: aRule("scan-it") };
    expect(COOL_DOWN_GUARD.check(subject, guardFacts({ lastActs })).kind).toBe("pass");
  });
});

describe("cool-down that grows", () => {
  const limits = {
    coolDownMs: HOUR_MS,
    coolDownGrowth: { factor: 2, maxMs: 6 * HOUR_MS, forgetAfterMs: 24 * HOUR_MS },
  };
  /** Acts so many hours ago, newest first. */
  const verdictAt = (...hoursAgo: readonly number[]) => {
    const acts = hoursAgo.map((hours) => epochMs(NOW - hours * HOUR_MS));
    return COOL_DOWN_GUARD.check(
      { ...SUBJECT, rule: aRule("scan-it", { limits }) },
      guardFacts({ lastActs: new Map([[coolDownKey(KEY), acts]]) }),
    );
  };

  it("[G11] doubles with every act in a row, up to its longest, and says how many there were", () => {
    expect(verdictAt(1).kind).toBe("pass");
    expect(verdictAt(1, 3)).toMatchObject({
      kind: "suppress",
      message: expect.stringContaining("2 times in a row by then, and cools down until 2026-03-02T10:14:07.123Z"),
      details: { inARow: 2 },
    });
    expect(verdictAt(2, 3).kind).toBe("pass");
    expect(verdictAt(3.9, 6, 8).kind).toBe("suppress");
    expect(verdictAt(4, 6, 8).kind).toBe("pass");
    expect(verdictAt(5.9, 10, 15, 20, 25).kind).toBe("suppress");
    expect(verdictAt(6, 10, 15, 20, 25).kind).toBe("pass");
  });

  it("[G11] is the first again after a time without an act", () => {
    expect(verdictAt(1, 25, 26, 27).kind).toBe("pass");
    expect(verdictAt(1, 24.9, 26, 27).kind).toBe("suppress");
    expect(verdictAt(1, 2, 26, 27).kind).toBe("suppress");
    expect(verdictAt(2, 3, 27).kind).toBe("pass");
  });
});

describe("guards together", () => {
  const guard = (name: string, kind: "pass" | "suppress" | "hold"): Guard => ({
    name,
    stage: "standing",
    check: () => (kind === "pass" ? { kind } : { kind, code: "guard.cool_down", message: name }),
  });
  const decided = (...guards: readonly Guard[]) => decisive(runGuards(guards, SUBJECT, guardFacts()))?.guard;

  it("[G1] deny wins over hold whatever the order, among alike the first decides, and every objection is told", () => {
    expect(decided(guard("a", "pass"), guard("b", "hold"), guard("c", "suppress"), guard("d", "suppress"))).toBe("c");
    expect(decided(guard("a", "suppress"), guard("b", "hold"))).toBe("a");
    expect(decided(guard("a", "hold"), guard("b", "hold"))).toBe("a");
    expect(decided(guard("a", "pass"))).toBeUndefined();
    const all = runGuards([guard("a", "hold"), guard("b", "pass"), guard("c", "suppress")], SUBJECT, guardFacts());
    expect(all.map(({ guard: name }) => name)).toEqual(["a", "c"]);
  });
});
