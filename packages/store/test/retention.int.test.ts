import { createRetention, keptFrom, PARTITION_MS } from "@cordon/coordinator-core";
import { type Clock, deriveActionId, type EpochMs, epochMs, silentLogger, systemClock } from "@cordon/core/kernel";
import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { anAction, anEvent, openRecordWorld, type RecordWorld, type Settled } from "./record-world.ts";

const DAY = 86_400_000;
const START = epochMs(Math.ceil(Date.UTC(2026, 2, 1) / PARTITION_MS) * PARTITION_MS);

let postgres: TestPostgres;
let world: RecordWorld;
let now = START;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
beforeEach(async () => {
  now = START;
  world = await openRecordWorld(postgres);
});
afterEach(() => world.close());
afterAll(() => postgres.stop());

/** Rests are over at once. */
const clock: Clock = { ...systemClock, now: () => now, sleep: async () => {} };

function aRetention(parts: { readonly stepsMax?: number; readonly stepRows?: number } = {}) {
  return createRetention({ store: world.retention, clock, logger: silentLogger, defaultDays: 90, ...parts });
}

async function receive({ tenant }: Settled, id: string, at: EpochMs): Promise<ReadonlySet<string>> {
  const batch = { events: [anEvent(tenant, id)], quarantine: [], receivedAt: at };
  const { stored } = await world.ingest.commit(tenant, batch, new Set(), async () => ({ decisions: [], actions: [] }));
  return stored;
}

/** An event that led to an action in this state. */
async function act(
  settled: Settled,
  name: string,
  at: EpochMs,
  parts: Parameters<typeof anAction>[2] = {},
): Promise<void> {
  await receive(settled, `event-${name}`, at);
  const { decision, action } = anAction(settled.site, name, { createdAt: at, ...parts });
  await world.actions.addOrdered(settled.tenant, { ...decision, decidedAt: at }, action, "test");
}

const partitions = async () =>
  (
    await world.database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent IN ('events'::regclass, 'decisions'::regclass) AND c.relkind = 'r' ORDER BY 1`,
    )
  ).map(({ name }) => name);
const eventIds = async ({ tenant }: Settled) =>
  (await world.actions.listEvents(tenant, { limit: 100 })).map(({ eventId }) => eventId).toSorted();

test("whole weeks that nobody wants any more are dropped, with the keys of their events", async () => {
  const settled = await world.settle();
  const retention = aRetention();
  await world.retention.keepPartitions(START);
  await receive(settled, "old", START);
  await receive(settled, "young", epochMs(START + PARTITION_MS));
  now = epochMs(START + 98 * DAY);
  const { dropped, removed } = await retention.runOnce();
  const week = START / PARTITION_MS;
  expect(dropped).toEqual([`decisions_w${week}`, `events_w${week}`, `budget_changes_w${week}`]);
  expect(removed.events).toBe(0);
  expect(await eventIds(settled)).toEqual(["young"]);
  expect(await world.database.query("SELECT event_id FROM event_keys")).toEqual([{ event_id: "young" }]);
});

test("what lies in the retention is kept to its first day", async () => {
  const settled = await world.settle();
  await world.retention.keepPartitions(START);
  await receive(settled, "first", START);
  now = epochMs(START + PARTITION_MS + 90 * DAY - 1);
  expect((await aRetention().runOnce()).dropped).toEqual([]);
  expect(await eventIds(settled)).toEqual(["first"]);
});

test("a tenant that keeps less than the others has its own rows removed, and only those", async () => {
  const [brief, other] = [await world.settle(), await world.settle()];
  const retention = aRetention();
  await world.retention.keepPartitions(START);
  await receive(brief, "e1", START);
  await receive(other, "e1", START);
  now = epochMs(START + 40 * DAY);
  expect(await retention.set(brief.tenant, 31, "admin")).toMatchObject({ days: 31, own: { changedBy: "admin" } });
  await retention.runOnce();
  expect([await eventIds(brief), await eventIds(other)]).toEqual([[], ["e1"]]);
  // Its key is gone, too, or an installation's keys would grow for ever.
  expect(await world.database.query("SELECT tenant_id FROM event_keys")).toEqual([{ tenant_id: other.tenant }]);
  expect(await retention.set(brief.tenant, undefined, "admin")).toMatchObject({ days: 90 });
});

test("the decision of an unfinished action stays with its event, and its week goes when it has ended", async () => {
  const settled = await world.settle();
  const retention = aRetention();
  await world.retention.keepPartitions(START);
  await act(settled, "open", START, { state: "running" });
  await act(settled, "done", START, { state: "succeeded" });
  now = epochMs(START + 98 * DAY);
  const { dropped } = await retention.runOnce();
  expect(dropped).not.toContain(`events_w${START / PARTITION_MS}`);
  expect(await eventIds(settled)).toEqual(["event-open"]);
  expect(await world.actions.listDecisions(settled.tenant, { limit: 9 })).toMatchObject([
    { actionId: deriveActionId([settled.tenant, "open"]) },
  ]);

  await world.actions.move(
    settled.tenant,
    [{ actionId: deriveActionId([settled.tenant, "open"]), state: "succeeded", at: now, source: "agent" }],
    now,
  );
  expect((await retention.runOnce()).dropped).toContain(`events_w${START / PARTITION_MS}`);
});

test("[S6] the decision of an isolation that still holds is never removed", async () => {
  const settled = await world.settle();
  const retention = aRetention();
  await world.retention.keepPartitions(START);
  const spec = { kind: "isolateHost", durationSeconds: (200 * DAY) / 1_000 } as never;
  await act(settled, "long", START, { kind: "isolateHost", state: "succeeded", spec });
  now = epochMs(START + 199 * DAY);
  await retention.runOnce();
  expect(await world.actions.listDecisions(settled.tenant, { limit: 9 })).toHaveLength(1);
  now = epochMs(START + 201 * DAY);
  await retention.runOnce();
  expect(await world.actions.listDecisions(settled.tenant, { limit: 9 })).toHaveLength(0);
});

test("a run removes in bounded steps and says that there is more", async () => {
  const settled = await world.settle();
  const retention = aRetention({ stepsMax: 2, stepRows: 2 });
  // Without partitions, as in the record of a coordinator that was down for long.
  for (let index = 0; index < 5; index++) await receive(settled, `e${index}`, START);
  now = epochMs(START + 98 * DAY);
  expect(await retention.runOnce()).toMatchObject({ more: true, removed: { events: 2 } });
  await retention.runOnce();
  expect(await retention.runOnce()).toMatchObject({ removed: { events: 1 } });
  expect(await eventIds(settled)).toEqual([]);
});

test("partitions are made once, also by coordinators that start together", async () => {
  const { retention } = world;
  const made = await Promise.all([retention.keepPartitions(START), retention.keepPartitions(START)]);
  expect(made[0] + made[1]).toBe(18);
  expect(await retention.keepPartitions(START)).toBe(0);
  expect(await partitions()).toHaveLength(14);
});

test("[D1] an event is known whatever week it came in, and is no second one when it comes again", async () => {
  const settled = await world.settle();
  await world.retention.keepPartitions(START);
  expect(await receive(settled, "e1", START)).toEqual(new Set(["e1"]));
  expect(await receive(settled, "e1", epochMs(START + PARTITION_MS))).toEqual(new Set());
  expect(await eventIds(settled)).toEqual(["e1"]);
});

test("[D4] an order that is given twice makes one decision, in whatever week", async () => {
  const settled = await world.settle();
  await world.retention.keepPartitions(START);
  const { decision, action } = anAction(settled.site, "order");
  const order = (decidedAt: EpochMs) =>
    world.actions.addOrdered(settled.tenant, { ...decision, decidedAt }, action, "test");
  expect([await order(START), await order(epochMs(START + PARTITION_MS))]).toEqual([true, false]);
  expect(await world.actions.listDecisions(settled.tenant, { limit: 9 })).toHaveLength(1);
});

test("the oldest that is kept begins with a week, and is never younger than asked for", () => {
  for (const days of [31, 90, 91]) {
    for (let hours = 0; hours < 400; hours += 7) {
      const now = epochMs(START + 200 * DAY + hours * 3_600_000);
      const from = keptFrom(now, days);
      expect(from % PARTITION_MS).toBe(0);
      expect(now - from).toBeGreaterThanOrEqual(days * DAY);
      expect(now - from).toBeLessThan(days * DAY + PARTITION_MS);
    }
  }
});
