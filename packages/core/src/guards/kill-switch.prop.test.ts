import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { aRule } from "../../test/rule-builders.ts";
import { ACTION_KINDS } from "../action/index.ts";
import { endpointId, epochMs, ruleId, siteId, tenantId } from "../kernel/index.ts";
import type { BrakeScope, KillSwitch } from "./brake.ts";
import type { GuardSubject } from "./guard.ts";
import { KILL_SWITCH_GUARD } from "./kill-switch.ts";

const NOW = epochMs(1_772_442_847_123);
const tenants = fc.constantFrom(tenantId("acme"), tenantId("globex"));
const sites = fc.constantFrom(siteId("hq"), siteId("branch"));
const rules = fc.constantFrom(ruleId("a"), ruleId("b"));
const kinds = fc.constantFrom(...ACTION_KINDS);

const scope: fc.Arbitrary<BrakeScope> = fc.record(
  { tenantId: tenants, siteId: sites, ruleId: rules, kinds: fc.uniqueArray(kinds, { minLength: 1 }) },
  { requiredKeys: [] },
);
const subject = fc.record({ tenant: tenants, site: sites, rule: rules, kind: kinds }).map(
  ({ tenant, site, rule, kind }): GuardSubject => ({
    tenantId: tenant,
    rule: aRule(rule),
    endpoint: { siteId: site, endpointId: endpointId("h1"), name: "ws-1" },
    kind,
    now: NOW,
  }),
);
const pulled = (of: BrakeScope, index: number): KillSwitch => ({
  type: "killSwitch",
  brakeId: `k${index}`,
  scope: of,
  reason: "a rule runs wild",
  setBy: "ann",
  setAt: NOW,
});

describe("kill switch", () => {
  it("[G3] [G4] [S4] holds exactly what a pulled switch names in each part that it has", () => {
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 4 }), subject, (scopes, asked) => {
        const named = scopes.some(
          (each) =>
            (each.tenantId ?? asked.tenantId) === asked.tenantId &&
            (each.siteId ?? asked.endpoint.siteId) === asked.endpoint.siteId &&
            (each.ruleId ?? asked.rule.id) === asked.rule.id &&
            (each.kinds ?? ACTION_KINDS).includes(asked.kind),
        );
        const verdict = KILL_SWITCH_GUARD.check(asked, guardFacts({ brakes: scopes.map(pulled) }));
        expect(verdict.kind).toBe(named ? "hold" : "pass");
      }),
    );
  });

  it("[G4] says what it covers, who pulled it, when, why, and what to lift", () => {
    const brakes = [pulled({ tenantId: tenantId("acme"), siteId: siteId("hq"), kinds: ["isolateHost"] }, 7)];
    const [asked] = fc.sample(
      subject.filter(
        ({ tenantId: tenant, endpoint, kind }) =>
          tenant === "acme" && endpoint.siteId === "hq" && kind === "isolateHost",
      ),
      { numRuns: 1, seed: 1 },
    );
    expect(asked && KILL_SWITCH_GUARD.check(asked, guardFacts({ brakes }))).toEqual({
      kind: "hold",
      code: "guard.kill_switch",
      message:
        "The kill switch for isolateHost at site hq of tenant acme is pulled: by ann at 2026-03-02T09:14:07.123Z, " +
        '"a rule runs wild". Nothing of it is sent until a person lifts k7.',
      details: { brakeId: "k7" },
    });
  });
});
