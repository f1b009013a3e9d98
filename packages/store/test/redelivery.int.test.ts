import {
  createApplyStatuses,
  createDispatcher,
  createRedelivery,
  createSweep,
  type OfferVerdict,
  offerOf,
  type SiteLink,
} from "@cordon/coordinator-core";
import type { ActionOrder, ActionState } from "@cordon/core/action";
import {
  type ActionId,
  addMs,
  type Clock,
  type EpochMs,
  epochMs,
  silentLogger,
  systemClock,
} from "@cordon/core/kernel";
import { eventually } from "@cordon/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import {
  addActions,
  addSession,
  NO_CHAINS,
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

const LATER = addMs(NOW, 300_000);
const clock: Clock = { ...systemClock, now: () => LATER };

/** The agent's ledger was lost a while after NOW: its next session has another one. */
const loseLedger = ({ site, session }: Settled) =>
  addSession(world, site, session.agentId, { ledgerId: "made anew", statusSeq: 0, epoch: 0, now: LATER });

function redelivering() {
  const queue = createMemoryQueueServer().open();
  const redelivery = createRedelivery({ store: world.redeliveries, queue, clock, logger: silentLogger });
  const dispatcher = createDispatcher({
    queue,
    store: world.actions,
    brakes: world.brakes,
    labels: world.labels,
    redeliveries: world.redeliveries,
    clock,
    logger: silentLogger,
  });
  onTestFinished(() => dispatcher.close());
  return { queue, redelivery, dispatcher };
}

function aLink({ tenant, site }: Settled, epoch: number, answer: () => OfferVerdict = () => ({ kind: "accepted" })) {
  const offers: { readonly order: ActionOrder; readonly firstOfferedAt: EpochMs | undefined }[] = [];
  const link: SiteLink = {
    epoch,
    offer: async (actionId) => {
      // As the signer makes it.
      const [action] = await world.actions.loadForDispatch(tenant, site.siteId, [actionId]);
      if (action !== undefined) offers.push({ firstOfferedAt: undefined, ...offerOf(action) });
      return answer();
    },
    cancel: async () => ({ outcome: "not_found" }),
    release: async () => ({ outcome: "not_found", steps: "" }),
  };
  return { link, offers };
}

const add = async ({ site }: Settled, name: string, state: ActionState, parts = {}) =>
  ((await addActions(world, site, [name], { state, ...parts }))[0] as { readonly actionId: ActionId }).actionId;
const stateOf = async ({ tenant }: Settled, id: ActionId) => (await world.actions.getAction(tenant, id))?.state;
const left = async ({ tenant }: Settled) =>
  (
    await world.database.query<{ id: ActionId }>(
      "SELECT action_id AS id FROM redeliveries WHERE tenant_id = $1 ORDER BY action_id",
      [tenant],
    )
  ).map(({ id }) => id);

test("[L8] a new ledger is offered what the lost one had not finished, and isolations that should hold; nothing else", async () => {
  const settled = await world.settle();
  const wanted: ActionId[] = [];
  for (const state of ["delivered", "deferred", "submitting", "submitted", "task_seen", "running"] as const) {
    wanted.push(await add(settled, state, state));
  }
  wanted.push(await add(settled, "isolated", "succeeded", { kind: "isolateHost", stateAt: NOW }));
  await add(settled, "isolation-over", "succeeded", { kind: "isolateHost", stateAt: epochMs(NOW - 600_000) });
  for (const state of ["held", "succeeded", "failed", "refused", "expired", "cancelled", "unknown"] as const) {
    await add(settled, `not-${state}`, state);
  }
  const { redelivery, queue, dispatcher } = redelivering();
  const { epoch, start } = await loseLedger(settled);
  expect(start.redeliver).toBe(true);
  await redelivery.run();
  expect((await left(settled)).toSorted()).toEqual(wanted.toSorted());
  const { link, offers } = aLink(settled, epoch);
  await dispatcher.attach(settled.site, link);
  await eventually(async () => (await left(settled)).length === 0, { what: "all to be answered" });
  expect(offers.map(({ order }) => order.actionId).toSorted()).toEqual(wanted.toSorted());
  expect(offers.every(({ firstOfferedAt }) => firstOfferedAt === NOW)).toBe(true);
  // For people nothing went back.
  expect(await stateOf(settled, wanted[5] as ActionId)).toBe("running");
  expect(await stateOf(settled, wanted[6] as ActionId)).toBe("succeeded");
  await eventually(async () => (await queue.stats(settled.site)).active === 0, { what: "the jobs to end" });
  await redelivery.run();
  expect(await left(settled)).toEqual([]);
});

test("[D4] what KSC is known to have goes with a deadline that has passed: it is looked for, and cannot be sent again", async () => {
  const settled = await world.settle();
  const deadline = addMs(NOW, 3_600_000);
  const [known, unclear] = [await add(settled, "k", "submitted"), await add(settled, "u", "submitting")];
  const { redelivery, dispatcher } = redelivering();
  const { epoch } = await loseLedger(settled);
  await redelivery.run();
  const { link, offers } = aLink(settled, epoch);
  await dispatcher.attach(settled.site, link);
  await eventually(() => offers.length === 2, { what: "both offers" });
  const deadlines = new Map(offers.map(({ order }) => [order.actionId, order.deadline]));
  expect(deadlines.get(known)).toBe(NOW);
  expect(deadlines.get(unclear)).toBe(deadline);
});

test("[D4] an action that was queued before the change may have been offered; one that was made well after it was not", async () => {
  const settled = await world.settle();
  const { queue, dispatcher } = redelivering();
  const { epoch } = await loseLedger(settled);
  const [before] = await addActions(world, settled.site, ["before"]);
  const [after] = await addActions(world, settled.site, ["after"], { createdAt: addMs(LATER, 61_000) });
  await queue.add([before, after].flatMap((action) => (action ? [{ ...settled.site, ...action }] : [])));
  const { link, offers } = aLink(settled, epoch);
  await dispatcher.attach(settled.site, link);
  await eventually(() => offers.length === 2, { what: "both offers" });
  const doubts = new Map(offers.map(({ order, firstOfferedAt }) => [order.actionId, firstOfferedAt]));
  expect(doubts.get(before?.actionId as ActionId)).toBe(NOW);
  expect(doubts.get(after?.actionId as ActionId)).toBeUndefined();
});

test("[D4][L8] what was queued in an earlier session may have been offered then; what came while the agent was away was not, and its refusal stays one", async () => {
  const settled = await world.settle();
  const { session, site, tenant } = settled;
  const { queue, dispatcher } = redelivering();
  await world.sessions.endSession(tenant, site.siteId, session.epoch, addMs(NOW, 10_000));
  // The same ledger comes back: nothing is offered again but what has no receipt.
  const { epoch, start } = await addSession(world, site, session.agentId, {
    ledgerId: session.ledgerId,
    statusSeq: 0,
    epoch: session.epoch,
    now: LATER,
  });
  expect(start.redeliver).toBe(false);
  const [during] = await addActions(world, site, ["during"], { createdAt: addMs(NOW, 5_000) });
  const [away] = await addActions(world, site, ["away"], { createdAt: addMs(NOW, 71_000) });
  await queue.add([during, away].flatMap((action) => (action ? [{ ...site, ...action }] : [])));
  const no = aLink(settled, epoch, () => ({ kind: "refused", code: "policy.endpoint_protected", message: "not here" }));
  await dispatcher.attach(site, no.link);
  await eventually(() => no.offers.length === 2, { what: "both offers" });
  const doubts = new Map(no.offers.map(({ order, firstOfferedAt }) => [order.actionId, firstOfferedAt]));
  expect(doubts.get(during?.actionId as ActionId)).toBe(addMs(NOW, 5_000));
  expect(doubts.get(away?.actionId as ActionId)).toBeUndefined();
  for (const action of [during, away]) {
    await eventually(async () => (await stateOf(settled, action?.actionId as ActionId)) === "refused", { what: "it" });
  }
});

test("a site's first ledger is offered everything without doubt", async () => {
  const settled = await world.settle();
  const { queue, dispatcher } = redelivering();
  const [action] = await addActions(world, settled.site, ["a"]);
  if (action) await queue.add([{ ...settled.site, ...action }]);
  const { link, offers } = aLink(settled, settled.session.epoch);
  await dispatcher.attach(settled.site, link);
  await eventually(() => offers.length === 1, { what: "the offer" });
  expect(offers[0]?.firstOfferedAt).toBeUndefined();
});

test("[D4] an agent that will not take over what another may have sent leaves it unknown, not refused", async () => {
  const settled = await world.settle();
  const id = await add(settled, "a", "delivered");
  const { redelivery, dispatcher } = redelivering();
  const { epoch } = await loseLedger(settled);
  await redelivery.run();
  const no = aLink(settled, epoch, () => ({
    kind: "refused",
    code: "endpoint.not_found",
    message: "no such host here",
  }));
  await dispatcher.attach(settled.site, no.link);
  await eventually(async () => (await stateOf(settled, id)) === "unknown", { what: "the state" });
});

test("[L8] a receipt of a session that is not the present one any more does not count, and the action is offered again", async () => {
  const settled = await world.settle();
  const [action] = await addActions(world, settled.site, ["a"]);
  const id = action?.actionId as ActionId;
  const { queue, dispatcher } = redelivering();
  if (action) await queue.add([{ ...settled.site, ...action }]);
  const { epoch } = await loseLedger(settled);
  const stale = aLink(settled, settled.session.epoch);
  await dispatcher.attach(settled.site, stale.link);
  await eventually(async () => (await queue.stats(settled.site)).delayed === 1, { what: "the job to be kept" });
  expect(await stateOf(settled, id)).toBe("queued");
  const present = aLink(settled, epoch);
  await dispatcher.attach(settled.site, present.link);
  await eventually(async () => (await stateOf(settled, id)) === "delivered", { what: "the delivery" });
  expect(present.offers).toHaveLength(1);
});

test("[D2] what is to be offered again survives a lost queue, and a process that ended before it had collected it", async () => {
  const settled = await world.settle();
  const id = await add(settled, "a", "running");
  await loseLedger(settled);
  const server = createMemoryQueueServer();
  const queue = server.open();
  const redelivery = createRedelivery({ store: world.redeliveries, queue, clock, logger: silentLogger });
  const sweep = createSweep({
    store: world.sweep,
    sessions: world.sessions,
    redelivery,
    chains: NO_CHAINS,
    queue,
    clock,
    logger: silentLogger,
  });
  await sweep.runOnce();
  expect((await queue.take(settled.site, 10)).map(({ actionId }) => actionId)).toContain(id);
  server.flush();
  await sweep.runOnce();
  expect((await queue.take(settled.site, 10)).map(({ actionId }) => actionId)).toContain(id);
});

test("[D7] pages are the newest first, and a page takes no more than it may", async () => {
  const settled = await world.settle();
  for (let index = 0; index < 5; index++) {
    await add(settled, `a${index}`, "running", { createdAt: epochMs(NOW + index) });
  }
  await loseLedger(settled);
  const seen: number[] = [];
  for (let last: { createdAt: EpochMs; actionId: ActionId } | undefined; ; ) {
    const rows = await world.redeliveries.collect(settled.tenant, settled.site.siteId, last, 2, LATER);
    expect(rows.length).toBeLessThanOrEqual(2);
    seen.push(...rows.map(({ createdAt }) => createdAt - NOW));
    last = rows.at(-1);
    if (rows.length < 2) break;
  }
  expect(seen).toEqual([4, 3, 2, 1, 0]);
});

test("an answer from before the change does not end what it made due", async () => {
  const settled = await world.settle();
  const id = await add(settled, "a", "running");
  const { redelivery } = redelivering();
  const { epoch } = await loseLedger(settled);
  await redelivery.run();
  await world.redeliveries.answered(settled.tenant, [id], settled.session.epoch);
  expect(await left(settled)).toEqual([id]);
  await world.redeliveries.answered(settled.tenant, [id], epoch);
  expect(await left(settled)).toEqual([]);
});

const status = (seq: number, actionId: ActionId, state: ActionState) => ({
  seq,
  actionId,
  state,
  at: epochMs(NOW + seq),
  detail: { evidence: { rung: "none" as const } },
});
const applier = () => createApplyStatuses({ store: world.actions, chains: NO_CHAINS, clock, logger: silentLogger });

test("[L8] of a ledger that stands by only what it saw at KSC counts; its cursor moves over the rest all the same", async () => {
  const settled = await world.settle();
  const [given, seen] = [await add(settled, "g", "delivered"), await add(settled, "s", "delivered")];
  const spare = await addSession(world, settled.site, `spare-${settled.session.agentId}`);
  expect(spare.role).toBe("standby");
  const batch = [status(1, given, "expired"), status(2, seen, "submitted"), status(3, seen, "no_console")];
  expect(await applier()(spare, batch)).toEqual({ kind: "applied", cursor: 3, moved: 1, ignored: 2, unknown: 0 });
  expect([await stateOf(settled, given), await stateOf(settled, seen)]).toEqual(["delivered", "submitted"]);
  expect((await world.actions.getTimeline(settled.tenant, given))?.at(-1)).toMatchObject({
    state: "expired",
    outcome: "ignored",
  });
});

test("[T1] that the active ledger gives up on what KSC had reads as unknown", async () => {
  const settled = await world.settle();
  const [had, not] = [await add(settled, "h", "running"), await add(settled, "n", "delivered")];
  await applier()(settled.session, [status(1, had, "expired"), status(2, not, "expired")]);
  expect([await stateOf(settled, had), await stateOf(settled, not)]).toEqual(["unknown", "expired"]);
  expect((await world.actions.getTimeline(settled.tenant, had))?.at(-1)).toMatchObject({
    state: "unknown",
    outcome: "moved",
  });
});
