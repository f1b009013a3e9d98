import type { QueuedCount, QueuedRow, SweepStore } from "@cordon/coordinator-core";
import { forgetIdleGroups } from "./count-groups.ts";
import type { Database } from "./database.ts";

/** Any fixed number: one process sweeps at a time. */
const SWEEP_LOCK = 7_301_884_205_912n;

const STILL_WAITING = "The action before it in its chain had not ended in all the time that it could wait.";

const QUEUED = `tenant_id AS "tenantId", site_id AS "siteId", action_id AS "actionId", action_class AS "actionClass",
  created_at AS "createdAt"`;

export function createSweepStore(database: Database): SweepStore {
  return {
    exclusively: (work) => database.asFleet.withLock(SWEEP_LOCK, work),
    forgetCounts: (now, limit) => forgetIdleGroups(database.asFleet, now, limit),
    countQueued: () =>
      database.asFleet.query<QueuedCount>(
        `SELECT tenant_id AS "tenantId", site_id AS "siteId", sum(n)::bigint AS queued FROM (
           SELECT tenant_id, site_id, count(*) AS n FROM actions WHERE is_queued GROUP BY tenant_id, site_id
           UNION ALL SELECT tenant_id, site_id, count(*) FROM redeliveries GROUP BY tenant_id, site_id) AS c
         GROUP BY tenant_id, site_id`,
      ),
    listQueued: (tenantId, siteId, after, limit) =>
      database.forTenant(tenantId).query<QueuedRow>(
        `SELECT ${QUEUED} FROM (
           (SELECT tenant_id, site_id, action_id, action_class, created_at FROM actions
            WHERE tenant_id = $1 AND site_id = $2 AND is_queued AND action_id > $3 ORDER BY action_id LIMIT $4)
           UNION
           (SELECT tenant_id, site_id, action_id, action_class, created_at FROM redeliveries
            WHERE tenant_id = $1 AND site_id = $2 AND action_id > $3 ORDER BY action_id LIMIT $4)) AS q
         ORDER BY action_id LIMIT $4`,
        [tenantId, siteId, after ?? "", limit],
      ),
    expireOverdue: (now, limit) =>
      database.asFleet.query<QueuedRow>(
        // A row that dispatch or a person holds just now is left for the next sweep.
        `WITH overdue AS (
           SELECT a.tenant_id, a.action_id, CASE WHEN a.state <> 'held' THEN $3::json WHEN EXISTS (
             SELECT FROM chain_links c WHERE c.tenant_id = a.tenant_id AND c.action_id = a.action_id
               AND c.waits_for IS NOT NULL) THEN $5::json ELSE $4::json END AS detail
           FROM actions a WHERE a.is_unsent AND a.deadline <= $1
           ORDER BY a.deadline LIMIT $2 FOR NO KEY UPDATE OF a SKIP LOCKED),
         expired AS (
           UPDATE actions a SET state = 'expired', state_at = $1, detail = o.detail FROM overdue o
           WHERE a.tenant_id = o.tenant_id AND a.action_id = o.action_id
           RETURNING a.tenant_id, a.site_id, a.action_id, a.action_class, a.created_at, o.detail),
         noted AS (
           INSERT INTO action_timeline (tenant_id, action_id, at, recorded_at, source, state, outcome, detail)
           SELECT tenant_id, action_id, $1, $1, 'sweep', 'expired', 'moved', detail FROM expired)
         SELECT ${QUEUED} FROM expired`,
        [
          now,
          limit,
          JSON.stringify({ evidence: { rung: "none" }, code: "action.expired" }),
          JSON.stringify({ evidence: { rung: "none" }, code: "action.not_released" }),
          JSON.stringify({ evidence: { rung: "none" }, code: "action.expired", message: STILL_WAITING }),
        ],
      ),
  };
}
