import {
  type ChainStore,
  createActionDesk,
  createChainSteps,
  createIngest,
  createReleaseHeld,
} from "@cordon/coordinator-core";
import type { ActionState } from "@cordon/core/action";
import type { Brake } from "@cordon/core/guards";
import {
  type ActionId,
  addMs,
  type EpochMs,
  silentLogger,
  systemClock,
  systemRandom,
  type TenantId,
} from "@cordon/core/kernel";
import type { Rule, RuleAction } from "@cordon/core/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { activeRules } from "./active-rules.ts";
import { createMemoryQueueServer } from "./memory-queue.ts";
import { anEvent, aRule, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const HOUR_MS = 3_600_000;
const isolate: RuleAction = { kind: "isolateHost", arguments: { durationSeconds: 3_600 } };
const get: RuleAction = { kind: "getFile", arguments: { path: "C:\\a.exe" } };
const scan: RuleAction = { kind: "onDemandScan", arguments: {} };
const aChain = (actions: readonly RuleAction[], parts: Partial<Rule> = {}) =>
  aRule({ chain: "inOrder", actions, ...parts });

/** A tenant with these rules, hit by its first event, and processes that step its chains. */
async function aTenant(rules: readonly Rule[]) {
  const { tenant } = await world.settle();
  let now: EpochMs = NOW;
  const clock = { ...systemClock, now: () => now };
  const server = createMemoryQueueServer();
  const queue = server.open();
  const ingest = createIngest({ store: world.ingest, queue, rules: activeRules(rules), clock, logger: silentLogger });
  const release = createReleaseHeld({
    held: world.held,
    store: world.actions,
    brakes: world.brakes,
    labels: world.labels,
    queue,
    clock,
    logger: silentLogger,
  });
  const stepsWith = (chains: ChainStore) => createChainSteps({ chains, release, clock, logger: silentLogger });
  const steps = stepsWith(world.chains);
  const actions = () => world.actions.listActions(tenant, { limit: 100 });
  const idOf = async (kind: string): Promise<ActionId> => {
    const found = (await actions()).find(({ spec }) => spec.kind === kind);
    if (found === undefined) throw new Error(`no ${kind}`);
    return found.actionId;
  };
  const hit = (id: string) => ingest.ingest(tenant, { events: [anEvent(tenant, id)], rejected: [], bytes: 100 });
  await hit("e1");
  return {
    tenant,
    steps,
    stepsWith,
    /** As a person's yes does. */
    release: (actionId: ActionId) =>
      release(tenant, [{ actionId }], { source: "api", actor: "ann", reason: "it is right" }),
    server,
    hit,
    actions,
    idOf,
    at: (time: EpochMs) => {
      now = time;
    },
    /** What each action is, by kind. */
    states: async () => Object.fromEntries((await actions()).map(({ spec, state }) => [spec.kind, state])),
    move: async (kind: string, state: ActionState) =>
      world.actions.move(tenant, [{ actionId: await idOf(kind), state, at: now, source: "agent" }], now),
  };
}

const decisions = async (tenant: TenantId) =>
  (await world.actions.listDecisions(tenant, { limit: 20 }))
    .toReversed()
    .map(({ actionKind, verdict, code }) => `${actionKind} ${verdict} ${code}`)
    .toSorted();

test("[R24] the later actions of a chain wait as held, with the reason, and go out one after another as those before them succeed", async () => {
  const { tenant, steps, states, move, actions, idOf, server } = await aTenant([aChain([isolate, get, scan])]);
  expect(await states()).toEqual({ isolateHost: "queued", getFile: "held", onDemandScan: "held" });
  expect(await decisions(tenant)).toEqual([
    "getFile hold chain.waits",
    "isolateHost act rule.matched",
    "onDemandScan hold chain.waits",
  ]);
  const waiting = (await actions()).find(({ spec }) => spec.kind === "getFile");
  expect(waiting?.detail?.message).toContain(`It waits for action ${await idOf("isolateHost")} (isolateHost)`);
  await move("isolateHost", "running");
  expect(await steps.run()).toBe(0);
  await move("isolateHost", "succeeded");
  steps.ended(tenant, [await idOf("isolateHost")]);
  await steps.idle();
  expect(await states()).toEqual({ isolateHost: "succeeded", getFile: "queued", onDemandScan: "held" });
  expect(server.added).toContain(await idOf("getFile"));
  await move("getFile", "succeeded");
  await steps.run();
  expect(await states()).toMatchObject({ getFile: "succeeded", onDemandScan: "queued" });
  await move("onDemandScan", "succeeded");
  expect(await steps.run()).toBe(0);
});

test.each<ActionState>(["failed", "refused", "expired", "cancelled"])(
  "[R24] a chain whose action ended as %s stops: the rest is cancelled and says by what",
  async (state) => {
    const { steps, states, move, actions, idOf } = await aTenant([aChain([isolate, get, scan])]);
    await move("isolateHost", state);
    await steps.run();
    expect(await states()).toEqual({ isolateHost: state, getFile: "cancelled", onDemandScan: "cancelled" });
    const stopped = (await actions()).find(({ spec }) => spec.kind === "onDemandScan");
    expect(stopped?.detail).toMatchObject({
      code: "action.chain_stopped",
      message: expect.stringContaining(
        `isolateHost before it in its chain, ${await idOf("isolateHost")}, ended as ${state}`,
      ),
    });
    expect(await steps.run()).toBe(0);
  },
);

test("[R24] an action that may fail lets the rest go on", async () => {
  const { steps, states, move } = await aTenant([aChain([{ ...isolate, onFailure: "continue" }, get, scan])]);
  await move("isolateHost", "failed");
  await steps.run();
  expect(await states()).toEqual({ isolateHost: "failed", getFile: "queued", onDemandScan: "held" });
});

test("[R24] [T1] an end that later evidence may settle neither stops a chain nor lets it go on", async () => {
  const { steps, states, move } = await aTenant([aChain([isolate, get])]);
  await move("isolateHost", "unknown");
  expect(await steps.run()).toBe(0);
  expect(await states()).toEqual({ isolateHost: "unknown", getFile: "held" });
  await move("isolateHost", "succeeded");
  await steps.run();
  expect(await states()).toMatchObject({ getFile: "queued" });
});

test("[R24] what is refused before it is ordered stops the rest of its chain as well", async () => {
  const lacks: RuleAction = { kind: "getFile", arguments: { path: { field: "FilePath" } } };
  const { tenant, states } = await aTenant([aChain([isolate, lacks, scan])]);
  expect(await states()).toEqual({ isolateHost: "queued" });
  expect(await decisions(tenant)).toEqual([
    "getFile suppress action.missing_argument",
    "isolateHost act rule.matched",
    "onDemandScan suppress chain.stopped",
  ]);
});

test("[D6] a later action has its own time from its release on, and waits no longer than all before it may take", async () => {
  const { steps, actions, move, at, states } = await aTenant([aChain([isolate, { ...get, deadlineMs: HOUR_MS }])]);
  const deadlineOf = async () => (await actions()).find(({ spec }) => spec.kind === "getFile")?.deadline;
  // Four hours for an isolation, and its own.
  expect(await deadlineOf()).toBe(addMs(NOW, 5 * HOUR_MS));
  at(addMs(NOW, 2 * HOUR_MS));
  await move("isolateHost", "succeeded");
  await steps.run();
  expect(await deadlineOf()).toBe(addMs(NOW, 3 * HOUR_MS));
  const late = await aTenant([aChain([isolate, get])]);
  await late.move("isolateHost", "running");
  await world.sweep.expireOverdue(addMs(NOW, 52 * HOUR_MS), 100);
  const [waited] = (await late.actions()).filter(({ spec }) => spec.kind === "getFile");
  expect(waited).toMatchObject({
    state: "expired",
    detail: { code: "action.expired", message: expect.stringContaining("chain") },
  });
  expect(await states()).toMatchObject({ getFile: "expired" });
});

test("[D1] a process that is killed between the end of one action and the release of the next loses nothing, and two release once", async () => {
  const { stepsWith, states, move, server, idOf } = await aTenant([aChain([isolate, get])]);
  await move("isolateHost", "succeeded");
  const killed: ChainStore = {
    ...world.chains,
    listDue: async () => {
      throw new Error("killed");
    },
  };
  await expect(stepsWith(killed).run()).rejects.toThrow("killed");
  expect(await states()).toMatchObject({ getFile: "held" });
  await Promise.all([stepsWith(world.chains).run(), stepsWith(world.chains).run()]);
  expect(await states()).toMatchObject({ getFile: "queued" });
  const id = await idOf("getFile");
  expect(server.added.filter((each) => each === id)).toHaveLength(1);
});

const aSwitch = (tenant: TenantId, brakeId: string): Brake => ({
  type: "killSwitch",
  brakeId,
  scope: { tenantId: tenant, kinds: ["getFile"] },
  reason: "not now",
  setBy: "ann",
  setAt: NOW,
});

test("[G4] [S4] a brake that is set while an action waits in its chain holds it, and lets it go when it is lifted", async () => {
  const { tenant, steps, states, move } = await aTenant([aChain([isolate, get])]);
  await world.brakes.addBrake(aSwitch(tenant, `switch-${tenant}`), 100);
  await move("isolateHost", "succeeded");
  await steps.run();
  expect(await states()).toMatchObject({ getFile: "held" });
  await world.brakes.liftBrake(tenant, `switch-${tenant}`, { at: NOW, by: "ann", reason: "over" });
  await steps.run();
  expect(await states()).toMatchObject({ getFile: "queued" });
});

test("[P14] the same chain for a later event is served by the one that was not sent, link by link", async () => {
  const { tenant, hit, states, steps, move, actions } = await aTenant([aChain([isolate, get])]);
  await hit("e2");
  expect(await actions()).toHaveLength(2);
  await move("isolateHost", "succeeded");
  await steps.run();
  expect(await states()).toEqual({ isolateHost: "succeeded", getFile: "queued" });
  const merged = await world.actions.listDecisions(tenant, { verdict: "merge", limit: 10 });
  expect(merged.map(({ actionKind }) => actionKind).toSorted()).toEqual(["getFile", "isolateHost"]);
});

test("[P14] a chain follows the longer isolation that takes the place of its own", async () => {
  const longer = aRule({
    id: "longer" as never,
    actions: [{ kind: "isolateHost", arguments: { durationSeconds: 86_400 } }],
    when: { field: "Name", op: "=", value: "R002" },
  });
  const { tenant, steps, actions } = await aTenant([aChain([isolate, get]), longer]);
  const ingest = createIngest({
    store: world.ingest,
    queue: createMemoryQueueServer().open(),
    rules: activeRules([longer]),
    clock: { ...systemClock, now: () => NOW },
    logger: silentLogger,
  });
  await ingest.ingest(tenant, { events: [anEvent(tenant, "e2", { Name: "R002" })], rejected: [], bytes: 100 });
  expect(await steps.run()).toBe(0);
  const day = (await actions()).find(({ ruleId }) => ruleId === "longer");
  await world.actions.move(
    tenant,
    [{ actionId: day?.actionId as ActionId, state: "succeeded", at: NOW, source: "agent" }],
    NOW,
  );
  await steps.run();
  expect((await actions()).find(({ spec }) => spec.kind === "getFile")?.state).toBe("queued");
});

test("[R24] cancelling a chain ends what waits in it, also where a failure would let it go on; without that the rule decides", async () => {
  const mayFail = [aChain([{ ...isolate, onFailure: "continue" }, get])];
  const deskOf = () =>
    createActionDesk({
      store: world.actions,
      inventory: world.inventory,
      brakes: world.brakes,
      labels: world.labels,
      queue: createMemoryQueueServer().open(),
      linkOf: () => undefined,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
  const whole = await aTenant(mayFail);
  await deskOf().cancel(whole.tenant, await whole.idOf("isolateHost"), "ann", "wrong host", true);
  await whole.steps.run();
  expect(await whole.states()).toEqual({ isolateHost: "cancelled", getFile: "cancelled" });
  const one = await aTenant(mayFail);
  await deskOf().cancel(one.tenant, await one.idOf("isolateHost"), "ann", "wrong host");
  await one.steps.run();
  expect(await one.states()).toEqual({ isolateHost: "cancelled", getFile: "queued" });
});

test("[R24] [G5] an action of a chain that needs a person's yes goes out by both, in whatever order they come", async () => {
  const rules = [aChain([isolate, get], { mode: "hold" })];
  const approve = (tenant: TenantId, id: ActionId) =>
    world.database.query(
      "UPDATE approvals SET state = 'approved', decided_at = 1, decided_by = 'ann' WHERE tenant_id = $1 AND action_id = $2",
      [tenant, id],
    );
  const personLast = await aTenant(rules);
  await approve(personLast.tenant, await personLast.idOf("isolateHost"));
  await personLast.release(await personLast.idOf("isolateHost"));
  await personLast.move("isolateHost", "succeeded");
  await personLast.steps.run();
  expect(await personLast.states()).toEqual({ isolateHost: "succeeded", getFile: "held" });
  await approve(personLast.tenant, await personLast.idOf("getFile"));
  await personLast.release(await personLast.idOf("getFile"));
  expect(await personLast.states()).toMatchObject({ getFile: "queued" });

  const personFirst = await aTenant(rules);
  await approve(personFirst.tenant, await personFirst.idOf("getFile"));
  expect(await personFirst.release(await personFirst.idOf("getFile"))).toMatchObject([{ kind: "waits", for: "chain" }]);
  await approve(personFirst.tenant, await personFirst.idOf("isolateHost"));
  await personFirst.release(await personFirst.idOf("isolateHost"));
  await personFirst.move("isolateHost", "succeeded");
  await personFirst.steps.run();
  expect(await personFirst.states()).toMatchObject({ getFile: "queued" });
});
