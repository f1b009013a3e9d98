import {
  createActionDesk,
  createDispatcher,
  type DispatchQueue,
  type OfferVerdict,
  type SiteLink,
  type SiteRef,
} from "@cordon/coordinator-core";
import {
  type ActionId,
  AppError,
  addMs,
  type Clock,
  silentLogger,
  systemClock,
  systemRandom,
} from "@cordon/core/kernel";
import { eventually } from "@cordon/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import { addActions, NOW, openRecordWorld, type RecordWorld, type Settled } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

/** Time stands, timers run: deadlines are about the record's time. */
const clock: Clock = { ...systemClock, now: () => NOW };

/** Of a site's first session, whose ledger is its first. */
const FIRST_EPOCH = 2;

/** An agent behind a link: what it was offered, and what it answers. */
function aLink(answer: (actionId: ActionId) => Promise<OfferVerdict> | OfferVerdict = () => ({ kind: "accepted" })) {
  const offered: ActionId[] = [];
  const cancelled: ActionId[] = [];
  const link: SiteLink = {
    epoch: FIRST_EPOCH,
    offer: async (actionId) => {
      offered.push(actionId);
      return answer(actionId);
    },
    cancel: async (actionId) => {
      cancelled.push(actionId);
      return { outcome: offered.includes(actionId) ? "cancelled" : "not_found" };
    },
    release: async () => ({ outcome: "not_found", steps: "" }),
  };
  return { link, offered, cancelled };
}

function aDispatcher(server = createMemoryQueueServer(), limits = {}) {
  const queue = server.open();
  const dispatcher = createDispatcher({
    queue,
    store: world.actions,
    brakes: world.brakes,
    labels: world.labels,
    redeliveries: world.redeliveries,
    clock,
    logger: silentLogger,
    limits,
  });
  onTestFinished(() => dispatcher.close());
  return { dispatcher, queue, server };
}

async function queued(
  queue: DispatchQueue,
  { site }: Settled,
  names: readonly string[],
  parts = {},
): Promise<readonly ActionId[]> {
  const actions = await addActions(world, site, names, parts);
  await queue.add(
    actions.map(({ actionId, actionClass, createdAt }) => ({ ...site, actionId, actionClass, createdAt })),
  );
  return actions.map(({ actionId }) => actionId);
}

const stateOf = async ({ tenant }: Settled, id: ActionId | undefined) =>
  (await world.actions.getAction(tenant, id as ActionId))?.state;
const isIdle = async (queue: DispatchQueue, site: SiteRef) => {
  const { waiting, delayed, active } = await queue.stats(site);
  return waiting + delayed + active === 0;
};

test("[D3] a job ends at the receipt: the action is delivered and the queue is empty", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const { link, offered } = aLink();
  const ids = await queued(queue, settled, ["a", "b", "c"]);
  await dispatcher.attach(settled.site, link);
  await eventually(() => isIdle(queue, settled.site), { what: "the queue to be worked off" });
  expect([...offered].sort()).toEqual([...ids].sort());
  expect(await stateOf(settled, ids[0])).toBe("delivered");
  expect((await world.actions.getTimeline(settled.tenant, ids[0] as ActionId))?.at(-1)).toMatchObject({
    source: "dispatch",
    state: "delivered",
  });
});

test("work that comes while the site is connected is offered at once, without the slow look", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher(undefined, { lookMs: 3_600_000 });
  const { link, offered } = aLink();
  await dispatcher.attach(settled.site, link);
  const ids = await queued(queue, settled, ["a"]);
  await eventually(() => offered.length === 1, { what: "the offer" });
  expect(offered).toEqual(ids);
});

test("work that nobody announced is found by the slow look", async () => {
  const settled = await world.settle();
  const server = createMemoryQueueServer();
  const real = server.open();
  const deaf: DispatchQueue = { ...real, onWork: () => () => {} };
  const dispatcher = createDispatcher({
    queue: deaf,
    store: world.actions,
    brakes: world.brakes,
    labels: world.labels,
    redeliveries: world.redeliveries,
    clock,
    logger: silentLogger,
    limits: { lookMs: 20 },
  });
  onTestFinished(() => dispatcher.close());
  const { link, offered } = aLink();
  await dispatcher.attach(settled.site, link);
  await queued(real, settled, ["a"]);
  await eventually(() => offered.length === 1, { what: "the offer" });
});

test("no more offers are under way than the window holds, and all get through it", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher(undefined, { inFlightMax: 3 });
  let underWay = 0;
  let most = 0;
  const full = Promise.withResolvers<void>();
  const { link, offered } = aLink(async () => {
    most = Math.max(most, ++underWay);
    // Nothing is answered before the window is full, so that it must fill.
    if (underWay === 3) full.resolve();
    await full.promise;
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    return { kind: "accepted" };
  });
  await queued(
    queue,
    settled,
    Array.from({ length: 20 }, (_, index) => `n${index}`),
  );
  await dispatcher.attach(settled.site, link);
  await eventually(() => isIdle(queue, settled.site), { what: "the queue to be worked off" });
  expect(new Set(offered).size).toBe(20);
  expect(most).toBe(3);
});

test("[D6] an action past its deadline is expired and never offered", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const { link, offered } = aLink();
  const [id] = await queued(queue, settled, ["late"], { deadline: NOW });
  await dispatcher.attach(settled.site, link);
  await eventually(() => isIdle(queue, settled.site), { what: "the job to end" });
  expect(offered).toEqual([]);
  expect(await stateOf(settled, id)).toBe("expired");
});

test("a refusal is recorded with its reason; one that passes by itself is not an answer", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const [gone, busy] = await queued(queue, settled, ["gone", "busy"]);
  const { link } = aLink((actionId) =>
    actionId === gone
      ? { kind: "refused", code: "endpoint.not_found", message: "no such host here" }
      : { kind: "refused", code: "ksc.unavailable", message: "starting" },
  );
  await dispatcher.attach(settled.site, link);
  await eventually(async () => (await queue.stats(settled.site)).delayed === 1, { what: "the busy one to be put off" });
  await eventually(async () => (await stateOf(settled, gone)) === "refused", { what: "the refusal" });
  expect(await world.actions.getAction(settled.tenant, gone as ActionId)).toMatchObject({
    detail: { code: "endpoint.not_found", message: "no such host here" },
  });
  expect(await stateOf(settled, busy)).toBe("queued");
});

test("[D4] a duplicate settles by the state that the agent has it in", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const { link } = aLink(() => ({ kind: "duplicate", state: "running" }));
  const [id] = await queued(queue, settled, ["a"]);
  await dispatcher.attach(settled.site, link);
  await eventually(() => isIdle(queue, settled.site), { what: "the job to end" });
  expect(await stateOf(settled, id)).toBe("running");
});

test("[D8] what a lost link held is there at once for the next, and is offered again", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  let lose: (error: Error) => void = () => {};
  const lost = aLink(() => new Promise((_, reject) => (lose = reject)));
  const [id] = await queued(queue, settled, ["a"]);
  await dispatcher.attach(settled.site, lost.link);
  await eventually(() => lost.offered.length === 1, { what: "the first offer" });
  lose(new AppError("site.offline", "the socket closed"));
  await dispatcher.detach(settled.site, lost.link);
  const next = aLink();
  await dispatcher.attach(settled.site, next.link);
  await eventually(async () => (await stateOf(settled, id)) === "delivered", { what: "the delivery" });
  expect(next.offered).toEqual([id]);
});

test("a job whose action is not queued any more is dropped", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const { link, offered } = aLink();
  await queued(queue, settled, ["done"], { state: "succeeded" });
  await queue.add([{ ...settled.site, actionId: "unheard-of" as ActionId, actionClass: "scan", createdAt: NOW }]);
  await dispatcher.attach(settled.site, link);
  await eventually(() => isIdle(queue, settled.site), { what: "the jobs to end" });
  expect(offered).toEqual([]);
});

test("a receipt that cannot be recorded keeps the job; the agent's `duplicate` settles it later", async () => {
  const settled = await world.settle();
  const queue = createMemoryQueueServer().open();
  let failing = true;
  const store = {
    ...world.actions,
    move: (...args: Parameters<typeof world.actions.move>) =>
      failing ? Promise.reject(new AppError("store.unavailable", "for the test")) : world.actions.move(...args),
  };
  const dispatcher = createDispatcher({
    queue,
    store,
    brakes: world.brakes,
    labels: world.labels,
    redeliveries: world.redeliveries,
    clock,
    logger: silentLogger,
  });
  onTestFinished(() => dispatcher.close());
  const { link, offered } = aLink(() =>
    offered.length > 1 ? { kind: "duplicate", state: "delivered" } : { kind: "accepted" },
  );
  const [id] = await queued(queue, settled, ["a"]);
  await dispatcher.attach(settled.site, link);
  await eventually(async () => (await queue.stats(settled.site)).delayed === 1, { what: "the job to be kept" });
  failing = false;
  await eventually(async () => (await stateOf(settled, id)) === "delivered", { what: "the delivery to be recorded" });
  expect(offered).toHaveLength(2);
});

test("the second link of a site replaces the first, whose goodbye then changes nothing", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const [old, fresh] = [aLink(), aLink()];
  await dispatcher.attach(settled.site, old.link);
  await dispatcher.attach(settled.site, fresh.link);
  await dispatcher.detach(settled.site, old.link);
  expect(dispatcher.linkOf(settled.site)).toBe(fresh.link);
  await queued(queue, settled, ["a"]);
  await eventually(() => fresh.offered.length === 1, { what: "the offer" });
  expect(old.offered).toEqual([]);
});

function aDesk(dispatcher: ReturnType<typeof aDispatcher>["dispatcher"], queue: DispatchQueue) {
  return createActionDesk({
    store: world.actions,
    brakes: world.brakes,
    labels: world.labels,
    inventory: world.inventory,
    queue,
    linkOf: dispatcher.linkOf,
    clock,
    random: systemRandom,
    logger: silentLogger,
  });
}

test("an order by hand is a decision, an action and a job; the same key orders once", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const desk = aDesk(dispatcher, queue);
  const request = {
    siteId: settled.site.siteId,
    endpointId: "host-1" as never,
    kind: "isolateHost",
    args: { durationSeconds: 600 },
    actor: "ann",
    reason: "looks bad",
    requestKey: "r1",
  } as const;
  const first = await desk.order(settled.tenant, request);
  if (first.kind !== "ordered") throw new Error(first.kind);
  expect(first).toMatchObject({ created: true, action: { state: "queued", ruleSetVersion: 0, endpointName: "WS-1" } });
  expect(await queue.stats(settled.site)).toMatchObject({ waiting: 1 });
  expect(await desk.order(settled.tenant, { ...request, args: { durationSeconds: 900 } })).toMatchObject({
    created: false,
    action: { actionId: first.action.actionId, spec: { durationSeconds: 600 } },
  });
  expect(await desk.decisions(settled.tenant, { endpointId: request.endpointId, limit: 10 })).toMatchObject([
    { verdict: "act", code: "order.by_hand", actionId: first.action.actionId, detail: { actor: "ann" } },
  ]);
  expect(await desk.timeline(settled.tenant, first.action.actionId)).toMatchObject([
    { source: "api", actor: "ann", state: "queued" },
  ]);
});

test("an order with wrong arguments or for an unknown endpoint stores nothing", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const desk = aDesk(dispatcher, queue);
  const request = {
    siteId: settled.site.siteId,
    endpointId: "host-1" as never,
    kind: "isolateHost",
    args: {},
    actor: "ann",
    reason: "x",
  } as const;
  expect(await desk.order(settled.tenant, request)).toMatchObject({
    kind: "invalid",
    problems: [{ argument: "durationSeconds" }],
  });
  const unknown = { ...request, args: { durationSeconds: 600 }, endpointId: "nobody" as never };
  expect(await desk.order(settled.tenant, unknown)).toMatchObject({ kind: "not_found", code: "endpoint.not_found" });
  expect(await desk.list(settled.tenant, { limit: 10 })).toEqual([]);
});

test("a queued action is cancelled before it is sent, and its job is gone", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const desk = aDesk(dispatcher, queue);
  const [id] = await queued(queue, settled, ["a"]);
  expect(await desk.cancel(settled.tenant, id as ActionId, "ann", "false alarm")).toEqual({ kind: "cancelled" });
  expect(await isIdle(queue, settled.site)).toBe(true);
  expect((await desk.timeline(settled.tenant, id as ActionId))?.at(-1)).toMatchObject({
    state: "cancelled",
    actor: "ann",
    detail: { message: "false alarm" },
  });
  expect(await desk.cancel(settled.tenant, id as ActionId, "ann", "again")).toEqual({
    kind: "settled",
    state: "cancelled",
  });
});

test("a delivered action is cancelled only when its agent says so", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const desk = aDesk(dispatcher, queue);
  const [id] = await queued(queue, settled, ["a"], { state: "delivered" });
  const cancel = () => desk.cancel(settled.tenant, id as ActionId, "ann", "false alarm");
  expect(await cancel()).toEqual({ kind: "site_offline", code: "site.offline", state: "delivered" });
  const tooLate = { ...aLink().link, cancel: async () => ({ outcome: "too_late", state: "running" }) as const };
  await dispatcher.attach(settled.site, tooLate);
  expect(await cancel()).toEqual({ kind: "too_late", state: "running" });
  expect(await stateOf(settled, id)).toBe("delivered");
  await dispatcher.attach(settled.site, { ...tooLate, cancel: async () => ({ outcome: "cancelled" }) });
  expect(await cancel()).toEqual({ kind: "cancelled" });
  expect(await stateOf(settled, id)).toBe("cancelled");
});

test("an action that was cancelled while its offer was on the way is cancelled at the agent too", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const desk = aDesk(dispatcher, queue);
  let accept: (verdict: OfferVerdict) => void = () => {};
  const { link, offered, cancelled } = aLink(() => new Promise((resolve) => (accept = resolve)));
  const [id] = await queued(queue, settled, ["a"]);
  await dispatcher.attach(settled.site, link);
  await eventually(() => offered.length === 1, { what: "the offer" });
  // This first message finds nothing: the agent has not read the offer yet.
  const { cancel } = link;
  link.cancel = async () => ({ outcome: "not_found" });
  await desk.cancel(settled.tenant, id as ActionId, "ann", "false alarm");
  link.cancel = cancel;
  accept({ kind: "accepted" });
  await eventually(() => cancelled.length === 1, { what: "the agent to be told" });
  expect(await stateOf(settled, id)).toBe("cancelled");
});

test("an action of another deadline class keeps its own deadline when it is ordered by hand", async () => {
  const settled = await world.settle();
  const { dispatcher, queue } = aDispatcher();
  const order = { siteId: settled.site.siteId, endpointId: "host-1" as never, actor: "ann", reason: "x" };
  const scan = await aDesk(dispatcher, queue).order(settled.tenant, { ...order, kind: "onDemandScan", args: {} });
  expect(scan).toMatchObject({ action: { deadline: addMs(NOW, 72 * 3_600_000), actionClass: "scan" } });
});
