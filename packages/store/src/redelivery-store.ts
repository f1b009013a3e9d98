import type { QueuedRow, RedeliveryDue, RedeliveryStore } from "@cordon/coordinator-core";
import type { Database } from "./database.ts";

/** Agents forget what was settled and overdue this long ago, so nothing older can still be under way. */
const REACH_MS = 45 * 24 * 3_600_000;

const UNDER_WAY = "('delivered', 'deferred', 'submitting', 'submitted', 'task_seen', 'running')";

export function createRedeliveryStore(database: Database): RedeliveryStore {
  return {
    due: () =>
      database.asFleet.query<RedeliveryDue>(
        `SELECT tenant_id AS "tenantId", site_id AS "siteId", ledger_epoch AS epoch FROM site_sessions WHERE redelivery_due
         ORDER BY tenant_id, site_id`,
      ),
    async collect(tenantId, siteId, after, limit, now) {
      const rows = await database.forTenant(tenantId).query<QueuedRow>(
        // Along the index by time: an index on the state would make every step of every action dearer, for this rare case.
        `INSERT INTO redeliveries AS r (tenant_id, action_id, site_id, action_class, created_at, epoch)
         SELECT a.tenant_id, a.action_id, a.site_id, a.action_class, a.created_at, s.ledger_epoch
         FROM actions a JOIN site_sessions s USING (tenant_id, site_id)
         WHERE a.tenant_id = $1 AND a.site_id = $2 AND a.created_at >= $3
           AND (a.created_at, a.action_id) < ($4::bigint, $5::text)
           AND (a.state IN ${UNDER_WAY} OR (a.kind = 'isolateHost' AND a.state = 'succeeded'
             AND a.state_at + GREATEST((a.spec->>'durationSeconds')::bigint, (a.spec->>'holdSeconds')::bigint) * 1000 > $6
             -- Released: an agent that never heard of it has nothing to keep up.
             AND NOT EXISTS (SELECT FROM lease_releases r WHERE r.tenant_id = a.tenant_id AND r.action_id = a.action_id)))
         ORDER BY a.created_at DESC, a.action_id DESC LIMIT $7
         ON CONFLICT (tenant_id, action_id) DO UPDATE SET epoch = EXCLUDED.epoch
         RETURNING r.tenant_id AS "tenantId", r.site_id AS "siteId", r.action_id AS "actionId",
           r.action_class AS "actionClass", r.created_at AS "createdAt"`,
        [
          tenantId,
          siteId,
          now - REACH_MS,
          after?.createdAt ?? Number.MAX_SAFE_INTEGER,
          after?.actionId ?? "",
          now,
          limit,
        ],
      );
      return rows.toSorted((a, b) => b.createdAt - a.createdAt || (a.actionId < b.actionId ? 1 : -1));
    },
    async collected({ tenantId, siteId, epoch }) {
      await database.forTenant(tenantId).query(
        `UPDATE site_sessions SET redelivery_due = false
         WHERE tenant_id = $1 AND site_id = $2 AND ledger_epoch = $3`,
        [tenantId, siteId, epoch],
      );
    },
    async answered(tenantId, actionIds, epoch) {
      await database
        .forTenant(tenantId)
        .query("DELETE FROM redeliveries WHERE tenant_id = $1 AND action_id = ANY($2) AND epoch <= $3", [
          tenantId,
          actionIds,
          epoch,
        ]);
    },
  };
}
