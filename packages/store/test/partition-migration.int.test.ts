import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { PARTITION_MS } from "@cordon/coordinator-core";
import { epochMs, eventId, silentLogger, tenantId } from "@cordon/core/kernel";
import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createStores, type Database, migrate, openDatabase } from "../src/index.ts";

const FOLDER = path.join(import.meta.dirname, "../src/migrations");
const PARTITIONS = "0014-partitions-and-retention.sql";
const TENANT = tenantId("acme");
const LONG_AGO = Date.UTC(2025, 0, 1);

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

/** As a release before the partitions left it, with three events and their decisions. */
async function aFilledDatabase(): Promise<Database> {
  const database = openDatabase({ url: await postgres.createDatabase(), logger: silentLogger });
  onTestFinished(() => database.close());
  await database.asOwner.query(
    "CREATE TABLE schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
  );
  for (const name of readdirSync(FOLDER).sort()) {
    if (name >= PARTITIONS) continue;
    const sql = readFileSync(path.join(FOLDER, name), "utf8");
    await database.asOwner.query(sql);
    const checksum = createHash("sha256").update(sql).digest("hex");
    await database.asOwner.query("INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)", [name, checksum]);
  }
  await database.asOwner.query("INSERT INTO tenants (tenant_id, name, created_at) VALUES ($1, 'Acme', 1)", [TENANT]);
  await database.asOwner.query(
    `INSERT INTO events (tenant_id, event_id, name, "timestamp", received_at, fields)
     SELECT $1, 'e' || n, 'R001', $2::bigint, $2::bigint + n, '{"Name":"R001"}' FROM generate_series(1, 3) AS n`,
    [TENANT, LONG_AGO],
  );
  await database.asOwner.query(
    `INSERT INTO decisions (tenant_id, decision_id, event_id, rule_id, rule_set_version, verdict, action_kind, code, reason,
       decided_at, detail)
     SELECT $1, 'd' || n, 'e' || n, 'a-rule', 1, 'suppress', 'getFile', 'endpoint.no_target', 'none', $2::bigint + n, '{}'
     FROM generate_series(1, 3) AS n`,
    [TENANT, LONG_AGO],
  );
  return database;
}

const event = (id: string) => ({
  tenantId: TENANT,
  id: eventId(id),
  name: "R001",
  timestamp: epochMs(LONG_AGO),
  fields: { Name: "R001" },
});
const batchOf = (id: string, receivedAt: number) => ({
  events: [event(id)],
  quarantine: [],
  receivedAt: epochMs(receivedAt),
});
const nothing = async () => ({ decisions: [], actions: [] });

test("a filled record is cut without losing a row, and goes on", async () => {
  const database = await aFilledDatabase();
  await migrate(database);
  const stores = createStores(database);
  const before = await stores.actions.listEvents(TENANT, { limit: 10 });
  expect(before.map(({ eventId: id, decisions }) => ({ id, decisions }))).toEqual([
    { id: "e3", decisions: 1 },
    { id: "e2", decisions: 1 },
    { id: "e1", decisions: 1 },
  ]);
  expect(await stores.actions.listDecisions(TENANT, { limit: 10 })).toHaveLength(3);

  const now = Date.now();
  await stores.retention.keepPartitions(epochMs(now));
  const later = now + 2 * PARTITION_MS;
  expect(await stores.ingest.commit(TENANT, batchOf("e4", later), new Set(), nothing)).toMatchObject({
    stored: new Set(["e4"]),
  });
  const tables = await database.asOwner.query<{ name: string }>(
    "SELECT DISTINCT tableoid::regclass::text AS name FROM events ORDER BY 1",
  );
  expect(tables.map(({ name }) => name)).toEqual(["events_before", `events_w${Math.floor(later / PARTITION_MS)}`]);
});

test("[D1] an event of the time before the partitions is not taken again after them", async () => {
  const database = await aFilledDatabase();
  await migrate(database);
  const { ingest } = createStores(database);
  const again = await ingest.commit(TENANT, batchOf("e2", Date.now() + 2 * PARTITION_MS), new Set(), nothing);
  expect(again.stored).toEqual(new Set());
});
