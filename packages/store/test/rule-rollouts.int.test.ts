import {
  createActionDesk,
  createActiveRules,
  createIngest,
  createLeaseDesk,
  createRuleRolloutDesk,
  createRuleRolloutWatch,
  createRuleSets,
  type PlanCheck,
  type StartAnswer,
} from "@cordon/coordinator-core";
import {
  type EpochMs,
  endpointId,
  epochMs,
  ruleId,
  type SiteId,
  silentLogger,
  siteId,
  systemRandom,
  type TenantId,
} from "@cordon/core/kernel";
import type { RolloutPolicy } from "@cordon/core/rollout";
import type { Rule } from "@cordon/core/rules";
import { createFakeClock } from "@cordon/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import {
  addSession,
  addSite,
  anAction,
  anEndpoint,
  anEvent,
  aRule,
  jsonRules,
  NO_LISTS,
  NOW,
  openRecordWorld,
  type RecordWorld,
} from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const MINUTE = 60_000;
const files = (...rules: readonly Rule[]) => [{ name: "rules.json", text: JSON.stringify(rules) }];
const isolating = (hours: number) =>
  aRule({ actions: [{ kind: "isolateHost", arguments: { durationSeconds: hours * 3_600 } }] });

/** A tenant whose sites have one host each, `ws-<site>`; version 1 is active, version 2 is the draft. */
async function aFleet(sites: readonly string[], draft: readonly Rule[] = [isolating(2)]) {
  const [first = "hq", ...others] = sites;
  const { tenant } = await world.settle({ siteName: first, endpoints: [host(first)] });
  for (const name of others) {
    const site = await addSite(world, tenant, name);
    const { epoch } = await addSession(world, site, `agent-${tenant}-${name}`);
    const part = { version: 1, part: 0, last: true, endpoints: [host(name)] };
    await world.inventory.putSnapshotPart(tenant, site.siteId, epoch, part, NOW);
  }
  const publish = (version: string, rules: readonly Rule[]) =>
    world.ruleSets.addRuleSet(tenant, {
      contentHash: version,
      files: files(...rules),
      publishedAt: NOW,
      publishedBy: "ann",
    });
  await publish(`${tenant} 1`, [isolating(1)]);
  await publish(`${tenant} 2`, draft);
  await world.ruleSets.activateRuleSet(tenant, { version: 1, activatedAt: NOW, activatedBy: "ann" });
  return tenant;
}

function host(site: string) {
  return anEndpoint({
    endpointId: endpointId(`host-${site}`),
    displayName: site,
    hostName: `ws-${site}`,
    fqdn: `ws-${site}.x`,
  });
}

/** One coordinator process. What it knows is lost with it. */
async function aProcess(now: EpochMs = NOW) {
  const clock = createFakeClock(now);
  const queue = createMemoryQueueServer().open();
  const active = createActiveRules({
    store: world.ruleSets,
    compiler: jsonRules,
    lists: NO_LISTS,
    clock,
    logger: silentLogger,
  });
  await active.start();
  onTestFinished(() => active.stop());
  const linkOf = () => undefined;
  const actions = createActionDesk({
    store: world.actions,
    inventory: world.inventory,
    brakes: world.brakes,
    labels: world.labels,
    queue,
    linkOf,
    clock,
    random: systemRandom,
    logger: silentLogger,
  });
  const { cancel } = actions;
  const leases = createLeaseDesk({
    leases: world.leases,
    actions: world.actions,
    cancel,
    linkOf,
    clock,
    logger: silentLogger,
  });
  const common = { store: world.ruleRollouts, active, clock, logger: silentLogger };
  return {
    clock,
    active,
    ruleSets: createRuleSets({ store: world.ruleSets, compiler: jsonRules, active, clock }),
    ingest: createIngest({ store: world.ingest, queue, rules: active, clock, logger: silentLogger }),
    watch: createRuleRolloutWatch({ ...common, cancel }),
    desk: createRuleRolloutDesk({
      ...common,
      ruleSets: world.ruleSets,
      tenants: world.tenants,
      compiler: jsonRules,
      contentOf: (rules) => JSON.stringify(rules),
      checkPlan,
      leases,
      random: systemRandom,
    }),
  };
}
type Process = Awaited<ReturnType<typeof aProcess>>;

/** The hash names the tenants and versions of the plan, as `tenant:from:to`. */
async function checkPlan(planHash: string): Promise<PlanCheck> {
  if (planHash === "nothing") return { kind: "not_found" };
  const tenants = planHash.split(" ").map((text) => {
    const [tenantId = "", from = "", to = ""] = text.split(":");
    const world = { versions: "", brakes: "", lists: "", inventory: "" };
    return {
      tenantId: tenantId as TenantId,
      ...(from === "" ? {} : { activeVersion: Number(from), activeHash: from }),
      draftVersion: Number(to),
      draftHash: to,
      world,
    };
  });
  const plan = {
    planId: planHash,
    planHash,
    purpose: "plan",
    state: "done",
    from: NOW,
    to: NOW,
    tenants,
    progress: { done: 0, total: 0 },
    createdAt: NOW,
    createdBy: "ann",
    expiresAt: NOW,
  } as const;
  return { kind: "current", plan };
}

const POLICY: RolloutPolicy = {
  waves: [{ labels: ["canary"], soakMs: 10 * MINUTE }, { soakMs: 0 }],
  gates: {},
  onBad: "pause",
  extendMsMax: 30 * MINUTE,
};

const label = (tenant: TenantId, site: string, ...labels: readonly string[]) =>
  world.tenants.putSiteLabels(tenant, siteId(site), { labels, at: NOW, by: "ann" });

const start = (process: Process, planHash: string, policy: RolloutPolicy = POLICY, prune = false) =>
  process.desk.start({ planHash, policy, prune, reason: "ticket 7" }, "ann");

function idOf(answer: StartAnswer): string {
  if (answer.kind !== "started") throw new Error(JSON.stringify(answer));
  return answer.record.rolloutId;
}

let sent = 0;
/** Versions by which an event about a site's host was decided. */
async function decidedBy(process: Process, tenant: TenantId, site: string): Promise<readonly number[]> {
  const event = anEvent(tenant, `event-${++sent}`, { DestinationHostName: `ws-${site}` });
  await process.ingest.ingest(tenant, { events: [event], rejected: [], bytes: 1 });
  const decisions = await world.actions.listDecisions(tenant, { eventId: event.id, limit: 10 });
  return decisions.map(({ ruleSetVersion }) => ruleSetVersion);
}

async function actionAt(tenant: TenantId, site: string) {
  const [action] = await world.actions.listActions(tenant, { siteId: siteId(site), limit: 1 });
  if (action === undefined) throw new Error(`nothing was ordered at ${site}`);
  return action;
}

const versionAt = (process: Process, tenant: TenantId, site: string) => {
  const inUse = process.active.inUse(tenant);
  return (inUse?.bySite.get(site as SiteId) ?? inUse?.baseline)?.version;
};

const stepsOf = async (rolloutId: string) => (await world.ruleRollouts.steps(rolloutId)).map(({ kind }) => kind);

test("[R2] a site that the rollout has reached is decided for by the new set, all else and what is not found by the old one", async () => {
  const tenant = await aFleet(["hq", "lab"]);
  await label(tenant, "lab", "canary");
  const [here, there] = [await aProcess(), await aProcess()];
  expect(await start(here, `${tenant}:1:2`)).toMatchObject({ kind: "started" });
  await there.clock.advance(500);
  await there.active.refresh(tenant);
  for (const process of [here, there]) {
    expect(await decidedBy(process, tenant, "lab")).toEqual([2]);
    expect(await decidedBy(process, tenant, "hq")).toEqual([1]);
    expect(await decidedBy(process, tenant, "nowhere")).toEqual([1]);
  }
});

test("[R8] two processes that look at the same time, one of which dies, move a rollout once each step and to its end", async () => {
  const tenant = await aFleet(["hq", "lab", "branch"]);
  await label(tenant, "lab", "canary");
  const waves = [POLICY.waves[0] ?? { soakMs: 0 }, { share: 0.3, soakMs: 10 * MINUTE }, { soakMs: 10 * MINUTE }];
  const [first, second] = [await aProcess(), await aProcess()];
  const rolloutId = idOf(await start(first, `${tenant}:1:2`, { ...POLICY, waves }));
  const later = async (ms: number, ...processes: readonly Process[]) => {
    await Promise.all(processes.map(({ clock }) => clock.advance(ms)));
    await Promise.all([...processes, ...processes].map(({ watch }) => watch.look()));
  };
  await later(9 * MINUTE, first, second);
  expect(await stepsOf(rolloutId)).toEqual(["started"]);
  await later(MINUTE, first, second);
  expect(await stepsOf(rolloutId)).toEqual(["started", "wave_began"]);
  first.active.stop();
  // All are gone; a new one knows the record and nothing else.
  const third = await aProcess(epochMs(NOW + 20 * MINUTE));
  expect(versionAt(third, tenant, "lab")).toBe(2);
  await later(0, third, second);
  expect(await stepsOf(rolloutId)).toEqual(["started", "wave_began", "wave_began"]);
  await later(10 * MINUTE, third);
  expect(await stepsOf(rolloutId)).toEqual(["started", "wave_began", "wave_began", "done"]);
  expect(third.active.inUse(tenant)).toMatchObject({ baseline: { version: 2 }, bySite: new Map() });
  expect((await third.ruleSets.history(tenant))[0]).toMatchObject({ version: 2, activatedBy: "cordon" });
});

test("[R9] of ten that apply at once one wins, and the others are told who did", async () => {
  const tenant = await aFleet(["hq"]);
  const processes = await Promise.all(Array.from({ length: 10 }, () => aProcess()));
  const all = { ...POLICY, waves: [{ soakMs: MINUTE }] };
  const answers = await Promise.all(processes.map((process) => start(process, `${tenant}:1:2`, all)));
  const [winner] = answers.filter(({ kind }) => kind === "started");
  const rolloutId = winner === undefined ? "" : idOf(winner);
  expect(answers.filter(({ kind }) => kind === "busy")).toEqual(
    Array.from({ length: 9 }, () => ({
      kind: "busy",
      tenantId: tenant,
      rolloutId,
      by: { createdBy: "ann", createdAt: NOW },
    })),
  );
});

test("[R9] a plan that is unknown, stale, or that takes rules away unasked begins nothing", async () => {
  const tenant = await aFleet(["hq"], [aRule({ id: ruleId("another") })]);
  const process = await aProcess();
  expect(await start(process, "nothing")).toEqual({ kind: "plan_not_found" });
  const all = { ...POLICY, waves: [{ soakMs: MINUTE }] };
  expect(await start(process, `${tenant}:2:1`, all, true)).toEqual({
    kind: "plan_stale",
    changes: [`${tenant}: rule set 1 became the active one in this moment.`],
  });
  expect(await start(process, `${tenant}:1:2`, all)).toEqual({ kind: "prune_needed", rules: [`${tenant}: isolate`] });
  expect(await start(process, `${tenant}:1:1`, all)).toMatchObject({ kind: "refused" });
  const request = { planHash: `${tenant}:1:2`, policy: all, prune: true, reason: "x" };
  const contents = [{ tenantId: tenant, contentHash: "other" }];
  expect(await process.desk.start({ ...request, contents }, "ann")).toMatchObject({ kind: "not_planned" });
  expect(
    (await world.ruleRollouts.list({ limit: 500 })).filter(({ tenants }) => tenants[0]?.tenantId === tenant),
  ).toEqual([]);
  expect(await start(process, `${tenant}:1:2`, all, true)).toMatchObject({ kind: "started" });
});

test("[R10] a site that is not there is refused by name, with the one that was meant", async () => {
  const tenant = await aFleet(["berlin", "lab"]);
  const process = await aProcess();
  const waves = [{ sites: [`${tenant}/berlni`], soakMs: 0 }, { soakMs: 0 }];
  expect(await start(process, `${tenant}:1:2`, { ...POLICY, waves })).toEqual({
    kind: "refused",
    problems: [
      `wave 1: there is no site "${tenant}/berlni" among the sites of this plan; did you mean "${tenant}/berlin"?`,
    ],
  });
});

test("[R3] a rollback is in force for the next event, calls off what was not sent, and its isolations end on one approval", async () => {
  const tenant = await aFleet(["hq", "lab"]);
  await label(tenant, "lab", "canary");
  await label(tenant, "hq", "canary");
  const process = await aProcess();
  const rolloutId = idOf(await start(process, `${tenant}:1:2`));
  expect(await decidedBy(process, tenant, "hq")).toEqual([2]);
  expect(await decidedBy(process, tenant, "lab")).toEqual([2]);
  const [inLab, inHq] = [await actionAt(tenant, "lab"), await actionAt(tenant, "hq")];
  // The lab's is on its way; the agent of hq was not there.
  await world.actions.move(
    tenant,
    [{ actionId: inLab.actionId, state: "delivered", at: NOW, source: "dispatch" }],
    NOW,
  );
  expect(inHq.state).toBe("queued");
  const order = { change: "rollback", reason: "it isolates printers" } as const;
  expect(await process.desk.change(rolloutId, order, "bob")).toMatchObject({ kind: "changed" });
  expect(await decidedBy(process, tenant, "lab")).toEqual([1]);
  await process.watch.look();
  expect(await world.actions.getAction(tenant, inHq.actionId)).toMatchObject({ state: "cancelled" });
  const list = await process.desk.compensation(rolloutId);
  expect(list).toMatchObject({ more: false, items: [{ actionId: inLab.actionId, way: "release", siteId: "lab" }] });
  const approved = await process.desk.compensate(rolloutId, "approved by the customer", "bob");
  expect(approved).toMatchObject({ asked: 1, list: { items: [{ askedAt: NOW }] } });
  expect(await world.leases.getRelease(tenant, inLab.actionId)).toMatchObject({
    askedBy: "bob",
    reason: "approved by the customer",
  });
  const steps = await world.ruleRollouts.steps(rolloutId);
  expect(steps.map(({ kind, by }) => [kind, by])).toEqual([
    ["started", "ann"],
    ["rolled_back", "bob"],
    ["withdrawn", "cordon"],
    ["compensated", "bob"],
  ]);
  expect(steps[1]?.reason).toBe("it isolates printers");
});

test("[R3] what another set wants as well is neither called off nor ended: one action serves both", async () => {
  const tenant = await aFleet(["hq"]);
  const process = await aProcess();
  const rolloutId = idOf(await start(process, `${tenant}:1:2`, { ...POLICY, waves: [{ soakMs: MINUTE }] }));
  await decidedBy(process, tenant, "hq");
  const action = await actionAt(tenant, "hq");
  const { decision } = anAction({ tenantId: tenant, siteId: action.siteId }, `later-of-${tenant}`, action);
  const later = { ...decision, actionId: action.actionId, endpointId: action.endpointId, ruleSetVersion: 1 };
  await world.actions.addOrdered(tenant, later, action, "test");
  await process.desk.change(rolloutId, { change: "rollback", reason: "bad" }, "bob");
  await process.watch.look();
  expect(await world.actions.getAction(tenant, action.actionId)).toMatchObject({ state: "queued" });
  const move = { actionId: action.actionId, state: "delivered", at: NOW, source: "dispatch" } as const;
  await world.actions.move(tenant, [move], NOW);
  expect(await process.desk.compensation(rolloutId)).toMatchObject({ items: [{ way: "by_hand", alsoWanted: true }] });
  expect(await process.desk.compensate(rolloutId, "yes", "bob")).toMatchObject({ asked: 0 });
});

test("[R3] what a process that has not heard of the rollback still orders is called off, too", async () => {
  const tenant = await aFleet(["hq"]);
  const [here, deaf] = [await aProcess(), await aProcess()];
  const rolloutId = idOf(await start(here, `${tenant}:1:2`, { ...POLICY, waves: [{ soakMs: MINUTE }] }));
  await deaf.active.refresh(tenant);
  await here.desk.change(rolloutId, { change: "rollback", reason: "bad" }, "bob");
  await here.watch.look();
  expect(await decidedBy(deaf, tenant, "hq")).toEqual([2]);
  await here.watch.look();
  const [last] = await world.actions.listActions(tenant, { limit: 1 });
  expect(last).toMatchObject({ ruleSetVersion: 2, state: "cancelled" });
  await here.clock.advance(11_000);
  await here.watch.look();
  expect(await world.ruleRollouts.listAtWork()).not.toContain(rolloutId);
});

test("[R3] a rollout that is done goes back to what was before, also to nothing; but not below a newer one", async () => {
  const tenant = await aFleet(["hq"]);
  const fresh = (await world.settle()).tenant;
  await world.ruleSets.addRuleSet(fresh, {
    contentHash: "f",
    files: files(aRule()),
    publishedAt: NOW,
    publishedBy: "ann",
  });
  const process = await aProcess();
  const all = { ...POLICY, waves: [{ soakMs: 0 }] };
  const rolloutId = idOf(await start(process, `${tenant}:1:2 ${fresh}::1`, all));
  await process.watch.look();
  expect([tenant, fresh].map((each) => process.active.current(each)?.version)).toEqual([2, 1]);
  const newer = idOf(await start(process, `${tenant}:2:1`, { ...all, waves: [{ soakMs: MINUTE }] }, true));
  const back = { change: "rollback", reason: "bad" } as const;
  expect(await process.desk.change(rolloutId, back, "bob")).toEqual({ kind: "overtaken" });
  expect(await process.desk.change(newer, back, "bob")).toMatchObject({ kind: "changed" });
  expect(await process.desk.change(rolloutId, back, "bob")).toMatchObject({ kind: "changed" });
  expect([tenant, fresh].map((each) => process.active.current(each)?.version)).toEqual([1, undefined]);
  expect(await decidedBy(process, fresh, "hq")).toEqual([]);
  expect(await process.desk.change(rolloutId, back, "bob")).toEqual({
    kind: "illegal",
    state: "rolled_back",
    allowed: [],
  });
});

test("no set is activated by hand while a rollout decides; after an abort it is, and for every site", async () => {
  const tenant = await aFleet(["hq", "lab"]);
  await label(tenant, "lab", "canary");
  const process = await aProcess();
  const rolloutId = idOf(await start(process, `${tenant}:1:2`));
  expect(await process.ruleSets.activate(tenant, 2, "bob")).toBe("rolling_out");
  await process.desk.change(rolloutId, { change: "abort", reason: "enough" }, "bob");
  expect([versionAt(process, tenant, "lab"), versionAt(process, tenant, "hq")]).toEqual([2, 1]);
  expect(await start(process, `${tenant}:1:2`)).toMatchObject({ kind: "busy", rolloutId });
  expect(await process.ruleSets.activate(tenant, 1, "bob")).toBe("activated");
  expect([versionAt(process, tenant, "lab"), versionAt(process, tenant, "hq")]).toEqual([1, 1]);
});

test("[R3] a gate that says no stops the rollout by itself, or takes it back, as was asked", async () => {
  const gates = { isolations: { max: 20, sampleMin: 1 } };
  const outcomes: unknown[] = [];
  for (const onBad of ["pause", "rollback"] as const) {
    const tenant = await aFleet(["hq", "lab"]);
    const process = await aProcess();
    const policy = { ...POLICY, waves: [{ soakMs: MINUTE }], gates, onBad };
    const rolloutId = idOf(await start(process, `${tenant}:1:2`, policy));
    await decidedBy(process, tenant, "hq");
    await process.watch.look();
    const one = await world.ruleRollouts.get(rolloutId);
    // One isolation is always allowed; the second of two endpoints is not.
    await decidedBy(process, tenant, "lab");
    await process.watch.look();
    const two = await world.ruleRollouts.get(rolloutId);
    outcomes.push([one?.rollout.state, two?.rollout.state, two?.rollout.pausedFor, two?.reason]);
  }
  const why = "isolations: 2 isolated of 2 endpoints: more than allowed";
  expect(outcomes).toEqual([
    ["running", "paused", "gate", why],
    ["running", "rolled_back", undefined, why],
  ]);
});

test("who runs what since when: sites that a rollout reached, those that it did not, and where they are going", async () => {
  const tenant = await aFleet(["hq", "lab"]);
  await label(tenant, "lab", "canary");
  const process = await aProcess(epochMs(NOW + MINUTE));
  const rolloutId = idOf(await start(process, `${tenant}:1:2`));
  const look = async () => {
    const rows = await process.desk.listRunning({ tenantId: tenant, limit: 10 });
    return rows.map(({ siteId: id, version, since, wanted, connected }) => [id, version, since, wanted, connected]);
  };
  expect(await look()).toEqual([
    ["hq", 1, NOW, 2, true],
    ["lab", 2, NOW + MINUTE, 2, true],
  ]);
  await process.clock.advance(MINUTE);
  await process.desk.change(rolloutId, { change: "rollback", reason: "bad" }, "bob");
  expect(await look()).toEqual([
    ["hq", 1, NOW, undefined, true],
    ["lab", 1, NOW + 2 * MINUTE, undefined, true],
  ]);
});
