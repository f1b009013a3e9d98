import {
  type ActiveRules,
  type BrakeDesk,
  type BrakeRequest,
  createActionDesk,
  createBrakeDesk,
  createDispatcher,
  createIngest,
  createLabelDesk,
  createLeaseDesk,
  createSweep,
  rulesInUse,
  type SiteLink,
} from "@cordon/coordinator-core";
import { BRAKE_TYPES, type Brake } from "@cordon/core/guards";
import {
  type ActionId,
  addMs,
  type Clock,
  endpointId,
  silentLogger,
  siteId,
  systemClock,
  systemRandom,
  type TenantId,
  tenantId,
} from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import { eventually } from "@cordon/testkit";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import {
  addActions,
  addSite,
  anEndpoint,
  anEvent,
  aRule,
  compileJsonRules,
  NO_CHAINS,
  NOW,
  openRecordWorld,
  type RecordWorld,
  type Settled,
  sendAll,
} from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
// What is in force for every tenant would bind the next test's, too.
afterEach(async () => {
  for (const { brakeId } of await world.brakes.listBrakes("everyTenant", { inForceOnly: true, limit: 500 })) {
    await world.brakes.liftBrake("everyTenant", brakeId, { at: NOW, by: "test", reason: "over" });
  }
});
afterAll(() => world.close());

const clock: Clock = { ...systemClock, now: () => NOW };

function active(rules: readonly Rule[]): ActiveRules {
  const compilation = compileJsonRules([{ name: "rules.json", text: JSON.stringify(rules) }]);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  const current = { version: 7, hash: "hash", compiled: compilation.compiled };
  return {
    current: () => current,
    inUse: () => rulesInUse(current),
    start: async () => {},
    refresh: async () => {},
    stop: () => {},
  };
}

const aDesk = (rules: readonly Rule[] = [aRule()]): BrakeDesk =>
  createBrakeDesk({
    store: world.brakes,
    holds: world.ruleHolds,
    resets: world.coolDownResets,
    rules: active(rules),
    clock,
    random: systemRandom,
    logger: silentLogger,
  });

async function set(request: Omit<Extract<BrakeRequest, { type: "killSwitch" }>, "reason" | "type">): Promise<string> {
  const answer = await aDesk().set({ type: "killSwitch", reason: "a rule runs wild", ...request }, "ann");
  if (answer.kind !== "set") throw new Error(answer.code);
  return answer.brake.brakeId;
}

/** A connected site: what its agent was offered and released, and how its queue is told. */
async function connected({ site }: Settled, server = createMemoryQueueServer()) {
  const queue = server.open();
  const dispatcher = createDispatcher({
    queue,
    store: world.actions,
    brakes: world.brakes,
    labels: world.labels,
    redeliveries: world.redeliveries,
    clock,
    logger: silentLogger,
    limits: { lookMs: 20 },
  });
  onTestFinished(() => dispatcher.close());
  const offered: ActionId[] = [];
  const released: ActionId[] = [];
  const link: SiteLink = {
    epoch: 2,
    offer: async (actionId) => {
      offered.push(actionId);
      return { kind: "accepted" };
    },
    cancel: async () => ({ outcome: "not_found" }),
    release: async (actionId) => {
      released.push(actionId);
      return { outcome: "released", steps: "" };
    },
  };
  await dispatcher.attach(site, link);
  return { queue, dispatcher, offered, released };
}

async function queued(
  queue: ReturnType<ReturnType<typeof createMemoryQueueServer>["open"]>,
  { site }: Settled,
  names: readonly string[],
  parts = {},
) {
  const actions = await addActions(world, site, names, parts);
  await queue.add(
    actions.map(({ actionId, actionClass, createdAt }) => ({ ...site, actionId, actionClass, createdAt })),
  );
  return actions.map(({ actionId }) => actionId);
}

const actionOf = ({ tenant }: Settled, id: ActionId | undefined) => world.actions.getAction(tenant, id as ActionId);
const isHeldBack = async (settled: Settled, id: ActionId | undefined) =>
  (await actionOf(settled, id))?.detail?.code === "guard.kill_switch";

test("[S4] [G4] what is queued already is held back in every process while a switch is pulled, and goes out when it is lifted", async () => {
  const settled = await world.settle();
  const { queue, offered } = await connected(settled);
  const brakeId = await set({ scope: { tenantId: settled.tenant, kinds: ["onDemandScan"] } });
  const [scan] = await queued(queue, settled, ["scan"]);
  const [isolation] = await queued(queue, settled, ["isolation"], { kind: "isolateHost" });
  await eventually(() => offered.length === 1, { what: "what is not in its scope" });
  await eventually(() => isHeldBack(settled, scan), { what: "the scan to be held back" });
  expect(offered).toEqual([isolation]);
  expect(await actionOf(settled, scan)).toMatchObject({
    state: "queued",
    detail: { message: expect.stringContaining("pulled: by ann") },
  });
  await aDesk().lift(settled.tenant, brakeId, "bob", "mended");
  await eventually(() => offered.length === 2, { what: "the scan to go out" });
  await eventually(async () => (await actionOf(settled, scan))?.state === "delivered", { what: "its receipt" });
  expect((await actionOf(settled, scan))?.detail?.code).toBeUndefined();
  const steps = await world.actions.getTimeline(settled.tenant, scan as ActionId);
  expect(steps?.map(({ state, outcome, detail }) => [state, outcome, detail?.code])).toEqual([
    ["queued", "moved", undefined],
    ["queued", "unchanged", "guard.kill_switch"],
    ["delivered", "moved", undefined],
  ]);
});

test("[S4] [D6] a deadline goes on counting while a switch holds back", async () => {
  const settled = await world.settle();
  const { queue, offered } = await connected(settled);
  await set({ scope: {} });
  const [late] = await queued(queue, settled, ["late"], { deadline: addMs(NOW, 1_000) });
  await eventually(() => isHeldBack(settled, late), { what: "it to be held back" });
  const overdue = await world.sweep.expireOverdue(addMs(NOW, 1_000), 500);
  expect(overdue.map(({ actionId }) => actionId)).toContain(late);
  expect(await actionOf(settled, late)).toMatchObject({ state: "expired", detail: { code: "action.expired" } });
  expect(offered).toEqual([]);
});

test("[S4] no switch stops a release", async () => {
  const settled = await world.settle();
  const { queue, dispatcher, offered, released } = await connected(settled);
  const [isolation] = await queued(queue, settled, ["isolation"], { kind: "isolateHost" });
  await eventually(async () => (await actionOf(settled, isolation))?.state === "delivered", { what: "the isolation" });
  await world.actions.move(
    settled.tenant,
    [{ actionId: isolation as ActionId, state: "succeeded", at: NOW, source: "agent" }],
    NOW,
  );
  await set({ scope: {} });
  const desk = createLeaseDesk({
    leases: world.leases,
    actions: world.actions,
    cancel: async () => ({ kind: "settled", state: "succeeded" }),
    linkOf: dispatcher.linkOf,
    clock,
    logger: silentLogger,
  });
  const answer = await desk.release(settled.tenant, isolation as ActionId, "ann", "false alarm");
  expect([answer.kind, released, offered]).toEqual(["answered", [isolation], [isolation]]);
});

function anIngest(rules: readonly Rule[]) {
  const server = createMemoryQueueServer();
  const ingest = createIngest({
    store: world.ingest,
    queue: server.open(),
    rules: active(rules),
    clock,
    logger: silentLogger,
  });
  const send = (tenant: TenantId, id: string, fields = {}) =>
    ingest.ingest(tenant, { events: [anEvent(tenant, id, fields)], rejected: [], bytes: 100 });
  return { send, server, ingest };
}

test("[S4] [G5] what is decided under a switch is held with its reason, is not queued, counts for cool-downs, and ends at its deadline", async () => {
  const settled = await world.settle();
  const { tenant, site } = settled;
  const { send, server, ingest } = anIngest([aRule({ limits: { coolDownMs: 3_600_000 } })]);
  const brakeId = await set({ scope: { tenantId: tenant, siteId: site.siteId, ruleId: aRule().id } });
  await send(tenant, "e1");
  await send(tenant, "e2");
  await ingest.drain();
  const decisions = await world.actions.listDecisions(tenant, { limit: 10 });
  expect(decisions.map(({ verdict, code }) => `${verdict} ${code}`).sort()).toEqual([
    "hold guard.kill_switch",
    "suppress guard.cool_down",
  ]);
  const held = decisions.find(({ verdict }) => verdict === "hold");
  expect(held).toMatchObject({ detail: { brakeId }, reason: expect.stringContaining(brakeId) });
  const [action] = await world.actions.listActions(tenant, { limit: 10, states: ["held"] });
  expect(action?.actionId).toBe(held?.actionId);
  expect(await server.open().stats(site)).toEqual({ waiting: 0, delayed: 0, active: 0 });
  // The sweep does not bring it to the queue either.
  const sweep = createSweep({
    store: world.sweep,
    sessions: world.sessions,
    redelivery: { run: async () => {} },
    chains: NO_CHAINS,
    queue: server.open(),
    clock: { ...clock, now: () => addMs(action?.deadline ?? NOW, -1) },
    logger: silentLogger,
  });
  await sweep.runOnce();
  expect(await server.open().stats(site)).toEqual({ waiting: 0, delayed: 0, active: 0 });
  await world.sweep.expireOverdue(action?.deadline ?? NOW, 500);
  expect(await actionOf(settled, action?.actionId)).toMatchObject({
    state: "expired",
    detail: { code: "action.not_released" },
  });
});

test("[G6] what a freeze covers is held or held back while its times say so, and not outside of them", async () => {
  const settled = await world.settle();
  const { tenant } = settled;
  const { send } = anIngest([aRule()]);
  const frozen = (from: string, until: string) =>
    aDesk().set(
      {
        type: "freeze",
        scope: { tenantId: tenant, kinds: ["isolateHost"] },
        reason: "year end",
        times: { zone: "UTC", between: [{ from, until }] },
      },
      "ann",
    );
  // NOW is 12:00.
  await frozen("2026-03-01T12:01", "2026-03-01T13:00");
  await send(tenant, "before");
  await sendAll(world, tenant);
  await frozen("2026-03-01T11:00", "2026-03-01T12:01");
  await send(tenant, "within");
  const decisions = await world.actions.listDecisions(tenant, { limit: 10 });
  expect(decisions.map(({ eventId, verdict, code }) => `${eventId} ${verdict} ${code}`).sort()).toEqual([
    "before act rule.matched",
    "within hold guard.freeze",
  ]);
  const { queue, offered } = await connected(settled);
  const [waiting] = await queued(queue, settled, ["waiting"], { kind: "isolateHost" });
  const [scan] = await queued(queue, settled, ["scan"]);
  await eventually(async () => (await actionOf(settled, waiting))?.detail?.code === "guard.freeze", {
    what: "the isolation to be held back",
  });
  await eventually(() => offered.length === 1, { what: "the scan" });
  expect(offered).toEqual([scan]);
});

test("[S2] [G7] what a never-touch list names by group, role or name is refused by the plan, by hand, and at the last moment before it is sent", async () => {
  const endpoints = [
    anEndpoint({ groupName: "Servers" }),
    anEndpoint({ endpointId: endpointId("host-2"), displayName: "WS-2", hostName: "WS-2", fqdn: "ws-2.acme.example" }),
    anEndpoint({ endpointId: endpointId("host-3"), displayName: "WS-3", hostName: "WS-3", fqdn: "ws-3.acme.example" }),
    anEndpoint({ endpointId: endpointId("host-4"), displayName: "WS-4", hostName: "WS-4", fqdn: "ws-4.acme.example" }),
  ];
  const settled = await world.settle({ endpoints });
  const { tenant, site } = settled;
  const labels = createLabelDesk({ store: world.labels, clock, logger: silentLogger });
  const jewel = { siteId: site.siteId, endpointId: endpointId("host-2") };
  await labels.put(tenant, jewel, { roles: ["domain-controller"], tags: ["jewel", "jewel"] }, "ann");
  expect(await labels.get(tenant, jewel)).toMatchObject({ tags: ["jewel"], changedBy: "ann", changedAt: NOW });
  const { queue, offered } = await connected(settled);
  const neverTouch = (who: Extract<Brake, { type: "neverTouch" }>["who"]) =>
    aDesk().set({ type: "neverTouch", scope: { tenantId: tenant }, reason: "keeps the lights on", who }, "ann");
  await neverTouch([
    { by: "group", pattern: "serv*" },
    { by: "role", role: "domain-controller" },
  ]);
  await neverTouch([{ by: "name", pattern: "ws-3.*" }]);
  const { send } = anIngest([aRule()]);
  for (const name of ["ws-1", "ws-2", "ws-3", "ws-4"]) await send(tenant, name, { DestinationHostName: name });
  const decisions = await world.actions.listDecisions(tenant, { limit: 10 });
  expect(decisions.map(({ endpointName, verdict, code }) => `${endpointName} ${verdict} ${code}`).sort()).toEqual([
    "WS-1 suppress guard.never_touch",
    "WS-2 suppress guard.never_touch",
    "WS-3 suppress guard.never_touch",
    "WS-4 act rule.matched",
  ]);
  const hits = await world.actions.listDecisions(tenant, { limit: 10, code: "guard.never_touch", verdict: "suppress" });
  expect(hits.map(({ endpointName }) => endpointName).sort()).toEqual(["WS-1", "WS-2", "WS-3"]);
  expect(await world.actions.listDecisions(tenant, { limit: 10, verdict: "hold" })).toEqual([]);
  const [wanted] = await queued(queue, settled, ["named"], { endpointId: endpointId("host-2") });
  const [free] = await queued(queue, settled, ["free"], { endpointId: endpointId("host-4") });
  await eventually(async () => (await actionOf(settled, wanted))?.detail?.code === "guard.never_touch", {
    what: "the named endpoint's action to be held back",
  });
  await eventually(() => offered.length === 1, { what: "the other" });
  expect(offered).toEqual([free]);
  const byHand = await anActionDesk().order(tenant, anOrder(site, "host-2"));
  expect(byHand).toMatchObject({ kind: "refused", code: "guard.never_touch" });
});

test("[G12] of a pair of domain controllers the second is not isolated, by a rule, by hand or at the last moment, until the first is free", async () => {
  const names = ["ws-1", "ws-2", "ws-3"];
  const endpoints = names.map((name) =>
    anEndpoint({
      endpointId: endpointId(`host-${name.at(-1)}`),
      displayName: name,
      hostName: name,
      fqdn: `${name}.acme.example`,
    }),
  );
  const settled = await world.settle({ endpoints });
  const { tenant, site } = settled;
  const labels = createLabelDesk({ store: world.labels, clock, logger: silentLogger });
  for (const host of ["host-1", "host-2"]) {
    const at = { siteId: site.siteId, endpointId: endpointId(host) };
    await labels.put(tenant, at, { roles: ["domain-controller"], tags: [] }, "ann");
  }
  const brake = { type: "redundancy", group: { by: "role", role: "domain-controller" }, bounds: { upMin: 1 } } as const;
  await aDesk().set({ ...brake, scope: { tenantId: tenant }, reason: "somebody has to log on" }, "ann");
  const { ingest } = anIngest([aRule()]);
  const both = names.map((name) => anEvent(tenant, name, { DestinationHostName: name }));
  await ingest.ingest(tenant, { events: both, rejected: [], bytes: 100 });
  const verdicts = async () =>
    (await world.actions.listDecisions(tenant, { limit: 10 }))
      .map((each) => `${each.endpointName} ${each.code}`)
      .sort();
  expect(await verdicts()).toEqual(["ws-1 rule.matched", "ws-2 guard.redundancy", "ws-3 rule.matched"]);
  const byHand = { ...anOrder(site, "host-2"), kind: "isolateHost", args: { durationSeconds: 600 } } as const;
  expect(await anActionDesk().order(tenant, byHand)).toMatchObject({ kind: "refused", code: "guard.redundancy" });
  // Ordered before the brake, and only now about to be sent.
  const { queue, offered } = await connected(settled);
  const [late] = await queued(queue, settled, ["late"], { kind: "isolateHost", endpointId: endpointId("host-2") });
  await eventually(async () => (await actionOf(settled, late))?.detail?.code === "guard.redundancy", {
    what: "the second to be held back",
  });
  expect(offered).toEqual([]);
  const first = (await world.actions.listActions(tenant, { limit: 10, endpointId: endpointId("host-1") }))[0];
  const ended = { actionId: first?.actionId as ActionId, state: "cancelled", at: NOW, source: "api" } as const;
  await world.actions.move(tenant, [ended], NOW);
  await eventually(() => offered.includes(late as ActionId), { what: "the second to go out" });
});

test("[G3] a switch binds nobody but its tenant and site; one of every tenant binds all", async () => {
  const [mine, other] = [await world.settle(), await world.settle()];
  await addSite(world, mine.tenant, "branch");
  const { send } = anIngest([aRule()]);
  const states = async ({ tenant }: Settled) =>
    (await world.actions.listActions(tenant, { limit: 10 })).map(({ state }) => state).sort();
  await set({ scope: { tenantId: mine.tenant, siteId: siteId("branch") } });
  await set({ scope: { tenantId: other.tenant } });
  await send(mine.tenant, "e1");
  await send(other.tenant, "e1");
  expect([await states(mine), await states(other)]).toEqual([["queued"], ["held"]]);
  await set({ scope: { ruleId: aRule().id } });
  await sendAll(world, mine.tenant);
  await send(mine.tenant, "e2");
  expect(await states(mine)).toEqual(["delivered", "held"]);
});

const anActionDesk = () =>
  createActionDesk({
    store: world.actions,
    inventory: world.inventory,
    brakes: world.brakes,
    labels: world.labels,
    queue: createMemoryQueueServer().open(),
    linkOf: () => undefined,
    clock,
    random: systemRandom,
    logger: silentLogger,
  });
const anOrder = ({ siteId: site }: Settled["site"], host = "host-1") =>
  ({
    siteId: site,
    endpointId: endpointId(host),
    kind: "onDemandScan",
    args: {},
    actor: "ann",
    reason: "looks odd",
  }) as const;

test("an order by hand is refused by the same switch, with the reason", async () => {
  const { tenant, site } = await world.settle();
  const brakeId = await set({ scope: { tenantId: tenant } });
  expect(await anActionDesk().order(tenant, anOrder(site))).toMatchObject({
    kind: "refused",
    code: "guard.kill_switch",
    reason: expect.stringContaining(brakeId),
  });
  await aDesk().lift(tenant, brakeId, "ann", "over");
  expect(await anActionDesk().order(tenant, anOrder(site))).toMatchObject({ kind: "ordered" });
});

test("[S10] brakes are kept with who, why and when, lifted once, and not found under another tenant's name", async () => {
  const [mine, other] = [await world.settle(), await world.settle()];
  const desk = aDesk();
  const answer = await desk.set(
    { type: "killSwitch", scope: { tenantId: mine.tenant, siteId: mine.site.siteId }, reason: "why not" },
    "ann",
  );
  if (answer.kind !== "set") throw new Error(answer.code);
  const { brakeId } = answer.brake;
  expect(answer).toMatchObject({ warnings: [], brake: { setBy: "ann", setAt: NOW, reason: "why not" } });
  expect(await desk.get(other.tenant, brakeId)).toBeUndefined();
  expect(await desk.get("everyTenant", brakeId)).toBeUndefined();
  expect(await desk.lift(other.tenant, brakeId, "eve", "mine now")).toBeUndefined();
  const listed = async (tenant: TenantId) => (await desk.list(tenant, { limit: 500 })).map((each) => each.brakeId);
  expect(await listed(other.tenant)).not.toContain(brakeId);
  const lift = { at: NOW, by: "bob", reason: "mended" };
  expect(await desk.lift(mine.tenant, brakeId, "bob", "mended")).toMatchObject({ lift });
  expect(await desk.lift(mine.tenant, brakeId, "carl", "again")).toMatchObject({ lift });
  expect(await listed(mine.tenant)).toContain(brakeId);
  expect(await desk.list(mine.tenant, { limit: 10, inForceOnly: true })).toEqual([]);
});

test("a slip is told: an unknown tenant or site is refused, an unknown rule is warned of, and the number is bounded", async () => {
  const { tenant } = await world.settle();
  const desk = aDesk();
  const kill = (scope: Brake["scope"]) => desk.set({ type: "killSwitch", scope, reason: "r" }, "ann");
  expect(await kill({ tenantId: tenantId("nobody") })).toEqual({ kind: "refused", code: "tenant.not_found" });
  expect(await kill({ tenantId: tenant, siteId: siteId("nowhere") })).toEqual({
    kind: "refused",
    code: "site.not_found",
  });
  const slip = await kill({ tenantId: tenant, ruleId: "isolat" as never });
  expect(slip).toMatchObject({ kind: "set", warnings: [expect.stringContaining('no rule "isolat"')] });
  const brake: Brake = {
    type: "killSwitch",
    brakeId: "one-more",
    scope: { tenantId: tenant },
    reason: "r",
    setBy: "a",
    setAt: NOW,
  };
  expect(await world.brakes.addBrake(brake, 1)).toBe("too_many");
  expect(await world.brakes.addBrake(brake, 2)).toBe("added");
  expect(BRAKE_TYPES).toContain(brake.type);
});

test("setting a brake says how much in its scope no agent has yet", async () => {
  const settled = await world.settle({ endpoints: [anEndpoint()] });
  await addActions(world, settled.site, ["a", "b"]);
  await queued(createMemoryQueueServer().open(), settled, ["c"], { kind: "isolateHost" });
  const kill = (scope: Brake["scope"]) => aDesk().set({ type: "killSwitch", scope, reason: "r" }, "ann");
  expect(await kill({ tenantId: settled.tenant })).toMatchObject({ unsent: 3 });
  expect(await kill({ tenantId: settled.tenant, kinds: ["isolateHost"] })).toMatchObject({ unsent: 1 });
});
