import type { IngestBatch, IngestOutcome, IngestStore, PlannedWrites } from "@cordon/coordinator-core";
import { AppError, type EventId, type TenantId } from "@cordon/core/kernel";
import { writeCountGroups } from "./count-groups.ts";
import type { Database, Queryable } from "./database.ts";
import { insertPlan } from "./insert-plan.ts";
import { createPlanningReads } from "./planning-reads.ts";
import { insertTrips } from "./rule-hold-store.ts";
import { storableJson, storableText } from "./storable.ts";
import { createYoungStatistics } from "./young-statistics.ts";

export function createIngestStore(database: Database): IngestStore {
  const statistics = createYoungStatistics(database);
  return {
    async commit(tenantId, batch, candidates, plan): Promise<IngestOutcome> {
      // Nothing to plan: one statement is one transaction and one round trip.
      if (candidates.size === 0) {
        return { stored: await insertEvents(database, tenantId, batch, "unlocked"), actions: [], decisions: [] };
      }
      const outcome = await database.transaction(async (tx) => {
        const stored = await insertEvents(tx, tenantId, batch, "locked");
        const fresh = new Set([...candidates].filter((eventId) => stored.has(eventId)));
        const planned: PlannedWrites =
          fresh.size === 0 ? { decisions: [], actions: [] } : await plan(fresh, createPlanningReads(tx, tenantId));
        await insertTrips(tx, tenantId, planned.trips ?? []);
        await writeCountGroups(tx, tenantId, planned.counts ?? [], batch.receivedAt);
        await insertPlan(tx.last, tenantId, planned, { source: "rules", actor: undefined });
        return { stored, actions: planned.actions, decisions: planned.decisions };
      });
      statistics.grew(outcome.actions.length);
      return outcome;
    },
  };
}

/** One tenant's plans are made one after another, also across processes: the lock lasts until the transaction ends. */
const LOCK = {
  locked: "(SELECT pg_advisory_xact_lock(hashtextextended('plan ' || $1, 0)))",
  unlocked: "(SELECT)",
} as const;

/** Stores what is new of the batch and answers its ids. The tenant's row is looked at once, instead of per event by a foreign key. */
async function insertEvents(
  db: Queryable,
  tenantId: TenantId,
  batch: IngestBatch,
  locking: keyof typeof LOCK,
): Promise<ReadonlySet<EventId>> {
  const events = batch.events.map(({ id, name, timestamp, fields }) => ({
    id,
    name: storableText(name),
    timestamp,
    fields,
  }));
  const bad = batch.quarantine.map(({ code, message, raw, truncated }) => ({
    code,
    message: storableText(message),
    raw: Buffer.from(raw, "utf8").toString("base64"),
    truncated,
  }));
  const rows = await db.query<{ event_id: EventId | null; tenant_exists: boolean }>(
    `WITH tenant AS MATERIALIZED (SELECT tenant_id FROM tenants, ${LOCK[locking]} AS lock WHERE tenant_id = $1),
     fresh AS (
       INSERT INTO events (tenant_id, event_id, name, "timestamp", received_at, fields)
       SELECT t.tenant_id, r.id, r.name, r."timestamp", $2, r.fields
       FROM tenant t, json_to_recordset($3::json) AS r(id text, name text, "timestamp" bigint, fields json)
       ON CONFLICT DO NOTHING RETURNING event_id),
     bad AS (
       INSERT INTO quarantine (tenant_id, code, message, raw, truncated, received_at)
       SELECT t.tenant_id, r.code, r.message, decode(r.raw, 'base64'), r.truncated, $2
       FROM tenant t, json_to_recordset($4::json) AS r(code text, message text, raw text, truncated boolean))
     SELECT t.tenant_id IS NOT NULL AS tenant_exists, f.event_id
     FROM (SELECT) AS one LEFT JOIN tenant t ON true LEFT JOIN fresh f ON true`,
    [tenantId, batch.receivedAt, storableJson(events), JSON.stringify(bad)],
    `insert_events_${locking}`,
  );
  if (rows[0]?.tenant_exists !== true) throw new AppError("tenant.not_found", `tenant ${tenantId}`);
  return new Set(rows.flatMap(({ event_id }) => event_id ?? []));
}
