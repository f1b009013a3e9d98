import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { anEvent, aRule } from "../../test/rule-builders.ts";
import { endpointId, epochMs, siteId } from "../kernel/index.ts";
import { planEvent } from "../planning/index.ts";
import type { Brake, Redundancy } from "./brake.ts";
import { endpointKey } from "./traits.ts";

const HQ = siteId("hq");
const hostAt = (index: number) => ({ siteId: HQ, endpointId: endpointId(`h${index}`), name: `dc-${index}` });
const pair = (bounds: Redundancy["bounds"]): Brake => ({
  type: "redundancy",
  brakeId: "r1",
  scope: {},
  group: { by: "role", role: "domain-controller" },
  bounds,
  reason: "somebody has to log on",
  setBy: "ann",
  setAt: epochMs(1),
});

function isolate(hosts: readonly number[], members: number, down: ReadonlySet<number>, bounds: Redundancy["bounds"]) {
  const keys = (numbers: Iterable<number>) => new Set([...numbers].map((each) => endpointKey(hostAt(each))));
  return planEvent({
    event: anEvent({}),
    matches: hosts.map((_, index) => ({
      rule: aRule(`r${index}`, { actions: [{ kind: "isolateHost", arguments: { durationSeconds: 600 } }] }),
    })),
    resolutions: hosts.map((host) => ({
      kind: "resolved",
      endpoint: hostAt(host),
      trace: { by: "hostId", field: "S.host", value: "x" },
    })),
    facts: guardFacts({
      brakes: [pair(bounds)],
      groups: new Map([
        ["r1", { members: keys(Array.from({ length: members }, (_, index) => index)), down: keys(down) }],
      ]),
    }),
    ruleSet: { version: 1, hash: "h" },
    now: epochMs(1_772_442_847_123),
  });
}

describe("redundancy", () => {
  it("[G12] the last domain controller of a pair is not isolated, in the same event neither, and the reason says what is left", () => {
    expect(isolate([0], 2, new Set(), { upMin: 1 }).decisions[0]?.outcome).toBe("act");
    const both = isolate([0, 1], 2, new Set(), { upMin: 1 }).decisions;
    expect(both.map(({ outcome, reason }) => `${outcome} ${reason.code}`)).toEqual([
      "act rule.matched",
      "suppress guard.redundancy",
    ]);
    expect(isolate([1], 2, new Set([0]), { upMin: 1 }).decisions[0]?.reason.message).toBe(
      "Isolating dc-1 would leave 0 of 2 endpoints with the role domain-controller up, and 1 stay up: " +
        'by ann, "somebody has to log on". r1 says so.',
    );
    // It is isolated already: that leaves no fewer.
    expect(isolate([0], 2, new Set([0]), { upMin: 1 }).decisions[0]?.outcome).toBe("act");
    // A stranger to the group.
    expect(isolate([5], 2, new Set([0]), { upMin: 1 }).decisions[0]?.outcome).toBe("act");
  });

  it("[G12] whatever is asked for in whatever order, as many as the group needs stay up", () => {
    const bounds = fc.oneof(
      fc.integer({ min: 1, max: 3 }).map((upMin) => ({ upMin })),
      fc.constantFrom(0, 0.25, 0.5, 1).map((downShareMax) => ({ downShareMax })),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        bounds,
        fc.array(fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 3 }), { maxLength: 12 }),
        (members, limits, events) => {
          const down = new Set<number>();
          for (const hosts of events) {
            for (const { endpointId: id } of isolate(hosts, members, down, limits).actions) {
              const host = Number(id.slice(1));
              if (host < members) down.add(host);
            }
            const left = members - down.size;
            if ("upMin" in limits) expect(left).toBeGreaterThanOrEqual(Math.min(members, limits.upMin));
            else expect(down.size).toBeLessThanOrEqual(limits.downShareMax * members);
          }
        },
      ),
    );
  });
});
