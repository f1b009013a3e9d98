import type { KeptForATime, RetentionStore, TenantRetention } from "@cordon/coordinator-core";
import { ACTION_STATES, isSettled } from "@cordon/core/action";
import type { EpochMs, EventId, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable, Work } from "./database.ts";
import { dropPartition, keepPartitions, listPartitions, type Partition } from "./partitions.ts";
import { storableText } from "./storable.ts";

/** Any fixed number: one process removes at a time. */
const RETENTION_LOCK = 7_301_884_205_914n;
const KEY_ROWS = 10_000;
/** To look through a week of decisions of every tenant. */
const LOOK_MS_MAX = 300_000;

const OPEN_STATES = ACTION_STATES.filter((state) => !isSettled(state));

/** The action behind `d.action_id` still matters: it is under way, or the isolation that it made may hold; $1 is now, $2 the open states. */
const MUST_STAY = `EXISTS (SELECT FROM actions a WHERE a.tenant_id = d.tenant_id AND a.action_id = d.action_id AND (a.state = ANY($2)
      OR a.kind = 'isolateHost' AND a.state IN ('succeeded', 'unknown', 'no_console')
        AND a.created_at + (a.spec->>'durationSeconds')::numeric * 1000 > $1))
  OR EXISTS (SELECT FROM leases l WHERE l.tenant_id = d.tenant_id AND l.action_id = d.action_id AND l.state NOT IN ('over', 'lost'))`;

/** Each takes now, the open states, tenant, end and limit; the rows that it answers are those that it removed. */
const REMOVE: Readonly<Record<KeptForATime, string>> = {
  decisions: `WITH old AS MATERIALIZED (
      SELECT decided_at, decision_id FROM decisions d
      WHERE tenant_id = $3 AND decided_at < $4 AND NOT (d.action_id IS NOT NULL AND (${MUST_STAY}))
      ORDER BY decided_at, decision_id LIMIT $5)
    DELETE FROM decisions d USING old
    WHERE d.tenant_id = $3 AND d.decided_at = old.decided_at AND d.decision_id = old.decision_id AND d.decided_at < $4`,
  events: `WITH old AS MATERIALIZED (
      SELECT received_at, event_id FROM events e
      WHERE tenant_id = $3 AND received_at < $4 AND $1::bigint IS NOT NULL AND $2::text[] IS NOT NULL AND NOT EXISTS (
        SELECT FROM decisions d WHERE d.tenant_id = $3 AND d.event_id = e.event_id AND d.decided_at >= e.received_at)
      ORDER BY received_at, event_id LIMIT $5),
    keys AS (
      DELETE FROM event_keys k USING old
      WHERE k.tenant_id = $3 AND k.event_id = old.event_id AND k.received_at = old.received_at)
    DELETE FROM events e USING old
    WHERE e.tenant_id = $3 AND e.received_at = old.received_at AND e.event_id = old.event_id AND e.received_at < $4`,
  quarantine: `DELETE FROM quarantine WHERE quarantine_id IN (
      SELECT quarantine_id FROM quarantine
      WHERE tenant_id = $3 AND received_at < $4 AND $1::bigint IS NOT NULL AND $2::text[] IS NOT NULL
      ORDER BY quarantine_id LIMIT $5)`,
  budgetChanges: `WITH old AS MATERIALIZED (
      SELECT site_id, endpoint_id, measured_at FROM budget_changes b
      WHERE tenant_id = $3 AND measured_at < $4 AND $1::bigint IS NOT NULL AND $2::text[] IS NOT NULL
      LIMIT $5)
    DELETE FROM budget_changes b USING old
    WHERE b.tenant_id = $3 AND b.site_id = old.site_id AND b.endpoint_id = old.endpoint_id AND b.measured_at = old.measured_at`,
};

export function createRetentionStore(database: Database): RetentionStore {
  return {
    exclusively: (work) => database.asFleet.withLock(RETENTION_LOCK, work),
    keepPartitions: (now) => keepPartitions(database.asFleet, now),
    async getRetention(tenantId) {
      const [row] = await database
        .forTenant(tenantId)
        .query<TenantRetention>(
          `SELECT days, changed_at AS "changedAt", changed_by AS "changedBy" FROM tenant_retention WHERE tenant_id = $1`,
          [tenantId],
        );
      return row;
    },
    async putRetention(tenantId, setting) {
      if (setting === undefined) {
        await database.forTenant(tenantId).query("DELETE FROM tenant_retention WHERE tenant_id = $1", [tenantId]);
        return;
      }
      await database.forTenant(tenantId).query(
        `INSERT INTO tenant_retention (tenant_id, days, changed_at, changed_by)
         SELECT tenant_id, $2, $3, $4 FROM tenants WHERE tenant_id = $1
         ON CONFLICT (tenant_id) DO UPDATE SET (days, changed_at, changed_by) =
           (EXCLUDED.days, EXCLUDED.changed_at, EXCLUDED.changed_by)`,
        [tenantId, setting.days, setting.changedAt, storableText(setting.changedBy)],
      );
    },
    async listRetentions() {
      const rows = await database.asFleet.query<{ tenantId: TenantId; days: number | null }>(
        `SELECT t.tenant_id AS "tenantId", r.days FROM tenants t LEFT JOIN tenant_retention r USING (tenant_id) ORDER BY 1`,
      );
      return rows.map(({ tenantId, days }) => ({ tenantId, ...(days === null ? {} : { days }) }));
    },
    async dropPartitions(before, now) {
      const dropped: string[] = [];
      const kept = new Set<number>();
      for (const partition of await listPartitions(database.asFleet)) {
        // They come in order of their ends, and of one week the decisions before the events.
        if (partition.to > before || kept.has(partition.to)) continue;
        if (partition.table === "decisions" && (await holdsWhatMustStay(database.asFleet, partition, now))) {
          kept.add(partition.to);
          continue;
        }
        if (partition.table === "events") await removeKeys(database.asFleet, partition);
        await dropPartition(database.asFleet, partition);
        dropped.push(partition.name);
      }
      return dropped;
    },
    async removeOld(what, tenantId, before, limit, now) {
      const rows = await database.asFleet.query(`${REMOVE[what]} RETURNING 1`, [
        now,
        OPEN_STATES,
        tenantId,
        before,
        limit,
      ]);
      return rows.length;
    },
  };
}

/** By way of the table that it is a part of: nobody has a right on a part itself. */
function holdsWhatMustStay(fleet: Work, { from, to }: Partition, now: EpochMs): Promise<boolean> {
  return fleet.transaction(async (tx) => {
    await tx.query(`SET LOCAL statement_timeout = ${LOOK_MS_MAX}`);
    const rows = await tx.query(
      `SELECT FROM decisions d WHERE d.decided_at >= $3 AND d.decided_at < $4 AND d.action_id IS NOT NULL AND (${MUST_STAY}) LIMIT 1`,
      [now, OPEN_STATES, from ?? Number.MIN_SAFE_INTEGER, to],
    );
    return rows.length > 0;
  });
}

interface EventKey {
  readonly tenant_id: TenantId;
  readonly event_id: EventId;
  readonly received_at: number;
}

/** In steps; a crash in between leaves events that would be taken once more, older than anybody sends. */
async function removeKeys(fleet: Queryable, { from, to }: Partition): Promise<void> {
  let last: EventKey | undefined;
  do {
    const page: readonly EventKey[] = await fleet.query<EventKey>(
      `SELECT tenant_id, received_at, event_id FROM events
       WHERE received_at >= $5 AND received_at < $6 AND (tenant_id, received_at, event_id) > ($1, $2::bigint, $3)
       ORDER BY tenant_id, received_at, event_id LIMIT $4`,
      [
        last?.tenant_id ?? "",
        last?.received_at ?? -1,
        last?.event_id ?? "",
        KEY_ROWS,
        from ?? Number.MIN_SAFE_INTEGER,
        to,
      ],
    );
    await fleet.query(
      `DELETE FROM event_keys k USING json_to_recordset($1::json) AS r(tenant_id text, event_id text, received_at bigint)
       WHERE k.tenant_id = r.tenant_id AND k.event_id = r.event_id AND k.received_at = r.received_at`,
      [JSON.stringify(page)],
    );
    last = page.length === KEY_ROWS ? page.at(-1) : undefined;
  } while (last !== undefined);
}
