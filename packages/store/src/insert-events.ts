import type { IngestBatch } from "@cordon/coordinator-core";
import { AppError, type EventId, type TenantId } from "@cordon/core/kernel";
import type { Queryable } from "./database.ts";
import { storableJson, storableText } from "./storable.ts";

/** One tenant's plans are made one after another, also across processes: the lock lasts until the transaction ends. */
const LOCK = {
  locked: "(SELECT pg_advisory_xact_lock(hashtextextended('plan ' || $1, 0)))",
  unlocked: "(SELECT)",
} as const;

/**
 * Stores what is new of the batch and answers its ids. The tenant's row is looked at once, instead of per event by a foreign
 * key. [D1] Whose key is there already is not new, in whatever partition it lies.
 */
export async function insertEvents(
  db: Queryable,
  tenantId: TenantId,
  batch: IngestBatch,
  locking: keyof typeof LOCK,
): Promise<ReadonlySet<EventId>> {
  const events = batch.events.map(({ id, name, timestamp, fields, ruleSetVersions }) => ({
    id,
    name: storableText(name),
    timestamp,
    fields,
    sets: ruleSetVersions,
  }));
  const bad = batch.quarantine.map(({ code, message, raw, truncated }) => ({
    code,
    message: storableText(message),
    raw: Buffer.from(raw, "utf8").toString("base64"),
    truncated,
  }));
  const rows = await db.query<{ event_id: EventId | null; tenant_exists: boolean }>(
    `WITH tenant AS MATERIALIZED (SELECT tenant_id FROM tenants, ${LOCK[locking]} AS lock WHERE tenant_id = $1),
     incoming AS MATERIALIZED (
       SELECT t.tenant_id, r.* FROM tenant t,
         json_to_recordset($3::json) AS r(id text, name text, "timestamp" bigint, fields json, sets integer[])),
     fresh AS (
       INSERT INTO event_keys (tenant_id, event_id, received_at) SELECT tenant_id, id, $2 FROM incoming
       ON CONFLICT DO NOTHING RETURNING event_id),
     kept AS (
       INSERT INTO events (tenant_id, event_id, name, "timestamp", received_at, fields, rule_set_versions)
       SELECT i.tenant_id, i.id, i.name, i."timestamp", $2, i.fields, i.sets
       FROM incoming i WHERE i.id IN (SELECT event_id FROM fresh)),
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
