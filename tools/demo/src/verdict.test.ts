import { ACTION_KINDS, type ActionKind } from "@cordon/core/action";
import { describe, expect, it } from "vitest";
import { type DemoFacts, judge } from "./verdict.ts";

type FactAction = DemoFacts["actions"][number];

/** A run in which every kind was carried out once, on its own endpoint. */
function aGoodRun(): DemoFacts {
  const actions = ACTION_KINDS.map((kind, index) => anAction(kind, index));
  return {
    eventsSent: 12,
    eventsAccepted: 9,
    eventsDuplicate: 1,
    eventsQuarantined: 2,
    eventsRecorded: 9,
    actions,
    targets: new Map(actions.map(({ eventId, endpointId }) => [eventId, { siteId: "berlin", hostId: endpointId }])),
    truths: [
      {
        tenantId: "acme",
        siteId: "berlin",
        truth: {
          incidents: actions.map((_, index) => anIncident(index)),
          effects: actions.map((_, index) => anEffect(index)),
        },
      },
    ],
    seconds: 12.34,
  };
}

function anAction(kind: ActionKind, index: number): FactAction {
  return {
    tenantId: "acme",
    actionId: `act_${index}`,
    siteId: "berlin",
    endpointId: `host-${index}`,
    endpointName: `WS-${index}`,
    kind,
    actionClass: "contain",
    arguments: {},
    state: "succeeded",
    stateAt: 1,
    detail: { evidence: { rung: "event" } },
    deadline: 2,
    createdAt: 1,
    decisionId: `dec_${index}`,
    eventId: `event-${index}`,
    ruleId: "rule",
    ruleSetVersion: 1,
  };
}

function anIncident(index: number): DemoFacts["truths"][number]["truth"]["incidents"][number] {
  const outcome = { kind: "task", taskId: String(index) } as const;
  return {
    id: index,
    hostId: `host-${index}`,
    storedAt: 1,
    body: `{"id":"act_${index}"}`,
    handled: false,
    user: "cordon",
    outcome,
  };
}

function anEffect(index: number): DemoFacts["truths"][number]["truth"]["effects"][number] {
  return { taskId: String(index), incidentId: index, hostId: `host-${index}`, kind: "getFile", params: {}, at: 1 };
}

function withTruth(
  change: (truth: DemoFacts["truths"][number]["truth"]) => DemoFacts["truths"][number]["truth"],
): DemoFacts {
  const run = aGoodRun();
  return { ...run, truths: run.truths.map((site) => ({ ...site, truth: change(site.truth) })) };
}

function withFirstAction(change: Partial<FactAction>): DemoFacts {
  const run = aGoodRun();
  return { ...run, actions: run.actions.map((action, index) => (index === 0 ? { ...action, ...change } : action)) };
}

describe("the demo's verdict", () => {
  it("is well when every kind reached its own endpoint once", () => {
    expect(judge(aGoodRun())).toMatchObject({ ok: true, verified: 9, duplicatesAtKsc: 0, lost: 0, seconds: 12.3 });
  });

  it("[D4] a second incident of an action is a duplicate, and so is one that no action explains", () => {
    const second = withTruth((truth) => ({ ...truth, incidents: [...truth.incidents, { ...anIncident(0), id: 99 }] }));
    expect(judge(second)).toMatchObject({ ok: false, duplicatesAtKsc: 1 });
    const stray = withTruth((truth) => ({
      ...truth,
      incidents: [...truth.incidents, { ...anIncident(0), id: 99, body: "{}" }],
    }));
    expect(judge(stray)).toMatchObject({ ok: false, duplicatesAtKsc: 1 });
  });

  it("[D1] an action that never reached KSC is lost, and so is an accepted event that is not in the record", () => {
    const unsent = withTruth((truth) => ({ incidents: truth.incidents.slice(1), effects: truth.effects.slice(1) }));
    expect(judge(unsent)).toMatchObject({ ok: false, lost: 1, verified: 8 });
    expect(judge({ ...aGoodRun(), eventsRecorded: 8 })).toMatchObject({ ok: false, lost: 1 });
    expect(judge({ ...aGoodRun(), eventsSent: 13 }).ok).toBe(false);
  });

  it("[T1] what is not proven by host state or event is not verified", () => {
    expect(judge(withFirstAction({ detail: { evidence: { rung: "task" } } }))).toMatchObject({
      ok: false,
      verified: 8,
    });
    expect(judge(withFirstAction({ state: "running" }))).toMatchObject({ ok: false, verified: 8 });
  });

  it("an effect on another endpoint than the event's is not verified", () => {
    const elsewhere = withTruth((truth) => ({
      ...truth,
      effects: truth.effects.map((effect) => ({ ...effect, hostId: "host-8" })),
    }));
    expect(judge(elsewhere)).toMatchObject({ ok: false, verified: 1 });
  });

  it("every one of the nine kinds is needed", () => {
    const run = aGoodRun();
    expect(
      judge({
        ...run,
        actions: run.actions.slice(1),
        truths: withTruth((truth) => ({ incidents: truth.incidents.slice(1), effects: truth.effects.slice(1) })).truths,
      }).ok,
    ).toBe(false);
  });
});
