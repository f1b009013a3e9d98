import type { RolloutEffect, RuleRolloutStore, RunningVersion } from "@cordon/coordinator-core";
import { ACTION_STATES, isSettled } from "@cordon/core/action";
import type { RolloutEvidence } from "@cordon/core/rollout";
import type { Database } from "./database.ts";
import { present } from "./present.ts";

/** Asked for by every look at a rollout: more would prove no more than so many. */
const DECISIONS_COUNTED_MAX = 10_000;
const SLOTS_DEFAULT = 100;

const SETTLED = ACTION_STATES.filter(isSettled);
/** What never took effect, or was never let go. */
const WITHOUT_EFFECT = [
  "held",
  "queued",
  "refused",
  "expired",
  "cancelled",
  "failed",
  "rotated",
  "deleted_by_operator",
];

/** Where the rollout's set has run, and the actions that it ordered there since. */
const MINE = `mine AS (
    SELECT s.tenant_id, s.site_id, s.since, t.version FROM rule_rollout_sites s JOIN rule_rollout_tenants t
      USING (rollout_id, tenant_id) WHERE s.rollout_id = $1 AND s.since IS NOT NULL),
  acts AS (
    SELECT a.* FROM actions a JOIN mine m ON a.tenant_id = m.tenant_id AND a.site_id = m.site_id
      AND a.rule_set_version = m.version AND a.created_at >= m.since)`;

const EFFECT = `a.tenant_id AS "tenantId", a.site_id AS "siteId", a.endpoint_id AS "endpointId",
  a.endpoint_name AS "endpointName", a.action_id AS "actionId", a.kind, a.state, a.created_at AS "createdAt", a.rule_id AS "ruleId"`;

/** What an isolation asked for, when its site has not told of it. */
const OWN_END = `a.state_at + 1000 * GREATEST((a.spec->>'durationSeconds')::bigint,
  COALESCE((a.spec->>'holdSeconds')::bigint, 0))`;

/** Another set decided for the same action after it was ordered: it serves that wish, too. */
const ALSO_WANTED = `EXISTS (SELECT FROM decisions d WHERE d.tenant_id = a.tenant_id AND d.endpoint_id = a.endpoint_id
  AND d.decided_at >= a.created_at AND d.action_id = a.action_id AND d.rule_set_version <> a.rule_set_version)`;

type Reads = Pick<RuleRolloutStore, "measure" | "listUnsent" | "listEffects" | "listRunning">;

/** What rollouts did and what runs where. */
export function createRolloutReads(database: Database): Reads {
  return {
    async measure(rolloutId, since, releasedWithinMs) {
      const [row] = await database.asFleet.query<RolloutEvidence>(
        `WITH ${MINE},
         recent AS (SELECT a.*, r.asked_at - a.created_at <= $3 AS ended_soon
           FROM acts a LEFT JOIN lease_releases r USING (tenant_id, action_id) WHERE a.created_at >= $2),
         isolated AS (SELECT ended_soon FROM recent WHERE kind = 'isolateHost'
           AND (ended_soon IS NOT NULL OR state NOT IN ('held', 'refused', 'expired', 'cancelled'))),
         spent AS (SELECT r.tenant_id, r.site_id, r.endpoint_id, count(*) AS actions FROM recent r
           WHERE state NOT IN ('held', 'queued', 'refused', 'expired', 'cancelled') GROUP BY 1, 2, 3)
         SELECT
           (SELECT count(*) FROM (SELECT FROM decisions d JOIN mine m USING (tenant_id, site_id)
             WHERE d.rule_set_version = m.version AND d.decided_at >= GREATEST($2, m.since) LIMIT $4) AS counted) AS decisions,
           (SELECT count(*) FROM endpoints e JOIN mine m USING (tenant_id, site_id)) AS endpoints,
           (SELECT count(*) FROM isolated) AS isolations,
           (SELECT count(*) FROM isolated WHERE ended_soon) AS releases,
           (SELECT count(*) FROM recent WHERE state = ANY($5) AND state NOT IN ('refused', 'expired', 'cancelled')) AS ended,
           (SELECT count(*) FROM recent WHERE state = 'unknown') AS unknown,
           (SELECT count(*) FROM spent) AS "endpointsActed",
           COALESCE((SELECT max(s.actions::float8 / COALESCE(NULLIF(b.slot_limit, 0), $6)) FROM spent s
             LEFT JOIN endpoint_budgets b USING (tenant_id, site_id, endpoint_id)), 0)::float8 AS "slotShare"`,
        [rolloutId, since, releasedWithinMs, DECISIONS_COUNTED_MAX, SETTLED, SLOTS_DEFAULT],
      );
      if (row === undefined) throw new TypeError("a query of counts has one row");
      return row;
    },
    listUnsent: (rolloutId, limit) =>
      database.asFleet.query<RolloutEffect>(
        `WITH ${MINE} SELECT ${EFFECT}, false AS "alsoWanted" FROM acts a WHERE a.is_unsent AND NOT ${ALSO_WANTED} ORDER BY a.created_at, a.action_id LIMIT $2`,
        [rolloutId, limit],
      ),
    async listEffects(rolloutId, now, limit) {
      const rows = await database.asFleet.query<RolloutEffect>(
        `WITH ${MINE}
         SELECT ${EFFECT}, ${ALSO_WANTED} AS "alsoWanted", r.asked_at AS "askedAt",
           CASE WHEN a.kind = 'isolateHost' THEN
             COALESCE(l.endpoint_ends_at, l.agent_ends_at, l.coordinator_ends_at, ${OWN_END}) END AS until
         FROM acts a LEFT JOIN leases l USING (tenant_id, action_id) LEFT JOIN lease_releases r USING (tenant_id, action_id)
         WHERE a.kind IN ('isolateHost', 'preventExecution') AND a.state <> ALL($2)
           AND (a.kind <> 'isolateHost' OR l.state NOT IN ('over', 'lost')
             OR (l.state IS NULL AND (a.state <> ALL($3) OR ${OWN_END} > $4)))
         ORDER BY a.created_at, a.action_id LIMIT $5`,
        [rolloutId, WITHOUT_EFFECT, SETTLED, now, limit],
      );
      return rows.map((row) => present(row) as RolloutEffect);
    },
    async listRunning({ tenantId, after, limit }) {
      const rows = await database.asFleet.query<RunningVersion>(RUNNING, [
        tenantId ?? null,
        after?.tenantId ?? "",
        after?.siteId ?? "",
        limit,
      ]);
      return rows.map((row) => present(row) as RunningVersion);
    },
  };
}

/** The last of: the tenant's activation, the site's return from a rollout, its making; or since when a rollout reached it. */
const RUNNING = `WITH page AS (
    SELECT tenant_id, site_id, created_at FROM sites
    WHERE ($1::text IS NULL OR tenant_id = $1) AND (tenant_id, site_id) > ($2, $3) ORDER BY tenant_id, site_id LIMIT $4)
  SELECT p.tenant_id AS "tenantId", p.site_id AS "siteId", COALESCE(o.version, a.version) AS version,
    s.content_hash AS "contentHash", a.version AS baseline, o.rollout_id AS "rolloutId", o.wave, o.wanted,
    COALESCE(o.since, CASE WHEN a.version IS NOT NULL THEN GREATEST(p.created_at,
      (SELECT max(activated_at) FROM rule_set_activations h WHERE h.tenant_id = p.tenant_id),
      (SELECT max(until) FROM rule_rollout_sites b WHERE b.tenant_id = p.tenant_id AND b.site_id = p.site_id)) END) AS since,
    COALESCE(c.connected, false) AS connected,
    (SELECT count(*) FROM actions q WHERE q.tenant_id = p.tenant_id AND q.site_id = p.site_id AND q.is_queued) AS queued
  FROM page p
    LEFT JOIN active_rule_sets a ON a.tenant_id = p.tenant_id
    LEFT JOIN site_sessions c ON c.tenant_id = p.tenant_id AND c.site_id = p.site_id
    LEFT JOIN LATERAL (
      SELECT r.rollout_id, i.wave, t.version AS wanted,
        CASE WHEN i.wave <= r.wave THEN t.version END AS version, CASE WHEN i.wave <= r.wave THEN i.since END AS since
      FROM rule_rollout_sites i JOIN rule_rollout_tenants t USING (rollout_id, tenant_id) JOIN rule_rollouts r USING (rollout_id)
      WHERE i.tenant_id = p.tenant_id AND i.site_id = p.site_id AND t.is_open
        AND r.state IN ('running', 'paused', 'aborted')) o ON true
    LEFT JOIN rule_sets s ON s.tenant_id = p.tenant_id AND s.version = COALESCE(o.version, a.version)
  ORDER BY p.tenant_id, p.site_id`;
