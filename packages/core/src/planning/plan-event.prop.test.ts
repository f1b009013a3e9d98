import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { anEvent, aRule } from "../../test/rule-builders.ts";
import type { Brake } from "../guards/index.ts";
import { endpointId, epochMs, siteId } from "../kernel/index.ts";
import type { Rule, RuleAction } from "../rules/index.ts";
import { type PlanInput, planEvent } from "./plan-event.ts";
import type { Resolution } from "./resolution.ts";

const endpoint = fc
  .record({ site: fc.constantFrom("hq", "branch"), id: fc.constantFrom("h1", "h2") })
  .map(({ site, id }) => ({ siteId: siteId(site), endpointId: endpointId(id), name: id }));

const trace = { by: "hostId", field: "S.host", value: "x" } as const;
const resolution: fc.Arbitrary<Resolution> = fc.oneof(
  { weight: 4, arbitrary: endpoint.map((found): Resolution => ({ kind: "resolved", endpoint: found, trace })) },
  fc
    .array(endpoint, { minLength: 2, maxLength: 3 })
    .map((candidates): Resolution => ({ kind: "ambiguous", candidates, trace })),
  fc.constant<Resolution>({ kind: "not_found", tried: [trace] }),
  fc.constant<Resolution>({ kind: "no_target", fields: ["S.host"] }),
);

const action = fc.constantFrom<RuleAction>(
  { kind: "onDemandScan", arguments: {} },
  { kind: "isolateHost", arguments: { durationSeconds: 600 } },
  { kind: "isolateHost", arguments: { durationSeconds: 1_200 }, deadlineMs: 90_000 },
  { kind: "getFile", arguments: { path: { field: "FilePath" } } },
  { kind: "getFile", arguments: { path: { field: "Extra.absent" } } },
  { kind: "quarantineFile", arguments: { sha256: { field: "FilePath" } } },
);

const rules = fc
  .array(
    fc.record({
      mode: fc.constantFrom("enforce", "observe", "hold"),
      actions: fc.array(action, { minLength: 1, maxLength: 4 }),
    }),
    {
      maxLength: 6,
    },
  )
  .map((list): readonly Rule[] => list.map((change, index) => aRule(`r${index}`, change)));

const brakes: fc.Arbitrary<readonly Brake[]> = fc
  .array(
    fc.record(
      { siteId: fc.constantFrom("hq", "branch").map(siteId), kinds: fc.constantFrom(["isolateHost"], ["getFile"]) },
      { requiredKeys: [] },
    ),
    { maxLength: 2 },
  )
  .map((scopes) =>
    scopes.map((scope, index) => ({
      type: "killSwitch",
      brakeId: `k${index}`,
      scope: scope as Brake["scope"],
      reason: "r",
      setBy: "ann",
      setAt: epochMs(1),
    })),
  );

const input = fc.record({ rules, resolutions: fc.array(resolution, { minLength: 6, maxLength: 6 }), brakes }).map(
  (drawn): PlanInput => ({
    event: anEvent({ FilePath: "C:\\a.exe" }),
    matches: drawn.rules.map((rule) => ({ rule })),
    resolutions: drawn.resolutions.slice(0, drawn.rules.length),
    facts: guardFacts({ brakes: drawn.brakes }),
    ruleSet: { version: 1, hash: "h" },
    now: epochMs(1_772_442_900_000),
  }),
);

describe("every plan", () => {
  it("[P6] [S5] count in equals count out: one decision per match and action, one action per act or hold", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { decisions, actions } = planEvent(given);
        const wanted = given.matches.flatMap(({ rule }) =>
          rule.actions.map((each, index) => `${rule.id} ${index} ${each.kind}`),
        );
        expect(
          decisions.map(({ ruleId, actionIndex, actionKind }) => `${ruleId} ${actionIndex} ${actionKind}`),
        ).toEqual(wanted);
        for (const [state, outcome] of [
          ["queued", "act"],
          ["held", "hold"],
        ]) {
          expect(actions.filter((each) => each.state === state).map(({ decisionId }) => decisionId)).toEqual(
            decisions.filter((each) => each.outcome === outcome).map(({ decisionId }) => decisionId),
          );
        }
        for (const { reason } of decisions) expect(reason.message.length).toBeGreaterThan(10);
      }),
    );
  });

  it("[P9] [D4] planning again gives the same, and no two decisions or actions share an id", () => {
    fc.assert(
      fc.property(input, (given) => {
        const once = planEvent(given);
        expect(planEvent(given)).toEqual(once);
        for (const ids of [
          once.decisions.map(({ decisionId }) => decisionId),
          once.actions.map(({ actionId }) => actionId),
        ]) {
          expect(new Set<string>(ids).size).toBe(ids.length);
        }
        const other = planEvent({ ...given, ruleSet: { version: 2, hash: "h" } });
        const known = new Set<string>(once.actions.map(({ actionId }) => actionId));
        expect(other.actions.some(({ actionId }) => known.has(actionId))).toBe(false);
      }),
    );
  });

  it("[P10] no two queued actions of a plan, and no two held ones, do the same on the same endpoint, and each merge points at one of them", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { decisions, actions } = planEvent(given);
        const done = actions.map((each) => JSON.stringify([each.state, each.siteId, each.endpointId, each.spec]));
        expect(new Set(done).size).toBe(done.length);
        for (const { outcome, actionId, endpoint: at } of decisions) {
          if (outcome !== "merge") continue;
          expect(actions.find((each) => each.actionId === actionId)).toMatchObject({
            siteId: at?.siteId,
            endpointId: at?.endpointId,
          });
        }
      }),
    );
  });

  it("[P8] [S1] turning every rule to observe keeps each refusal and turns everything else into observe", () => {
    fc.assert(
      fc.property(input, (given) => {
        const observed = planEvent({
          ...given,
          matches: given.matches.map(({ rule }) => ({ rule: { ...rule, mode: "observe" } })),
        });
        const expected = planEvent(given).decisions.map(({ outcome }) =>
          outcome === "suppress" ? "suppress" : "observe",
        );
        expect(observed.decisions.map(({ outcome }) => outcome)).toEqual(expected);
        expect(observed.actions).toEqual([]);
      }),
    );
  });

  it("[P7] [P10] [S4] what a kill switch or a holding rule covers is queued only for a rule that is free to act", () => {
    fc.assert(
      fc.property(input, (given) => {
        const { actions } = planEvent(given);
        for (const { state, siteId: site, spec, ruleId } of actions) {
          const stopped = given.facts.brakes.some(
            ({ scope }) => (scope.siteId ?? site) === site && (scope.kinds ?? [spec.kind]).includes(spec.kind),
          );
          const mode = given.matches.find(({ rule }) => rule.id === ruleId)?.rule.mode;
          expect(state).toBe(stopped || mode === "hold" ? "held" : "queued");
        }
      }),
    );
  });
});
