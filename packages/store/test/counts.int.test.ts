import { createIngest, type Ingest, type IngestStore } from "@cordon/coordinator-core";
import type { CorrelationEvent } from "@cordon/core/event";
import {
  addMs,
  type EpochMs,
  eventId,
  ruleId,
  silentLogger,
  siteId,
  systemClock,
  type TenantId,
} from "@cordon/core/kernel";
import { COUNT_BOOK_LIMITS, type Counter, type CountGroup, type Rule, type WhenNode } from "@cordon/core/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { activeRules } from "./active-rules.ts";
import { createMemoryQueueServer } from "./memory-queue.ts";
import { anAction, anEvent, aRule, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const MINUTE_MS = 60_000;
const FAILED: WhenNode = { field: "Name", op: "=", value: "failed" };
const count = (parts: Partial<Extract<WhenNode, { count: unknown }>["count"]> = {}): WhenNode => ({
  count: { of: FAILED, by: ["SourceAddress"], windowMs: 10 * MINUTE_MS, atLeast: 5, ...parts },
});

const aProcess = (rules: readonly Rule[], store: IngestStore = world.ingest): Ingest =>
  createIngest({
    store,
    queue: createMemoryQueueServer().open(),
    rules: activeRules(rules),
    clock: { ...systemClock, now: () => NOW },
    logger: silentLogger,
  });

/** A failed logon so many seconds after `NOW`. */
const failed = (tenant: TenantId, id: string, second: number, fields: CorrelationEvent["fields"] = {}) => ({
  ...anEvent(tenant, id, { Name: "failed", SourceAddress: "10.9.0.1", ...fields }),
  timestamp: addMs(NOW, second * 1_000),
});

const send = (process: Ingest, events: readonly CorrelationEvent[]) =>
  process.ingest(events[0]?.tenantId as TenantId, { events, rejected: [], bytes: 100 });

const decided = (tenant: TenantId) =>
  world.actions
    .listDecisions(tenant, { limit: 500 })
    .then((rows) => rows.map(({ eventId }) => eventId).toSorted((left, right) => (left < right ? -1 : 1)));

test("[R19] [D1] two processes count as one, each event once: repeats change nothing, and a new process goes on where others were", async () => {
  const { tenant } = await world.settle();
  const rules = [aRule({ when: count() })];
  const [one, two] = [aProcess(rules), aProcess(rules)];
  const events = [0, 1, 2, 3].map((second) => failed(tenant, `e${second}`, second));
  await Promise.all([send(one, events), send(two, events), send(one, events.slice(2)), send(two, events.slice(0, 2))]);
  expect(await decided(tenant)).toEqual([]);
  // As after a restart: it knows nothing but what is stored.
  await send(aProcess(rules), [failed(tenant, "e4", 4)]);
  expect(await decided(tenant)).toEqual(["e4"]);
  const [decision] = await world.actions.listDecisions(tenant, { limit: 1 });
  expect(decision).toMatchObject({
    verdict: "act",
    reason: expect.stringContaining("(5 of 5 events in 10m for SourceAddress=10.9.0.1)"),
    detail: {
      counts: [{ counted: 5, atLeast: 5, windowMs: 10 * MINUTE_MS, group: { SourceAddress: "10.9.0.1" } }],
    },
  });
});

test("[R19] many requests at once to two processes meet a rule exactly as often as one process would have", async () => {
  const { tenant } = await world.settle();
  const rules = [aRule({ when: count({ atLeast: 30 }) })];
  const processes = [aProcess(rules), aProcess(rules)];
  const events = Array.from({ length: 40 }, (_, index) => failed(tenant, `e${String(index).padStart(2, "0")}`, 0));
  await Promise.all(events.flatMap((event) => processes.map((process) => send(process, [event]))));
  // Of 40 events, whatever order they came in, the 30th and those after it.
  expect(await decided(tenant)).toHaveLength(11);
});

test("[R19] [D1] what is counted is counted with its event or not at all", async () => {
  const { tenant } = await world.settle();
  const rules = [aRule({ when: count({ atLeast: 2 }) })];
  const torn = aProcess(rules, {
    commit: (id, batch, candidates, plan) =>
      world.ingest.commit(id, batch, candidates, async (fresh, reads) => {
        const planned = await plan(fresh, reads);
        const { decision } = anAction({ tenantId: tenant, siteId: siteId("hq") }, "nobody");
        // The last statement of the transaction fails, after the counts were written.
        return { ...planned, decisions: [{ ...decision, code: null as never }] };
      }),
  });
  const lost = failed(tenant, "lost", 2);
  await expect(send(torn, [lost])).rejects.toThrow();
  await send(aProcess(rules), [failed(tenant, "e1", 1)]);
  expect(await decided(tenant)).toEqual([]);
  // Sent again, it is the second.
  await send(aProcess(rules), [lost]);
  expect(await decided(tenant)).toEqual(["lost"]);
});

test("[R19] another tenant's events, another group's and those outside the window do not count", async () => {
  const { tenant } = await world.settle();
  const { tenant: other } = await world.settle();
  const rules = [aRule({ when: count({ atLeast: 2 }) })];
  const process = aProcess(rules);
  await send(process, [failed(other, "e0", 0)]);
  await send(process, [
    failed(tenant, "e1", 0),
    failed(tenant, "e2", 1, { SourceAddress: "10.9.0.2" }),
    failed(tenant, "e3", 600),
    failed(tenant, "e4", 601, { SourceAddress: "10.9.0.2", Name: "other" }),
  ]);
  expect(await decided(tenant)).toEqual([]);
  await send(process, [failed(tenant, "e5", 1_199)]);
  expect(await decided(tenant)).toEqual(["e5"]);
  expect(await decided(other)).toEqual([]);
});

test("[R19] a counter outlives the rule set that brought it, and an observing rule counts like any other", async () => {
  const { tenant } = await world.settle();
  await send(aProcess([aRule({ when: count({ atLeast: 3 }), mode: "observe" })]), [
    failed(tenant, "e1", 1),
    failed(tenant, "e2", 2),
  ]);
  // Another set, another rule, the same counter: it asks for more than the first did.
  const asksForMore = [aRule({ id: ruleId("more"), when: { all: [FAILED, count({ atLeast: 4 })] } })];
  await send(aProcess(asksForMore), [failed(tenant, "e3", 3)]);
  expect(await decided(tenant)).toEqual([]);
  await send(aProcess(asksForMore), [failed(tenant, "e4", 4)]);
  expect(await decided(tenant)).toEqual(["e4"]);
});

test("[R19] a counted field may hold what Postgres cannot store: it counts, and no batch fails of it", async () => {
  const { tenant } = await world.settle();
  const rules = [aRule({ when: count({ atLeast: 2, distinct: "DestinationUserName" }) })];
  const odd = (id: string, second: number, user: string) =>
    failed(tenant, id, second, { SourceAddress: "nul \0 and half \udc00", DestinationUserName: user });
  await send(aProcess(rules), [odd("o1", 1, "a\0"), odd("o2", 2, "a\0")]);
  expect(await decided(tenant)).toEqual([]);
  // Another process reads what was kept.
  await send(aProcess(rules), [odd("o3", 3, "b\ud800")]);
  expect(await decided(tenant)).toEqual(["o3"]);
});

/** Groups of one counter, each met once, as planning hands them over. */
const groupsOf = (names: readonly string[]): readonly CountGroup[] => {
  const counter: Counter = { id: "cnt_test", of: FAILED, by: ["SourceAddress"], windowMs: 1_000, atLeastMax: 2 };
  return names.map((group) => ({ counter, group, at: [NOW] }));
};

const commitGroups = (tenant: TenantId, id: string, counts: readonly CountGroup[], receivedAt: EpochMs = NOW) =>
  world.ingest.commit(
    tenant,
    { events: [anEvent(tenant, id)], quarantine: [], receivedAt },
    new Set([eventId(id)]),
    async () => ({ decisions: [], actions: [], counts }),
  );

const storedGroups = async (tenant: TenantId): Promise<readonly string[]> => {
  const rows = await world.database.query<{ group_id: string }>(
    "SELECT group_id FROM counter_groups WHERE tenant_id = $1 ORDER BY used",
    [tenant],
  );
  return rows.map(({ group_id }) => group_id);
};

test("[R19] of a counter with too many groups the one met longest ago is forgotten", async () => {
  const { tenant } = await world.settle();
  const names = Array.from({ length: COUNT_BOOK_LIMITS.groupsMax }, (_, index) => `g${index}`);
  await commitGroups(tenant, "e1", groupsOf(names));
  await commitGroups(tenant, "e2", groupsOf(["g0"]));
  await commitGroups(tenant, "e3", groupsOf(["new"]));
  const kept = await storedGroups(tenant);
  expect(kept).toHaveLength(COUNT_BOOK_LIMITS.groupsMax);
  expect([kept[0], kept.at(-2), kept.at(-1)]).toEqual(["g2", "g0", "new"]);
});

test("[R19] a group that was not met for its window and a day is swept away", async () => {
  const { tenant } = await world.settle();
  await commitGroups(tenant, "e1", groupsOf(["old", "young"]));
  await commitGroups(tenant, "e2", groupsOf(["young"]), addMs(NOW, 1));
  const due = addMs(NOW, 1_000 + COUNT_BOOK_LIMITS.idleMsMax);
  await world.sweep.forgetCounts(addMs(due, -1), 10);
  expect(await storedGroups(tenant)).toEqual(["old", "young"]);
  await world.sweep.forgetCounts(due, 100_000);
  expect(await storedGroups(tenant)).toEqual(["young"]);
});
