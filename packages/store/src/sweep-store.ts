import type { QueuedCount, QueuedRow, SweepStore } from "@cordon/coordinator-core";
import { forgetIdleGroups } from "./count-groups.ts";
import type { Database } from "./database.ts";

/** Any fixed number: one process sweeps at a time. */
const SWEEP_LOCK = 7_301_884_205_912n;

const QUEUED = `tenant_id AS "tenantId", site_id AS "siteId", action_id AS "actionId", action_class AS "actionClass",
  created_at AS "createdAt"`;

export function createSweepStore(database: Database): SweepStore {
  return {
    exclusively: (work) => database.withLock(SWEEP_LOCK, work),
    forgetCounts: (now, limit) => forgetIdleGroups(database, now, limit),
    countQueued: () =>
      database.query<QueuedCount>(
        `SELECT tenant_id AS "tenantId", site_id AS "siteId", sum(n)::bigint AS queued FROM (
           SELECT tenant_id, site_id, count(*) AS n FROM actions WHERE is_queued GROUP BY tenant_id, site_id
           UNION ALL SELECT tenant_id, site_id, count(*) FROM redeliveries GROUP BY tenant_id, site_id) AS c
         GROUP BY tenant_id, site_id`,
      ),
    listQueued: (tenantId, siteId, after, limit) =>
      database.query<QueuedRow>(
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
      database.query<QueuedRow>(
        // A row that dispatch or a person holds just now is left for the next sweep.
        `WITH overdue AS (
           SELECT tenant_id, action_id, state FROM actions WHERE is_unsent AND deadline <= $1
           ORDER BY deadline LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED),
         expired AS (
           UPDATE actions a SET state = 'expired', state_at = $1,
             detail = CASE o.state WHEN 'held' THEN $4::json ELSE $3::json END FROM overdue o
           WHERE a.tenant_id = o.tenant_id AND a.action_id = o.action_id
           RETURNING a.tenant_id, a.site_id, a.action_id, a.action_class, a.created_at, o.state AS was),
         noted AS (
           INSERT INTO action_timeline (tenant_id, action_id, at, recorded_at, source, state, outcome, detail)
           SELECT tenant_id, action_id, $1, $1, 'sweep', 'expired', 'moved',
             CASE was WHEN 'held' THEN $4::json ELSE $3::json END FROM expired)
         SELECT ${QUEUED} FROM expired`,
        [
          now,
          limit,
          JSON.stringify({ evidence: { rung: "none" }, code: "action.expired" }),
          JSON.stringify({ evidence: { rung: "none" }, code: "action.not_released" }),
        ],
      ),
  };
}
