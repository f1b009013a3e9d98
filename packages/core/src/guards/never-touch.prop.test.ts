import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { anEvent, aRule } from "../../test/rule-builders.ts";
import { type EndpointId, endpointId, epochMs, siteId } from "../kernel/index.ts";
import { planEvent } from "../planning/index.ts";
import type { NeverTouch } from "./brake.ts";
import { NEVER_TOUCH_GUARD, type NeverTouchWho } from "./never-touch.ts";
import { type EndpointTraits, endpointKey } from "./traits.ts";

const NOW = epochMs(1_772_442_847_123);
const HQ = siteId("hq");
const HOST: EndpointTraits & { readonly endpointId: EndpointId } = {
  endpointId: endpointId("AB-1"),
  displayName: "DC-1",
  fqdn: "dc-1.acme.example",
  hostName: "DC-1",
  groupName: "Servers",
  roles: ["domain-controller"],
  tags: ["crown-jewel"],
};

const list = (who: readonly NeverTouchWho[], scope: NeverTouch["scope"] = {}): NeverTouch => ({
  type: "neverTouch",
  brakeId: "n1",
  scope,
  who,
  reason: "keeps the lights on",
  setBy: "ann",
  setAt: NOW,
});

function check(brakes: readonly NeverTouch[], host = HOST) {
  const endpoint = { siteId: HQ, endpointId: host.endpointId, name: host.displayName ?? "" };
  return NEVER_TOUCH_GUARD.check(
    { tenantId: anEvent({}).tenantId, rule: aRule("a"), endpoint, kind: "isolateHost", now: NOW },
    guardFacts({ brakes, traits: new Map([[endpointKey(endpoint), host]]) }),
  );
}

describe("never-touch", () => {
  it("[S2] [G7] knows an endpoint by its id, names, group, roles and tags, in any case", () => {
    const named: readonly NeverTouchWho[] = [
      { by: "endpoint", endpointId: endpointId("ab-1") },
      { by: "name", pattern: "dc-?" },
      { by: "name", pattern: "*.ACME.example" },
      { by: "group", pattern: "serv*" },
      { by: "role", role: "domain-controller" },
      { by: "tag", tag: "crown-jewel" },
    ];
    for (const who of named) expect([who, check([list([who])]).kind]).toEqual([who, "suppress"]);
    const strangers: readonly NeverTouchWho[] = [
      { by: "endpoint", endpointId: endpointId("ab-12") },
      { by: "name", pattern: "dc" },
      { by: "group", pattern: "workstations" },
      { by: "role", role: "crown-jewel" },
      { by: "tag", tag: "domain-controller" },
    ];
    expect(check([list(strangers)]).kind).toBe("pass");
    expect(check([list([...strangers, ...named])])).toEqual({
      kind: "suppress",
      code: "guard.never_touch",
      message:
        "DC-1 is never to be touched by everything of every tenant (endpoint ab-1): " +
        'by ann, "keeps the lights on". n1 says so.',
      details: { brakeId: "n1", who: named[0] },
    });
  });

  it("[G3] [G7] keeps only what its scope names from it", () => {
    const role: NeverTouchWho = { by: "role", role: "domain-controller" };
    expect(check([list([role], { siteId: HQ, kinds: ["isolateHost"] })]).kind).toBe("suppress");
    expect(check([list([role], { siteId: siteId("branch") })]).kind).toBe("pass");
    expect(check([list([role], { kinds: ["iocScan"] })]).kind).toBe("pass");
  });

  it("[S2] [G1] no plan has an action on a named endpoint, whatever else holds, and every hit is a decision", () => {
    const hosts = ["a", "b", "c", "d"].map((name) => endpointId(name));
    const setup = fc.record({
      named: fc.subarray(hosts),
      killed: fc.boolean(),
      rules: fc.array(fc.record({ mode: fc.constantFrom("enforce", "observe", "hold"), at: fc.nat({ max: 3 }) }), {
        minLength: 1,
        maxLength: 6,
      }),
    });
    fc.assert(
      fc.property(setup, ({ named, killed, rules }) => {
        const brakes = [
          ...(killed
            ? [{ type: "killSwitch", brakeId: "k", scope: {}, reason: "r", setBy: "a", setAt: NOW } as const]
            : []),
          list(named.map((id) => ({ by: "endpoint", endpointId: id }))),
        ];
        const at = (index: number) => ({ siteId: HQ, endpointId: hosts[index] as EndpointId, name: "x" });
        const { decisions, actions } = planEvent({
          event: anEvent({}),
          matches: rules.map(({ mode }, index) => ({ rule: aRule(`r${index}`, { mode }) })),
          resolutions: rules.map((rule) => ({
            kind: "resolved",
            endpoint: at(rule.at),
            trace: { by: "hostId", field: "S.host", value: "x" },
          })),
          facts: guardFacts({ brakes }),
          ruleSet: { version: 1, hash: "h" },
          now: NOW,
        });
        for (const { endpointId: id } of actions) expect(named).not.toContain(id);
        for (const { endpoint, outcome, reason } of decisions) {
          if (endpoint === undefined || !named.includes(endpoint.endpointId)) continue;
          expect([outcome, reason.code]).toEqual(["suppress", "guard.never_touch"]);
          expect("alsoAgainst" in reason.details).toBe(
            killed || decisions.find((each) => each.reason === reason)?.mode === "hold",
          );
        }
      }),
    );
  });
});
