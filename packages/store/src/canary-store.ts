import type { Canary, CanaryStore, ClaimedProbe, Probe, SiteRef, WatchedProbe } from "@cordon/coordinator-core";
import type { EpochMs } from "@cordon/core/kernel";
import type { Database } from "./database.ts";
import { ownerWork } from "./owner-work.ts";
import { present } from "./present.ts";
import { storableJson, storableText } from "./storable.ts";

const SETTING = `c.tenant_id AS "tenantId", c.site_id AS "siteId", c.endpoint_id AS "endpointId", c.spec, c.every_ms AS "everyMs",
  c.late_after_ms AS "lateAfterMs", c.slots`;

const PROBE = `site_id AS "siteId", due_at AS "dueAt", endpoint_id AS "endpointId", kind, state, action_id AS "actionId",
  ordered_at AS "orderedAt", late_at AS "lateAt", ended_at AS "endedAt", code, reason, stages`;

const newest = (states: string, name: string) => `LEFT JOIN LATERAL (
    SELECT ${PROBE} FROM canary_probes p
    WHERE p.tenant_id = c.tenant_id AND p.site_id = c.site_id AND p.state IN (${states})
    ORDER BY due_at DESC LIMIT 1) AS ${name} ON true`;

const CANARY = `SELECT ${SETTING},
    (SELECT e.display_name FROM endpoints e WHERE e.tenant_id = c.tenant_id AND e.site_id = c.site_id
      AND e.endpoint_id = c.endpoint_id) AS "endpointName", c.next_at AS "nextAt", c.changed_at AS "changedAt", c.changed_by AS "changedBy", c.alarm,
    c.alarm_since AS "alarmSince", c.last_passed_at AS "lastPassedAt", c.passed, c.failed, to_json(last) AS last,
    to_json(last_passed) AS "lastPassed"
  FROM canaries c ${newest("'passed', 'failed', 'skipped'", "last")} ${newest("'passed'", "last_passed")}`;

type CanaryRow = Omit<Canary, "alarm" | "endpointName" | "last" | "lastPassed" | "lastPassedAt"> & {
  readonly alarm: string | null;
  readonly alarmSince: EpochMs | null;
  readonly endpointName: string | null;
  readonly lastPassedAt: EpochMs | null;
  readonly last: Probe | null;
  readonly lastPassed: Probe | null;
};

function toCanary({ alarm, alarmSince, endpointName, lastPassedAt, last, lastPassed, ...canary }: CanaryRow): Canary {
  return {
    ...canary,
    ...(endpointName === null ? {} : { endpointName }),
    ...(alarm === null || alarmSince === null ? {} : { alarm: { reason: alarm, since: alarmSince } }),
    ...(lastPassedAt === null ? {} : { lastPassedAt }),
    ...(last === null ? {} : { last: present(last) as unknown as Probe }),
    ...(lastPassed === null ? {} : { lastPassed: present(lastPassed) as unknown as Probe }),
  };
}

/** What a probe's action came to, by the coordinator's clock. */
const STEPS = `SELECT json_agg(json_build_object('state', t.state, 'at', t.recorded_at) ORDER BY t.entry_id)
  FROM action_timeline t WHERE t.tenant_id = p.tenant_id AND t.action_id = p.action_id AND t.outcome = 'moved'`;

export function createCanaryStore(database: Database): CanaryStore {
  const get = async ({ tenantId, siteId }: SiteRef): Promise<Canary | undefined> => {
    const [row] = await database
      .forTenant(tenantId)
      .query<CanaryRow>(`${CANARY} WHERE c.tenant_id = $1 AND c.site_id = $2`, [tenantId, siteId]);
    return row && toCanary(row);
  };
  return {
    async putCanary({ tenantId, siteId }, setting, { nextAt, at, by }) {
      const [row] = await database.forTenant(tenantId).query<{ site: boolean; endpoint: boolean }>(
        `WITH found AS (
           SELECT EXISTS (SELECT FROM sites WHERE tenant_id = $1 AND site_id = $2) AS site,
             EXISTS (SELECT FROM endpoints WHERE tenant_id = $1 AND site_id = $2 AND endpoint_id = $3) AS endpoint),
         put AS (
           INSERT INTO canaries (tenant_id, site_id, endpoint_id, spec, every_ms, late_after_ms, slots, next_at, changed_at, changed_by)
           SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM found WHERE site AND endpoint
           ON CONFLICT (tenant_id, site_id) DO UPDATE SET
             (endpoint_id, spec, every_ms, late_after_ms, slots, next_at, changed_at, changed_by) = (EXCLUDED.endpoint_id,
              EXCLUDED.spec, EXCLUDED.every_ms, EXCLUDED.late_after_ms, EXCLUDED.slots, EXCLUDED.next_at, EXCLUDED.changed_at,
              EXCLUDED.changed_by))
         SELECT site, endpoint FROM found`,
        [
          tenantId,
          siteId,
          setting.endpointId,
          storableJson(setting.spec),
          setting.everyMs,
          setting.lateAfterMs,
          setting.slots,
          nextAt,
          at,
          storableText(by),
        ],
      );
      if (row?.site !== true) return "no_site";
      return row.endpoint ? "put" : "no_endpoint";
    },
    async removeCanary({ tenantId, siteId }) {
      const rows = await database.forTenant(tenantId).query(
        `WITH open AS (
           DELETE FROM canary_probes WHERE tenant_id = $1 AND site_id = $2 AND state IN ('planned', 'ordered', 'late'))
         DELETE FROM canaries WHERE tenant_id = $1 AND site_id = $2 RETURNING site_id`,
        [tenantId, siteId],
      );
      return rows.length === 1;
    },
    getCanary: get,
    async listCanaries(tenantId) {
      const rows = await ownerWork(database, tenantId ?? "everyTenant").query<CanaryRow>(
        `${CANARY} WHERE $1::text IS NULL OR c.tenant_id = $1 ORDER BY c.tenant_id, c.site_id`,
        [tenantId ?? null],
      );
      return rows.map(toCanary);
    },
    async listProbes({ tenantId, siteId }, limit) {
      const rows = await database
        .forTenant(tenantId)
        .query<Probe>(
          `SELECT ${PROBE} FROM canary_probes WHERE tenant_id = $1 AND site_id = $2 ORDER BY due_at DESC LIMIT $3`,
          [tenantId, siteId, limit],
        );
      return rows.map((row) => present(row) as unknown as Probe);
    },
    async makeDue({ tenantId, siteId }, now) {
      const rows = await database
        .forTenant(tenantId)
        .query("UPDATE canaries SET next_at = $3 WHERE tenant_id = $1 AND site_id = $2 RETURNING site_id", [
          tenantId,
          siteId,
          now,
        ]);
      return rows.length === 1;
    },
    async claimDue(now, claimedBefore, sentSince, limit) {
      const rows = await database.asFleet.query<ClaimedProbe>(
        // One that another process claims just now is its. What was missed is not made up for: the schedule goes on.
        `WITH due AS (
           SELECT tenant_id, site_id, next_at FROM canaries c WHERE next_at <= $1 AND NOT EXISTS (
             SELECT FROM canary_probes p WHERE p.tenant_id = c.tenant_id AND p.site_id = c.site_id
               AND p.state IN ('planned', 'ordered', 'late'))
           ORDER BY next_at LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED),
         moved AS (
           UPDATE canaries c SET next_at = due.next_at + c.every_ms * (($1 - due.next_at) / c.every_ms + 1)
           FROM due WHERE c.tenant_id = due.tenant_id AND c.site_id = due.site_id
           RETURNING c.tenant_id, c.site_id, due.next_at AS due_at, c.endpoint_id, c.spec),
         claimed AS (
           INSERT INTO canary_probes (tenant_id, site_id, due_at, endpoint_id, kind, state, claimed_at)
           SELECT tenant_id, site_id, due_at, endpoint_id, spec->>'kind', 'planned', $1 FROM moved
           ON CONFLICT DO NOTHING RETURNING tenant_id, site_id, due_at),
         left_behind AS (
           UPDATE canary_probes SET claimed_at = $1 WHERE state = 'planned' AND claimed_at < $2
           RETURNING tenant_id, site_id, due_at)
         SELECT ${SETTING}, p.due_at AS "dueAt",
           (SELECT count(*) FROM canary_probes s WHERE s.tenant_id = c.tenant_id AND s.site_id = c.site_id
              AND s.endpoint_id = c.endpoint_id AND s.ordered_at > $3) AS "sentLately"
         FROM (SELECT * FROM claimed UNION ALL SELECT * FROM left_behind) AS p JOIN canaries c USING (tenant_id, site_id)`,
        [now, claimedBefore, sentSince, limit],
      );
      return rows;
    },
    async listOpen(limit) {
      const rows = await database.asFleet.query<WatchedProbe>(
        `SELECT p.tenant_id AS "tenantId", p.site_id AS "siteId", p.due_at AS "dueAt", p.state, p.ordered_at AS "orderedAt",
           c.late_after_ms AS "lateAfterMs", c.every_ms AS "everyMs",
           json_strip_nulls(json_build_object('actionId', a.action_id, 'state', a.state, 'detail', a.detail,
             'steps', COALESCE((${STEPS}), '[]'))) AS action
         FROM canary_probes p JOIN canaries c USING (tenant_id, site_id)
           JOIN actions a ON a.tenant_id = p.tenant_id AND a.action_id = p.action_id
         WHERE p.state IN ('ordered', 'late') ORDER BY p.ordered_at LIMIT $1`,
        [limit],
      );
      return rows;
    },
    async moveProbe({ tenantId, siteId }, dueAt, from, end) {
      const ends = end.state === "passed" || end.state === "failed" || end.state === "skipped";
      const rows = await database.forTenant(tenantId).query(
        `WITH moved AS (
           UPDATE canary_probes SET state = $5, action_id = COALESCE($6, action_id), ordered_at = COALESCE($7, ordered_at),
             late_at = COALESCE($8, late_at), ended_at = $9, code = $10, reason = COALESCE($11, reason), stages = $12
           WHERE tenant_id = $1 AND site_id = $2 AND due_at = $3 AND state = $4 RETURNING tenant_id, site_id, state),
         said AS (
           UPDATE canaries c SET
             alarm = CASE m.state WHEN 'passed' THEN NULL WHEN 'failed' THEN $11 WHEN 'late' THEN $11 ELSE c.alarm END,
             alarm_since = CASE m.state WHEN 'passed' THEN NULL WHEN 'failed' THEN COALESCE(c.alarm_since, $13)
               WHEN 'late' THEN COALESCE(c.alarm_since, $13) ELSE c.alarm_since END,
             last_passed_at = CASE m.state WHEN 'passed' THEN $13 ELSE c.last_passed_at END,
             passed = c.passed + (m.state = 'passed')::int, failed = c.failed + (m.state = 'failed')::int
           FROM moved m WHERE c.tenant_id = m.tenant_id AND c.site_id = m.site_id)
         SELECT state FROM moved`,
        [
          tenantId,
          siteId,
          dueAt,
          from,
          end.state,
          end.state === "ordered" ? end.actionId : null,
          end.state === "ordered" ? end.at : null,
          end.state === "late" ? end.at : null,
          ends ? end.at : null,
          "code" in end ? end.code : null,
          "reason" in end ? storableText(end.reason) : null,
          "stages" in end ? JSON.stringify(end.stages) : null,
          end.at,
        ],
      );
      return rows.length === 1;
    },
    async removeProbes(before, limit) {
      const rows = await database.asFleet.query(
        `DELETE FROM canary_probes WHERE (tenant_id, site_id, due_at) IN (
           SELECT tenant_id, site_id, due_at FROM canary_probes WHERE ended_at < $1 LIMIT $2) RETURNING site_id`,
        [before, limit],
      );
      return rows.length;
    },
  };
}
