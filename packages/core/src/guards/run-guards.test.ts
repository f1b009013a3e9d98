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
  const lastActs = new Map([[coolDownKey({ ...KEY, ...change }), epochMs(NOW - ageMs)]]);
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
    const lastActs = new Map([[coolDownKey(KEY), NOW]]);
    const subject = { ...SUBJECT, rule: aRule("scan-it") };
    expect(COOL_DOWN_GUARD.check(subject, guardFacts({ lastActs })).kind).toBe("pass");
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
