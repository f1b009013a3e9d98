import {
  createApprovalDesk,
  createApprovalWatch,
  createIngest,
  createReleaseHeld,
  type DecideAnswer,
  rulesInUse,
} from "@cordon/coordinator-core";
import { type ApprovalPolicy, approvalHash } from "@cordon/core/approval";
import {
  type ActionId,
  addMs,
  type Clock,
  type EpochMs,
  endpointId,
  eventId,
  silentLogger,
  systemClock,
} from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../src/database.ts";
import { createStores, type Stores } from "../src/stores.ts";
import { createMemoryQueueServer } from "./memory-queue.ts";
import {
  anEndpoint,
  anEvent,
  aRule,
  compileJsonRules,
  NOW,
  openRecordWorld,
  type RecordWorld,
  type Settled,
} from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const TWO: ApprovalPolicy = { need: 2, onTimeout: "deny", notAuthor: true, timeoutMs: 600_000 };
const at = (ms: EpochMs): Clock => ({ ...systemClock, now: () => ms });

/** The parts of one coordinator that decide about approvals. */
function coordinator(stores: Stores = world, now: EpochMs = NOW) {
  const queue = createMemoryQueueServer().open();
  const clock = at(now);
  const release = createReleaseHeld({
    held: stores.held,
    store: stores.actions,
    brakes: stores.brakes,
    labels: stores.labels,
    queue,
    clock,
    logger: silentLogger,
  });
  const deps = { approvals: stores.approvals, store: stores.actions, release, clock, logger: silentLogger };
  return { desk: createApprovalDesk(deps), watch: createApprovalWatch(deps), release, queue, clock };
}

/** Another process's pool of connections. */
function anotherProcess(): Stores {
  const database = openDatabase({ url: world.postgres.url, logger: silentLogger });
  onTestFinished(() => database.close());
  return createStores(database);
}

/** Publishes the rules as `ann`, and lets one event per host meet them. */
async function met(settled: Settled, rules: readonly Rule[], hosts: readonly string[] = ["ws-1"]) {
  const { tenant } = settled;
  const files = [{ name: "rules.json", text: JSON.stringify(rules) }];
  const added = await world.ruleSets.addRuleSet(tenant, {
    contentHash: "h1",
    files,
    publishedAt: NOW,
    publishedBy: "ann",
  });
  const compilation = compileJsonRules(files);
  if (!compilation.ok || added === undefined) throw new Error("the rules do not compile");
  const current = { version: added.ruleSet.version, hash: "h1", compiled: compilation.compiled };
  const ingest = createIngest({
    store: world.ingest,
    queue: createMemoryQueueServer().open(),
    rules: {
      current: () => current,
      inUse: () => rulesInUse(current),
      start: async () => {},
      refresh: async () => {},
      stop: () => {},
    },
    clock: at(NOW),
    logger: silentLogger,
  });
  const events = hosts.map((host, index) => anEvent(tenant, `e-${index}`, { DestinationHostName: host }));
  const answer = await ingest.ingest(tenant, { events, rejected: [], bytes: 1 });
  if (answer.kind !== "stored") throw new Error("not stored");
  await ingest.drain();
  return world.actions.listActions(tenant, { limit: 500 });
}

const approvedBy =
  (desk: ReturnType<typeof coordinator>["desk"], settled: Settled) =>
  async (actor: string, hash: string, actionIds?: readonly ActionId[]): Promise<DecideAnswer> =>
    desk.decide(settled.tenant, {
      selection: actionIds === undefined ? {} : { actionIds },
      verdict: "approve",
      hash,
      reason: "looked at it",
      actor,
      standingAt: () => [],
    });

test("[A1] [A2] a rule that asks for two persons is let go by the second, and never by its author", async () => {
  const settled = await world.settle();
  const [action] = await met(settled, [aRule({ approval: TWO })]);
  expect(action?.state).toBe("held");
  const { desk, queue } = coordinator();
  const approve = approvedBy(desk, settled);
  const [waiting] = await desk.list(settled.tenant, { state: "open", limit: 10 });
  expect(waiting).toMatchObject({ heldBy: "guard.approval", author: "ann", expiresAt: addMs(NOW, 600_000), votes: [] });
  const hash = waiting?.hash as string;

  expect(await approve("ann", hash)).toMatchObject({ votes: [{ kind: "refused", code: "approval.author" }] });
  expect(await approve("bob", hash)).toMatchObject({ votes: [{ kind: "counted" }], releases: [] });
  expect(await approve("bob", hash)).toMatchObject({ votes: [{ kind: "refused", code: "approval.voted_already" }] });
  expect(await approve("cid", hash)).toMatchObject({ votes: [{ kind: "approved" }], releases: [{ kind: "released" }] });

  expect((await world.actions.getAction(settled.tenant, action?.actionId as ActionId))?.state).toBe("queued");
  expect(await queue.stats(settled.site)).toMatchObject({ waiting: 1 });
  const timeline = await world.actions.getTimeline(settled.tenant, action?.actionId as ActionId);
  expect(timeline?.map(({ state, actor, source }) => ({ state, actor, source }))).toEqual([
    { state: "held", actor: undefined, source: "rules" },
    { state: "queued", actor: "cid", source: "api" },
  ]);
  expect(await approve("dee", hash, [action?.actionId as ActionId])).toMatchObject({
    votes: [{ kind: "refused", code: "approval.decided" }],
  });
});

test("[A5] an approval of something else is refused, says what changed, and counts nothing", async () => {
  const settled = await world.settle();
  const [action] = await met(settled, [aRule({ mode: "hold" })]);
  const { desk } = coordinator();
  const approve = approvedBy(desk, settled);
  const other = approvalHash([{ ...(action as NonNullable<typeof action>), endpointId: endpointId("host-9") }]);
  expect(await approve("bob", other)).toMatchObject({ kind: "changed", parts: ["targets"], actions: 1 });
  expect(await desk.get(settled.tenant, action?.actionId as ActionId)).toMatchObject({ state: "open", votes: [] });
});

test("[A2] two approvers at once at two coordinators let it go once", async () => {
  const settled = await world.settle();
  const [action] = await met(settled, [aRule({ approval: TWO })]);
  const first = coordinator();
  const second = coordinator(anotherProcess());
  const { hash } = (await first.desk.select(settled.tenant, {})) as { hash: string };
  const answers = await Promise.all([
    approvedBy(first.desk, settled)("bob", hash),
    approvedBy(second.desk, settled)("cid", hash),
  ]);
  const kinds = answers.map((answer) => (answer.kind === "decided" ? answer.votes[0]?.kind : answer.kind));
  expect(kinds.toSorted()).toEqual(["approved", "counted"]);
  const timeline = await world.actions.getTimeline(settled.tenant, action?.actionId as ActionId);
  expect(timeline?.map(({ state, outcome }) => `${state} ${outcome}`)).toEqual(["held moved", "queued moved"]);
});

test("[A4] silence decides once, whichever of two coordinators looks first, and as the rule says", async () => {
  const settled = await world.settle({
    endpoints: [
      anEndpoint(),
      anEndpoint({ endpointId: endpointId("host-2"), hostName: "ws-2", fqdn: "ws-2.acme.example" }),
    ],
  });
  const rules = [
    aRule({ approval: { ...TWO, onTimeout: "allow" } }),
    aRule({ id: "deny-it" as Rule["id"], approval: TWO, actions: [{ kind: "onDemandScan", arguments: {} }] }),
  ];
  const actions = await met(settled, rules);
  const late = addMs(NOW, 600_000);
  const early = coordinator(world, addMs(NOW, 599_999));
  await early.watch.runOnce();
  expect(await early.desk.list(settled.tenant, { state: "open", limit: 10 })).toHaveLength(2);

  const both = [coordinator(world, late), coordinator(anotherProcess(), late)];
  await Promise.all(both.map(({ watch }) => watch.runOnce()));
  // What the faster one decided and had not carried out yet, the other may have found; once more finds the rest.
  await both[0]?.watch.runOnce();
  const states = await world.actions.listActions(settled.tenant, { limit: 10 });
  expect(Object.fromEntries(states.map(({ ruleId, state }) => [ruleId, state]))).toEqual({
    isolate: "queued",
    "deny-it": "refused",
  });
  for (const { actionId } of actions) {
    const timeline = await world.actions.getTimeline(settled.tenant, actionId);
    expect(timeline?.filter(({ outcome }) => outcome === "moved")).toHaveLength(2);
  }
});

test("[A6] a coordinator that ends between the decision and the release loses nothing", async () => {
  const settled = await world.settle();
  const [action] = await met(settled, [aRule({ mode: "hold" })]);
  const actionId = action?.actionId as ActionId;
  const { watch } = coordinator();
  await world.approvals.vote(settled.tenant, {}, 10, () => ({
    writes: { votes: [], decided: [{ actionId, state: "approved", by: "bob", reason: "yes", at: NOW }] },
  }));
  expect((await world.actions.getAction(settled.tenant, actionId))?.state).toBe("held");
  await watch.runOnce();
  expect((await world.actions.getAction(settled.tenant, actionId))?.state).toBe("queued");
  expect(await world.approvals.listUnsettled(undefined, 10)).toEqual([]);
});

test("[A7] what is approved while the kill switch is pulled goes out when it is lifted, and what is never to be touched is refused", async () => {
  const settled = await world.settle({
    endpoints: [
      anEndpoint(),
      anEndpoint({ endpointId: endpointId("host-2"), hostName: "ws-2", fqdn: "ws-2.acme.example" }),
    ],
  });
  await met(settled, [aRule({ mode: "hold" })], ["ws-1", "ws-2"]);
  const { tenant } = settled;
  const brake = { scope: { tenantId: tenant }, reason: "why", setBy: "ann", setAt: NOW };
  await world.brakes.addBrake({ ...brake, brakeId: `kill-${tenant}`, type: "killSwitch" }, 10);
  const who = [{ by: "endpoint", endpointId: endpointId("host-2") }] as const;
  await world.brakes.addBrake({ ...brake, brakeId: `never-${tenant}`, type: "neverTouch", who }, 10);
  const { desk, watch } = coordinator();
  const { hash } = (await desk.select(tenant, {})) as { hash: string };
  expect(await approvedBy(desk, settled)("bob", hash)).toMatchObject({
    releases: expect.arrayContaining([
      expect.objectContaining({ kind: "held_back", code: "guard.kill_switch" }),
      expect.objectContaining({ kind: "refused", code: "guard.never_touch" }),
    ]),
  });
  await watch.runOnce();
  await world.brakes.liftBrake(tenant, `kill-${tenant}`, { at: NOW, by: "ann", reason: "over" });
  await watch.runOnce();
  const states = (await world.actions.listActions(tenant, { limit: 10 })).map(
    ({ endpointId: id, state }) => `${id} ${state}`,
  );
  expect(states.toSorted()).toEqual(["host-1 queued", "host-2 refused"]);
});

test("[A3] one no ends all that a rule has held, and tells why", async () => {
  const settled = await world.settle();
  const [action] = await met(settled, [aRule({ approval: TWO })]);
  const { desk } = coordinator();
  const request = {
    selection: { ruleId: aRule().id },
    verdict: "reject",
    reason: "a false alarm",
    actor: "bob",
    standingAt: () => [],
  } as const;
  expect(await desk.decide(settled.tenant, request)).toMatchObject({ votes: [{ kind: "rejected" }] });
  expect(await world.actions.getAction(settled.tenant, action?.actionId as ActionId)).toMatchObject({
    state: "refused",
    detail: { code: "approval.rejected", message: "bob said no: a false alarm" },
  });
});

test("[G10] a storm of one rule on 1,000 hosts is held whole, and let go by one decision", async () => {
  const hosts = Array.from({ length: 1_000 }, (_, index) => `pc-${index}`);
  const settled = await world.settle({
    endpoints: hosts.map((host) =>
      anEndpoint({ endpointId: endpointId(host), displayName: host, hostName: host, fqdn: `${host}.x` }),
    ),
  });
  const { tenant } = settled;
  const storm = { type: "storm", windowMs: 300_000, bounds: { endpointsMax: 20 } } as const;
  const brake = {
    ...storm,
    scope: { tenantId: tenant },
    reason: "why",
    setBy: "ann",
    setAt: NOW,
    brakeId: `storm-${tenant}`,
  };
  await world.brakes.addBrake(brake, 10);
  await met(settled, [aRule()], hosts);
  const { desk } = coordinator();
  const selected = await desk.select(tenant, { ruleId: aRule().id });
  if (selected === "too_many") throw new Error("too many");
  expect(selected.approvals).toHaveLength(980);
  const answer = await approvedBy(desk, settled)("bob", selected.hash);
  expect(answer.kind === "decided" && answer.releases.filter(({ kind }) => kind === "released")).toHaveLength(980);
});

test("[S10] another tenant's approval is not found", async () => {
  const settled = await world.settle();
  const other = await world.settle();
  const [action] = await met(settled, [aRule({ mode: "hold" })]);
  const { desk } = coordinator();
  const actionIds = [action?.actionId as ActionId];
  const request = {
    selection: { actionIds },
    verdict: "reject",
    reason: "no",
    actor: "eve",
    standingAt: () => [],
  } as const;
  expect(await desk.decide(other.tenant, request)).toEqual({ kind: "not_found" });
  expect(await desk.get(other.tenant, action?.actionId as ActionId)).toBeUndefined();
  expect(await desk.list(other.tenant, { eventId: eventId("e-0"), limit: 10 })).toEqual([]);
});
