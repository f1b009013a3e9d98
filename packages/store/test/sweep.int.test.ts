import { createRedelivery, createSweep, type SweepDeps } from "@cordon/coordinator-core";
import { addMs, silentLogger } from "@cordon/core/kernel";
import { createFakeClock } from "@cordon/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import { addActions, addSession, NO_CHAINS, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());
// A sweep is over all tenants: each test starts with nothing queued.
beforeEach(async () => {
  await world.database.query("UPDATE actions SET state = 'succeeded' WHERE state IN ('queued', 'held')");
});

function aSweep(server = createMemoryQueueServer(), parts: Partial<SweepDeps> = {}) {
  const queue = server.open();
  const clock = createFakeClock(NOW);
  const sweep = createSweep({
    store: world.sweep,
    sessions: world.sessions,
    redelivery: createRedelivery({ store: world.redeliveries, queue, clock, logger: silentLogger }),
    chains: NO_CHAINS,
    queue,
    clock,
    logger: silentLogger,
    ...parts,
  });
  return { sweep, server, queue, clock };
}

test("[D2] after the queue was flushed every unfinished action is queued again within one sweep", async () => {
  const { site } = await world.settle();
  const { sweep, server, queue } = aSweep();
  await addActions(
    world,
    site,
    Array.from({ length: 25 }, (_, index) => `a${index}`),
  );
  await sweep.runOnce();
  expect(await queue.stats(site)).toMatchObject({ waiting: 25 });
  server.flush();
  expect(await sweep.runOnce()).toMatchObject({ ran: true, requeued: 25 });
  expect(await queue.stats(site)).toMatchObject({ waiting: 25 });
});

test("a sweep that finds nothing missing hands nothing in", async () => {
  const { site } = await world.settle();
  const { sweep, server } = aSweep();
  await addActions(world, site, ["a", "b"]);
  await sweep.runOnce();
  const before = server.added.length;
  expect(await sweep.runOnce()).toMatchObject({ requeued: 0 });
  expect(server.added).toHaveLength(before);
});

test("[D2] a missing job is found although a stale one hides it from the count", async () => {
  const { site } = await world.settle();
  const { sweep, server, queue } = aSweep();
  const [kept] = await addActions(world, site, ["kept"]);
  await sweep.runOnce();
  server.flush();
  await queue.add([{ ...site, actionId: "stale" as never, actionClass: "scan", createdAt: NOW }]);
  for (let turn = 0; turn < 20; turn++) await sweep.runOnce();
  expect((await queue.take(site, 10)).map(({ actionId }) => actionId)).toContain(kept?.actionId);
});

test("while the queue is down a sweep fails, and the next one hands everything in", async () => {
  const { site } = await world.settle();
  const { sweep, server, queue } = aSweep();
  await addActions(world, site, ["a"]);
  await sweep.runOnce();
  server.down = true;
  await expect(sweep.runOnce()).rejects.toMatchObject({ code: "queue.unavailable" });
  server.down = false;
  expect(await sweep.runOnce()).toMatchObject({ requeued: 1 });
  expect(await queue.stats(site)).toMatchObject({ waiting: 1 });
});

test("[D6] what is overdue before it was sent is expired, in its timeline and out of the queue; what is under way is not", async () => {
  const { tenant, site } = await world.settle();
  const { sweep, queue, clock } = aSweep();
  const deadline = addMs(NOW, 1_000);
  const [queued] = await addActions(world, site, ["queued"], { deadline });
  const [held] = await addActions(world, site, ["held"], { deadline, state: "held" });
  const [delivered] = await addActions(world, site, ["delivered"], { deadline, state: "delivered" });
  await sweep.runOnce();
  expect(await queue.stats(site)).toMatchObject({ waiting: 1 });
  await clock.advance(1_000);
  expect(await sweep.runOnce()).toMatchObject({ expired: 2, requeued: 0 });
  const states = await Promise.all(
    [queued, held, delivered].map(
      async (action) => (await world.actions.getAction(tenant, action?.actionId as never))?.state,
    ),
  );
  expect(states).toEqual(["expired", "expired", "delivered"]);
  expect((await world.actions.getTimeline(tenant, queued?.actionId as never))?.at(-1)).toMatchObject({
    state: "expired",
    source: "sweep",
    detail: { code: "action.expired" },
  });
  expect(await queue.stats(site)).toMatchObject({ waiting: 0 });
});

test("a session that was not heard of for too long is shown as not connected", async () => {
  const { tenant, site, session } = await world.settle();
  const { sweep, clock } = aSweep();
  await clock.advance(91_000);
  await world.sessions.touchSessions([session], clock.now());
  await sweep.runOnce();
  expect(await world.sessions.getSession(tenant, site.siteId)).toMatchObject({ connected: true });
  await clock.advance(91_000);
  expect((await sweep.runOnce()).silentSites).toBeGreaterThan(0);
  expect(await world.sessions.getSession(tenant, site.siteId)).toMatchObject({
    connected: false,
    lastSeenAt: NOW + 91_000,
  });
  await addSession(world, site, session.agentId);
  expect(await world.sessions.getSession(tenant, site.siteId)).toMatchObject({ connected: true });
});

test("only one process sweeps at a time", async () => {
  const { sweep: second } = aSweep();
  let answer: unknown;
  const { sweep: first } = aSweep(createMemoryQueueServer(), {
    sessions: {
      markSilent: async () => {
        answer = await second.runOnce();
        return [];
      },
    },
  });
  expect(await first.runOnce()).toMatchObject({ ran: true });
  expect(answer).toMatchObject({ ran: false });
  expect(await second.runOnce()).toMatchObject({ ran: true });
});

test("a started sweep runs at once, on its interval, and after a failure", async () => {
  let turns = 0;
  let failing = false;
  const { sweep, clock } = aSweep(createMemoryQueueServer(), {
    intervalMs: 1_000,
    store: {
      ...world.sweep,
      exclusively: async () => {
        turns++;
        if (failing) throw new Error("for the test");
        return true;
      },
    },
  });
  sweep.start();
  await clock.advance(0);
  expect(turns).toBe(1);
  failing = true;
  await clock.advance(1_000);
  failing = false;
  await clock.advance(1_000);
  expect(turns).toBe(3);
  await sweep.stop();
  expect(clock.pendingCount()).toBe(0);
});

test("[D2] twenty thousand queued actions are counted in one look, and paged through without a gap", async () => {
  const { tenant, site } = await world.settle();
  const [first] = await addActions(world, site, ["first"]);
  await world.database.query(
    `INSERT INTO actions SELECT tenant_id, 'act_' || lpad(n::text, 32, '0'), site_id, endpoint_id, endpoint_name, kind, action_class,
       spec, decision_id, event_id, rule_id, rule_set_version, created_at, deadline, 'queued', state_at, NULL, NULL
     FROM actions, generate_series(1, 20000) AS n WHERE tenant_id = $1 AND action_id = $2`,
    [tenant, first?.actionId],
  );
  const { sweep, queue } = aSweep();
  expect(await sweep.runOnce()).toMatchObject({ requeued: 20_001 });
  expect(await queue.stats(site)).toMatchObject({ waiting: 20_001 });
  expect(await sweep.runOnce()).toMatchObject({ requeued: 0 });
});
