import {
  type ActiveRules,
  createIngest,
  createPlanDesk,
  type PlanDesk,
  type PlanDeskDeps,
  rulesInUse,
  type StoredPlan,
} from "@cordon/coordinator-core";
import {
  addMs,
  type Clock,
  type EpochMs,
  endpointId,
  epochMs,
  ruleId,
  silentLogger,
  systemClock,
  systemRandom,
  type TenantId,
} from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import { eventually } from "@cordon/testkit";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import {
  anEndpoint,
  anEvent,
  aRule,
  compileJsonRules,
  jsonRules,
  NO_LISTS,
  NOW,
  openRecordWorld,
  type RecordWorld,
  sendAll,
} from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const HOUR_MS = 3_600_000;
const NO_RULES: ActiveRules = {
  current: () => undefined,
  inUse: () => undefined,
  start: async () => {},
  refresh: async () => {},
  stop: () => {},
};

/** A process that computes plans; `now` is its wall clock. */
function aDesk(now: () => EpochMs = () => NOW, patch: Partial<PlanDeskDeps> = {}): PlanDesk {
  const clock: Clock = { ...systemClock, now };
  const desk = createPlanDesk({
    store: world.plans,
    replay: world.replay,
    ruleSets: world.ruleSets,
    compiler: jsonRules,
    lists: NO_LISTS,
    clock,
    random: systemRandom,
    logger: silentLogger,
    ...patch,
  });
  onTestFinished(() => desk.stop());
  return desk;
}

async function publish(tenant: TenantId, rules: readonly Rule[]): Promise<number> {
  const files = [{ name: "rules.json", text: JSON.stringify(rules) }];
  const published = { contentHash: JSON.stringify(files), files, publishedAt: NOW, publishedBy: "ada", listNeeds: [] };
  const added = await world.ruleSets.addRuleSet(tenant, published);
  if (added === undefined) throw new Error("no such tenant");
  return added.ruleSet.version;
}

/** A tenant with an active set, a draft of it, and events of the last two hours. */
async function aTenant(events = 3) {
  const { tenant } = await world.settle();
  const active = await publish(tenant, [aRule({ mode: "observe" })]);
  await world.ruleSets.activateRuleSet(tenant, { version: active, activatedAt: NOW, activatedBy: "ada" });
  const draft = await publish(tenant, [aRule()]);
  for (let index = 0; index < events; index++) {
    const event = anEvent(tenant, `event-${index}`, { Name: "R001", DestinationHostName: "ws-1" });
    const receivedAt = addMs(NOW, -(index + 1) * 60_000);
    await world.ingest.commit(tenant, { events: [event], quarantine: [], receivedAt }, new Set(), async () => ({
      decisions: [],
      actions: [],
    }));
  }
  return { tenant, active, draft };
}

async function started(desk: PlanDesk, tenant: TenantId, version: number): Promise<StoredPlan> {
  const request = {
    purpose: "plan",
    tenants: [{ tenantId: tenant, draft: { version } }],
    from: addMs(NOW, -2 * HOUR_MS),
  } as const;
  const start = await desk.start(request, "ada");
  if (start.kind !== "started") throw new Error(JSON.stringify(start));
  return start.plan;
}

async function ended(desk: PlanDesk, planId: string): Promise<StoredPlan> {
  await eventually(async () => (await desk.get(planId))?.state !== "running", { what: "the plan's end" });
  return (await desk.get(planId)) as StoredPlan;
}

describe("a plan", () => {
  it("tells what the draft would have done with the stored events, and has the same hash when nothing has changed", async () => {
    const { tenant, active, draft } = await aTenant();
    const desk = aDesk();
    const first = await ended(desk, (await started(desk, tenant, draft)).planId);
    expect(first).toMatchObject({
      state: "done",
      progress: { done: 3, total: 3 },
      tenants: [{ activeVersion: active, draftVersion: draft }],
    });
    const report = await desk.report(first.planId);
    expect(report?.tenants[0]).toMatchObject({
      rules: { changed: [{ ruleId: "isolate", members: ["mode"] }] },
      replay: {
        events: 3,
        active: { decisions: { observe: 3 } },
        draft: { decisions: { act: 3 } },
        diff: { added: { total: 3 } },
      },
    });
    const again = await ended(aDesk(), (await started(desk, tenant, draft)).planId);
    expect(again.planHash).toBe(first.planHash);
    expect(await desk.check(String(first.planHash))).toMatchObject({ kind: "current" });
    expect(await desk.check("0".repeat(64))).toEqual({ kind: "not_found" });
  });

  it("goes stale when the active set, a brake, a label of a site or the time has moved on, and says which", async () => {
    const { tenant, draft } = await aTenant(1);
    let now = NOW;
    const desk = aDesk(() => now);
    const { planHash = "" } = await ended(desk, (await started(desk, tenant, draft)).planId);
    const changes = async () => {
      const check = await desk.check(planHash);
      return check.kind === "stale" ? check.changes : [];
    };
    expect(await changes()).toEqual([]);
    const set = { brakeId: "brk-1", scope: { tenantId: tenant }, reason: "test", setBy: "ada", setAt: NOW } as const;
    await world.brakes.addBrake({ ...set, type: "killSwitch" }, 10);
    expect(await changes()).toEqual([`${tenant}: a brake was set or lifted since.`]);
    await world.database.query("UPDATE sites SET labels = '{canary}' WHERE tenant_id = $1", [tenant]);
    expect(await changes()).toHaveLength(2);
    const third = await publish(tenant, [aRule({ priority: 7 })]);
    await world.ruleSets.activateRuleSet(tenant, { version: third, activatedAt: NOW, activatedBy: "bob" });
    expect(await changes()).toContain(`${tenant}: version ${third} is active; the plan was made against version 1.`);
    now = addMs(NOW, 24 * HOUR_MS);
    expect((await changes())[0]).toContain("was valid until");
  });

  it("runs one at a time per tenant, whoever asks in whatever process, and can be cancelled from another", async () => {
    const { tenant, draft } = await aTenant(1);
    const asked = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const slow: Partial<PlanDeskDeps> = {
      replay: {
        ...world.replay,
        readEvents: async (...given) => {
          asked.resolve();
          await gate.promise;
          return world.replay.readEvents(...given);
        },
      },
    };
    const one = aDesk(() => NOW, slow);
    const other = aDesk();
    const { planId } = await started(one, tenant, draft);
    await asked.promise;
    const request = { purpose: "replay", tenants: [{ tenantId: tenant, draft: { version: draft } }] } as const;
    expect(await other.start(request, "bob")).toEqual({ kind: "busy", tenantId: tenant, planId });
    expect(await other.cancel(planId)).toBe(true);
    gate.resolve();
    await one.stop();
    expect(await other.get(planId)).toMatchObject({ state: "cancelled" });
    expect(await other.report(planId)).toBeUndefined();
    expect(await other.cancel(planId)).toBe(false);
    expect((await other.start(request, "bob")).kind).toBe("started");
  });

  it("is interrupted, not lost, when its process ends or falls silent; the tenant is free again", async () => {
    const { tenant, draft } = await aTenant(1);
    const never = new Promise<never>(() => {});
    const dead = createPlanDesk({
      store: world.plans,
      replay: { ...world.replay, readEvents: () => never },
      ruleSets: world.ruleSets,
      compiler: jsonRules,
      lists: NO_LISTS,
      clock: { ...systemClock, now: () => NOW },
      random: systemRandom,
      logger: silentLogger,
    });
    const { planId } = await started(dead, tenant, draft);
    const later = aDesk(() => addMs(NOW, 60_000));
    const next = await started(later, tenant, draft);
    expect(await later.get(planId)).toMatchObject({ state: "interrupted" });
    expect(await ended(later, next.planId)).toMatchObject({ state: "done" });
  });

  it("names a set that is not there, a tenant that is not there, and a range that makes no sense", async () => {
    const { tenant, draft } = await aTenant(0);
    const desk = aDesk();
    const ask = (version: number, range: { from?: EpochMs; to?: EpochMs } = {}) =>
      desk.start({ purpose: "plan", tenants: [{ tenantId: tenant, draft: { version } }], ...range }, "ada");
    expect(await ask(99)).toEqual({ kind: "no_set", tenantId: tenant, version: 99 });
    expect(await ask(draft, { from: NOW })).toMatchObject({ kind: "bad_range", field: "from" });
    expect(await ask(draft, { to: addMs(NOW, 1) })).toMatchObject({ kind: "bad_range", field: "to" });
    expect(await ask(draft, { from: epochMs(0) })).toMatchObject({ kind: "bad_range", field: "from" });
  });

  it("decides as the intake decided: the same events, rules, brakes and limits give the same decisions", async () => {
    const { tenant } = await world.settle({
      endpoints: [1, 2, 3, 4].map((host) =>
        anEndpoint({
          endpointId: endpointId(`host-${host}`),
          displayName: `WS-${host}`,
          hostName: `WS-${host}`,
          fqdn: `ws-${host}.example`,
        }),
      ),
    });
    const set = { scope: { tenantId: tenant }, reason: "test", setBy: "ada", setAt: NOW } as const;
    await world.brakes.addBrake(
      { ...set, brakeId: "brk-never", type: "neverTouch", who: [{ by: "name", pattern: "WS-4" }] },
      10,
    );
    await world.brakes.addBrake(
      {
        ...set,
        brakeId: "brk-blast",
        type: "blastRadius",
        per: "tenant",
        windowMs: HOUR_MS,
        bounds: { endpointsMax: 2 },
      },
      10,
    );
    const cooled = aRule({ limits: { coolDownMs: 30 * 60_000 } });
    const counting = aRule({
      id: ruleId("counting"),
      when: {
        count: {
          of: { field: "Name", op: "=", value: "R001" },
          windowMs: HOUR_MS,
          by: ["DestinationHostName"],
          atLeast: 2,
        },
      },
      actions: [{ kind: "onDemandScan", arguments: {} }],
    });
    const version = await publish(tenant, [cooled, counting]);
    const stored = await world.ruleSets.getRuleSet(tenant, version);
    const compilation = compileJsonRules(stored?.files ?? []);
    if (!compilation.ok || stored === undefined) throw new Error("the rules do not compile");
    const inUse = rulesInUse({ version, hash: stored.contentHash, compiled: compilation.compiled });
    let now = addMs(NOW, -3 * HOUR_MS);
    const ingest = createIngest({
      store: world.ingest,
      queue: createMemoryQueueServer().open(),
      rules: { ...NO_RULES, current: () => inUse.baseline, inUse: () => inUse },
      clock: { ...systemClock, now: () => now },
      logger: silentLogger,
    });
    for (const [index, hosts] of [[1], [1, 2], [4], [2, 3, 1], [9], [3, 3], [1]].entries()) {
      const events = hosts.map((host, place) => ({
        ...anEvent(tenant, `event-${index}-${place}`, { DestinationHostName: `ws-${host}` }),
        timestamp: now,
      }));
      await ingest.ingest(tenant, { events, rejected: [], bytes: 1 });
      await sendAll(world, tenant);
      now = addMs(now, 11 * 60_000);
    }
    const live = await world.actions.listDecisions(tenant, { limit: 500 });
    const tally = (of: (decision: (typeof live)[number]) => string) =>
      Object.fromEntries([...Map.groupBy(live, of)].map(([name, all]) => [name, all.length]).sort());
    const desk = aDesk();
    const request = {
      purpose: "replay",
      tenants: [{ tenantId: tenant, draft: { version } }],
      from: addMs(NOW, -4 * HOUR_MS),
    } as const;
    const start = await desk.start(request, "ada");
    if (start.kind !== "started") throw new Error(start.kind);
    await ended(desk, start.plan.planId);
    const replayed = (await desk.report(start.plan.planId))?.tenants[0]?.replay.draft;
    const codes = Object.fromEntries((replayed?.codes ?? []).map(({ code, decisions }) => [code, decisions]).sort());
    expect(codes).toEqual(tally(({ code }) => code));
    expect(Object.keys(codes).length).toBeGreaterThanOrEqual(5);
    expect(replayed?.decisions).toMatchObject(tally(({ verdict }) => verdict));
  });
});
