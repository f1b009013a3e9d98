import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { anEvent, aRule } from "../../test/rule-builders.ts";
import { DEADLINE_MS } from "../action/index.ts";
import type { FieldValue } from "../event/index.ts";
import { coolDownKey } from "../guards/index.ts";
import { endpointId, epochMs, siteId } from "../kernel/index.ts";
import type { Rule } from "../rules/index.ts";
import { coolDownsFor, type PlanInput, planEvent, resolveMatches } from "./plan-event.ts";
import type { Resolution, ResolutionFacts } from "./resolution.ts";

const NOW = epochMs(1_772_442_900_000);
const ENDPOINT = { siteId: siteId("hq"), endpointId: endpointId("h1"), name: "ws-1" };
const FOUND: Resolution = {
  kind: "resolved",
  endpoint: ENDPOINT,
  trace: { by: "fqdn", field: "DestinationHostName", value: "ws-1.hq.example" },
};

function plan(
  rules: readonly Rule[],
  fields: Readonly<Record<string, FieldValue>> = {},
  change: Partial<PlanInput> = {},
) {
  return planEvent({
    event: anEvent(fields),
    matches: rules.map((rule) => ({ rule })),
    resolutions: rules.map(() => FOUND),
    facts: guardFacts(),
    ruleSet: { version: 7, hash: "abc" },
    now: NOW,
    ...change,
  });
}

const quarantine = (path: string) => ({ kind: "quarantineFile", arguments: { path } }) as const;
const outcomes = ({ decisions }: ReturnType<typeof plan>) =>
  decisions.map(({ outcome, reason }) => `${outcome} ${reason.code}`);

describe("planning", () => {
  it("[P6] an enforcing rule makes one decision and one action per action of it", () => {
    const { decisions, actions } = plan([
      aRule("r", { actions: [quarantine("C:\\a"), { kind: "onDemandScan", arguments: {} }] }),
    ]);
    expect(decisions.map(({ outcome, actionIndex, actionKind }) => [outcome, actionIndex, actionKind])).toEqual([
      ["act", 0, "quarantineFile"],
      ["act", 1, "onDemandScan"],
    ]);
    expect(actions).toEqual([
      expect.objectContaining({
        ...{ siteId: "hq", endpointId: "h1", endpointName: "ws-1" },
        spec: { kind: "quarantineFile", path: "C:\\a" },
        actionClass: "remediate",
        ruleSetVersion: 7,
      }),
      expect.objectContaining({ spec: { kind: "onDemandScan" }, actionClass: "scan" }),
    ]);
    expect(decisions.map(({ actionId }) => actionId)).toEqual(actions.map(({ actionId }) => actionId));
    expect(actions.map(({ decisionId }) => decisionId)).toEqual(decisions.map(({ decisionId }) => decisionId));
  });

  it("[P12] [D6] the deadline is the rule's, otherwise the class's", () => {
    const { actions } = plan([
      aRule("r", {
        actions: [
          { ...quarantine("C:\\a"), deadlineMs: 900_000 },
          { kind: "onDemandScan", arguments: {} },
        ],
      }),
    ]);
    expect(actions.map(({ deadline }) => deadline - NOW)).toEqual([900_000, DEADLINE_MS.scan]);
  });

  it("[P8] [S1] an observing rule meets the same refusals and stops only at the send", () => {
    const observe = aRule("o", { mode: "observe", limits: { coolDownMs: 1_000 } });
    expect(outcomes(plan([observe]))).toEqual(["observe rule.observes"]);
    expect(plan([observe]).actions).toEqual([]);
    expect(plan([observe]).decisions[0]?.endpoint?.endpointId).toBe("h1");
    const key = coolDownKey({ ruleId: observe.id, ...ENDPOINT, actionKind: "onDemandScan" });
    const lastActs = new Map([[key, [NOW]]]);
    expect(outcomes(plan([observe], {}, { facts: guardFacts({ lastActs }) }))).toEqual(["suppress guard.cool_down"]);
    expect(outcomes(plan([observe], {}, { resolutions: [{ kind: "no_target", fields: ["X"] }] }))).toEqual([
      "suppress endpoint.no_target",
    ]);
  });

  it("[P10] the same action of two rules becomes one, named by the later decision, with the longer deadline", () => {
    const actionsOf = (deadlineMs: number) => [{ ...quarantine("C:\\a"), deadlineMs }];
    const { decisions, actions } = plan([
      aRule("trial", { mode: "observe", actions: actionsOf(60_000) }),
      aRule("first", { actions: actionsOf(60_000) }),
      aRule("second", { actions: actionsOf(120_000) }),
      aRule("other-file", { actions: [quarantine("C:\\b")] }),
    ]);
    expect(decisions.map(({ outcome }) => outcome)).toEqual(["observe", "act", "merge", "act"]);
    expect(decisions[2]?.actionId).toBe(decisions[1]?.actionId);
    expect(decisions[2]?.reason.message).toContain('"first"');
    expect(actions.map(({ ruleId, deadline }) => [ruleId, deadline - NOW])).toEqual([
      ["first", 120_000],
      ["other-file", DEADLINE_MS.remediate],
    ]);
  });

  it("[P10] what would be held is served by what is on its way, and what need not wait never waits for what is held", () => {
    const actions = [quarantine("C:\\a")];
    const holding = aRule("holding", { mode: "hold", actions });
    const free = aRule("free", { actions });
    const freeFirst = plan([free, holding]);
    expect(outcomes(freeFirst)).toEqual(["act rule.matched", "merge plan.merged"]);
    expect(freeFirst.actions.map(({ state }) => state)).toEqual(["queued"]);
    const heldFirst = plan([holding, free, { ...holding, id: aRule("later").id }]);
    expect(outcomes(heldFirst)).toEqual(["hold rule.holds", "act rule.matched", "merge plan.merged"]);
    expect(heldFirst.actions.map(({ state, ruleId }) => `${state} ${ruleId}`)).toEqual(["queued free", "held holding"]);
    expect(heldFirst.decisions[2]?.actionId).toBe(heldFirst.decisions[1]?.actionId);
    const twice = plan([holding, { ...holding, id: aRule("later").id }]);
    expect(outcomes(twice)).toEqual(["hold rule.holds", "merge plan.merged"]);
  });

  it("[P11] a missing field refuses and is named; fallbacks and optional ones do not", () => {
    const rule = aRule("r", {
      actions: [
        {
          kind: "quarantineFile",
          arguments: {
            path: { field: "FilePath", orFields: ["OldFilePath"] },
            sha256: { field: "FileHash", optional: true },
          },
        },
      ],
    });
    const refused = plan([rule], { FileHash: "a".repeat(64) });
    expect(outcomes(refused)).toEqual(["suppress action.missing_argument"]);
    expect(refused.decisions[0]?.reason.message).toContain("`path` (from FilePath or OldFilePath)");
    expect(plan([rule], { OldFilePath: "C:\\old" }).actions[0]?.spec).toEqual({
      kind: "quarantineFile",
      path: "C:\\old",
    });
    const wrong = plan([rule], { FilePath: "C:\\a", FileHash: "nonsense" });
    expect(outcomes(wrong)).toEqual(["suppress action.invalid_arguments"]);
    expect(wrong.decisions[0]?.reason.message).toContain("`sha256` (from FileHash)");
  });

  it("[P11] list arguments take literals, fields and list fields together", () => {
    const rule = aRule("r", {
      actions: [
        {
          kind: "iocScan",
          arguments: { domain: ["a.example", { field: "SA.domains" }, { field: "Extra.none", optional: true }] },
        },
      ],
    });
    expect(plan([rule], { "SA.domains": ["b.example", "c.example"] }).actions[0]?.spec).toMatchObject({
      indicators: [{ value: "a.example" }, { value: "b.example" }, { value: "c.example" }],
    });
  });

  it("[P7] refusals of the target come first and list the candidates", () => {
    const ambiguous: Resolution = {
      kind: "ambiguous",
      candidates: [ENDPOINT, { ...ENDPOINT, siteId: siteId("branch") }],
      trace: { by: "hostName", field: "DestinationHostName", value: "ws-1" },
    };
    const { decisions } = plan([aRule("r")], {}, { resolutions: [ambiguous] });
    expect(decisions[0]).toMatchObject({ outcome: "suppress", reason: { code: "endpoint.ambiguous" } });
    expect(decisions[0]?.reason.message).toContain("ws-1 (site hq, h1), ws-1 (site branch, h1)");
    expect(decisions[0]?.reason.details.candidates).toHaveLength(2);
  });

  it("the guards' past is asked for once per kind, and only for rules that cool down", () => {
    const rules = [aRule("a"), aRule("b", { limits: { coolDownMs: 1 }, actions: [quarantine("a"), quarantine("b")] })];
    const matches = rules.map((rule) => ({ rule }));
    expect(coolDownsFor(matches, [FOUND, FOUND])).toEqual([
      { ruleId: "b", siteId: "hq", endpointId: "h1", actionKind: "quarantineFile", actsMax: 1 },
    ]);
    const facts: ResolutionFacts = { candidates: new Map(), sitesByAlias: new Map(), siteCount: 1 };
    expect(resolveMatches(matches, anEvent({}), facts).map(({ kind }) => kind)).toEqual(["no_target", "no_target"]);
  });
});
