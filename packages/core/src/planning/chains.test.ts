import { expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { anEvent, aRule } from "../../test/rule-builders.ts";
import { DEADLINE_MS } from "../action/index.ts";
import { actionId, addMs, endpointId, epochMs, eventId, ruleId, siteId } from "../kernel/index.ts";
import type { Rule, RuleAction } from "../rules/index.ts";
import type { OpenAction } from "./open-actions.ts";
import { type PlanInput, planEvent } from "./plan-event.ts";

const NOW = epochMs(1_772_442_900_000);
const ENDPOINT = { siteId: siteId("hq"), endpointId: endpointId("h1"), name: "ws-1" };

function plan(rules: readonly Rule[], change: Partial<PlanInput> = {}) {
  return planEvent({
    event: anEvent({}),
    matches: rules.map((rule) => ({ rule })),
    resolutions: rules.map(() => ({
      kind: "resolved",
      endpoint: ENDPOINT,
      trace: { by: "fqdn", field: "DestinationHostName", value: "ws-1" },
    })),
    facts: guardFacts(),
    ruleSet: { version: 7, hash: "abc" },
    now: NOW,
    ...change,
  });
}

const isolate = (seconds = 3_600): RuleAction => ({ kind: "isolateHost", arguments: { durationSeconds: seconds } });
const scan: RuleAction = { kind: "onDemandScan", arguments: {} };
const lacks: RuleAction = { kind: "getFile", arguments: { path: { field: "FilePath" } } };
const chain = (id: string, actions: readonly RuleAction[], change: Partial<Rule> = {}) =>
  aRule(id, { chain: "inOrder", actions, ...change });
const outcomes = ({ decisions }: ReturnType<typeof plan>) =>
  decisions.map(({ outcome, reason }) => `${outcome} ${reason.code}`);
const stored = (parts: Partial<OpenAction> = {}): OpenAction => ({
  actionId: actionId("act_stored"),
  siteId: ENDPOINT.siteId,
  endpointId: ENDPOINT.endpointId,
  spec: { kind: "isolateHost", durationSeconds: 3_600 },
  deadline: addMs(NOW, 1_000),
  state: "queued",
  ruleId: ruleId("earlier"),
  eventId: eventId("earlier"),
  ...parts,
});

it("[P15] later links are held for the one before, with the time of all before them, and are stored as a chain", () => {
  const planned = plan([chain("r", [isolate(), scan, scan])]);
  expect(outcomes(planned)).toEqual(["act rule.matched", "hold chain.waits", "hold chain.waits"]);
  const [first, second, third] = planned.actions;
  expect(planned.chains).toEqual([
    {
      chainId: planned.decisions[0]?.decisionId,
      links: [
        { place: 0, actionId: first?.actionId, onFailure: "stop", deadlineMs: DEADLINE_MS.contain },
        {
          place: 1,
          actionId: second?.actionId,
          onFailure: "stop",
          deadlineMs: DEADLINE_MS.scan,
          waitsFor: first?.actionId,
        },
        {
          place: 2,
          actionId: third?.actionId,
          onFailure: "stop",
          deadlineMs: DEADLINE_MS.scan,
          waitsFor: second?.actionId,
        },
      ],
    },
  ]);
  expect(third?.deadline).toBe(addMs(NOW, DEADLINE_MS.contain + 2 * DEADLINE_MS.scan));
});

it("[P15] a refusal stops what follows it, unless it may fail; then the next waits for the last that was ordered", () => {
  expect(outcomes(plan([chain("r", [lacks, isolate(), scan])]))).toEqual([
    "suppress action.missing_argument",
    "suppress chain.stopped",
    "suppress chain.stopped",
  ]);
  const goesOn = plan([chain("r", [isolate(), { ...lacks, onFailure: "continue" }, scan])]);
  expect(outcomes(goesOn)).toEqual(["act rule.matched", "suppress action.missing_argument", "hold chain.waits"]);
  expect(goesOn.chains[0]?.links[2]?.waitsFor).toBe(goesOn.actions[0]?.actionId);
  const first = plan([chain("r", [{ ...lacks, onFailure: "continue" }, isolate()])]);
  expect(outcomes(first)).toEqual(["suppress action.missing_argument", "act rule.matched"]);
  expect(first.chains).toEqual([]);
});

it("[P15] [P8] an observed chain waits for nothing that is not there, and what its refusal would stop is suppressed", () => {
  const observed = plan([chain("r", [isolate(), scan], { mode: "observe" })]);
  expect(outcomes(observed)).toEqual(["observe rule.observes", "observe rule.observes"]);
  expect(observed.decisions[1]?.reason.message).toContain("It waits for isolateHost of its chain");
  expect([observed.actions, observed.chains]).toEqual([[], []]);
});

it("[P15] what waits for a person, too, says so first, and merges with nothing that does not", () => {
  const held = plan([chain("a", [isolate(), scan], { mode: "hold" }), chain("b", [isolate(), scan])]);
  expect(outcomes(held)).toEqual(["hold rule.holds", "hold rule.holds", "act rule.matched", "hold chain.waits"]);
  expect(held.decisions[1]?.reason.details.alsoAgainst).toMatchObject([{ code: "chain.waits" }]);
});

it("[P14] the same chain that is still unsent serves a later one, link by link", () => {
  const first = plan([chain("r", [isolate(), scan])]);
  const later = plan([chain("r", [isolate(), scan])], { event: anEvent({}, "later"), open: first.actions });
  expect(outcomes(later)).toEqual(["merge plan.merged", "merge plan.merged"]);
  expect(later.decisions.map(({ actionId: id }) => id)).toEqual(first.actions.map(({ actionId: id }) => id));
  expect(later.actions).toEqual([]);
  // Another failure would mean something else for it.
  const other = plan([chain("r", [{ ...isolate(), onFailure: "continue" }, scan])], {
    event: anEvent({}, "later"),
    open: first.actions,
  });
  expect(outcomes(other)).toEqual(["merge plan.merged", "hold chain.waits"]);
});

it("[P14] [S6] a stored isolation serves what it lasts for, and gives its place to one that lasts longer", () => {
  const served = plan([aRule("r", { actions: [isolate(1_800)] })], { open: [stored()] });
  expect([outcomes(served), served.extended]).toEqual([
    ["merge plan.merged"],
    [{ actionId: "act_stored", deadline: addMs(NOW, DEADLINE_MS.contain) }],
  ]);
  const longer = plan([aRule("r", { actions: [isolate(7_200)] })], { open: [stored()] });
  expect(outcomes(longer)).toEqual(["act rule.matched"]);
  expect(longer.superseded).toEqual([{ actionId: "act_stored", by: longer.actions[0]?.actionId }]);
  const both = plan([aRule("r", { actions: [isolate(7_200)] })], {
    open: [stored({ spec: { kind: "isolateHost", durationSeconds: 3_600, holdSeconds: 86_400 } })],
  });
  expect(both.actions[0]?.spec).toEqual({ kind: "isolateHost", durationSeconds: 7_200, holdSeconds: 86_400 });
});

it("[P14] what is stored as held serves its own rule only, and nobody who need not wait", () => {
  const held = stored({ state: "held", ruleId: ruleId("mine") });
  const hold = { mode: "hold", actions: [isolate()] } as const;
  expect(outcomes(plan([aRule("mine", hold)], { open: [held] }))).toEqual(["merge plan.merged"]);
  expect(outcomes(plan([aRule("other", hold)], { open: [held] }))).toEqual(["hold rule.holds"]);
  expect(outcomes(plan([aRule("mine", { actions: [isolate()] })], { open: [held] }))).toEqual(["act rule.matched"]);
});

it("[P10] of two isolations of one event that differ in their times only the longer time is ordered, once", () => {
  const planned = plan([
    aRule("a", { actions: [isolate(3_600)] }),
    aRule("b", { actions: [isolate(7_200)] }),
    aRule("c", { actions: [isolate(60)] }),
  ]);
  expect(outcomes(planned)).toEqual(["act rule.matched", "merge plan.merged", "merge plan.merged"]);
  expect(planned.actions).toMatchObject([{ ruleId: "a", spec: { durationSeconds: 7_200 } }]);
  expect(planned.superseded).toEqual([]);
});
