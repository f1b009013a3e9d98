import { describe, expect, it } from "vitest";
import { aRule } from "../../test/rule-builders.ts";
import { endpointId, epochMs, eventId, siteId, tenantId } from "../kernel/index.ts";
import { COOL_DOWN_GUARD, coolDownKey } from "./cool-down.ts";
import type { Guard, GuardSubject } from "./guard.ts";
import { runGuards } from "./run-guards.ts";

const HOUR_MS = 3_600_000;
const NOW = epochMs(1_772_442_847_123);
const SUBJECT: GuardSubject = {
  tenantId: tenantId("acme"),
  eventId: eventId("e1"),
  rule: aRule("scan-it", { limits: { coolDownMs: HOUR_MS } }),
  siteId: siteId("hq"),
  endpointId: endpointId("h1"),
  endpointName: "ws-1",
  spec: { kind: "onDemandScan" },
  now: NOW,
};
const KEY = {
  ruleId: SUBJECT.rule.id,
  siteId: SUBJECT.siteId,
  endpointId: SUBJECT.endpointId,
  actionKind: "onDemandScan",
} as const;

function verdictAfter(ageMs: number, change: Partial<typeof KEY> = {}) {
  const lastActs = new Map([[coolDownKey({ ...KEY, ...change }), epochMs(NOW - ageMs)]]);
  return COOL_DOWN_GUARD.check(SUBJECT, { lastActs });
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
    expect(COOL_DOWN_GUARD.check({ ...SUBJECT, rule: aRule("scan-it") }, { lastActs }).kind).toBe("pass");
  });
});

describe("guards in order", () => {
  it("[G1] the first that does not pass decides, and the rest are not asked", () => {
    const asked: string[] = [];
    const guard = (name: string, passes: boolean): Guard => ({
      name,
      check: () => {
        asked.push(name);
        return passes ? { kind: "pass" } : { kind: "suppress", code: "guard.cool_down", message: name };
      },
    });
    const outcome = runGuards([guard("a", true), guard("b", false), guard("c", false)], SUBJECT, {
      lastActs: new Map(),
    });
    expect(outcome).toMatchObject({ kind: "stopped", guard: "b", verdict: { message: "b" } });
    expect(asked).toEqual(["a", "b"]);
  });
});
