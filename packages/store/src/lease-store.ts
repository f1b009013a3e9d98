import type {
  JudgeLease,
  LeaseFacts,
  LeaseJudgement,
  LeaseRecord,
  LeaseStore,
  RaisedMismatch,
  ReleaseRecord,
  SiteRef,
  UnansweredRelease,
} from "@cordon/coordinator-core";
import type { LeaseView } from "@cordon/core/endpoint";
import type { EpochMs } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { fenced } from "./fenced.ts";
import { filterLeases, LEASE_COLUMNS, type LeaseRow, RELEASE_COLUMNS, toLease } from "./lease-rows.ts";
import { present } from "./present.ts";
import { storableJson, storableText } from "./storable.ts";

/** States after which nothing more is told. */
const ENDED = "('over', 'lost')";
const UNDER_WAY = "('queued', 'held', 'delivered', 'deferred', 'submitting', 'submitted', 'task_seen', 'running')";

export function createLeaseStore(database: Database): LeaseStore {
  return {
    reportLeases: ({ tenantId, siteId, epoch }, views, judge, now) =>
      fenced(database, { tenantId, siteId, epoch }, (tx) => report(tx, { tenantId, siteId }, views, judge, now)),

    rejudgeOverdue: (before, judge, now, limit) =>
      database.asFleet.transaction(async (tx) => {
        const rows = await tx.query<LeaseRow & FactColumns>(
          `SELECT ${LEASE_COLUMNS}, ${FACT_COLUMNS} FROM leases l ${FACT_JOINS}
           WHERE l.due_at < $1 AND l.mismatch IS NULL ORDER BY l.due_at LIMIT $2 FOR UPDATE OF l SKIP LOCKED`,
          [before, limit],
        );
        const judged = rows.map((row) => ({ row, judgement: judge(factsOf(row, toLease(row), row.reportedAt)) }));
        const raised = judged.flatMap(({ row, judgement }) => raisedBy(row, judgement));
        await tx.query(
          // What does not disagree though its time is past is looked at again after its next report only.
          `UPDATE leases l SET mismatch = j.mismatch, mismatch_since = CASE WHEN j.mismatch IS NOT NULL THEN $2::bigint END,
             due_at = CASE WHEN j.mismatch IS NOT NULL THEN l.due_at END
           FROM json_to_recordset($1::json) AS j(tenant_id text, action_id text, mismatch text)
           WHERE l.tenant_id = j.tenant_id AND l.action_id = j.action_id`,
          [
            storableJson(
              judged.map(({ row, judgement }) => ({
                tenant_id: row.tenantId,
                action_id: row.actionId,
                mismatch: judgement.mismatch,
              })),
            ),
            now,
          ],
        );
        return raised;
      }),

    async getLease(tenantId, actionId) {
      const [row] = await database.forTenant(tenantId).query<LeaseRow>(
        `SELECT ${LEASE_COLUMNS} FROM leases l LEFT JOIN lease_releases r USING (tenant_id, action_id)
         WHERE l.tenant_id = $1 AND l.action_id = $2`,
        [tenantId, actionId],
      );
      return row && toLease(row);
    },

    async listLeases(tenantId, filter): Promise<readonly LeaseRecord[]> {
      const { conditions, values } = filterLeases(tenantId, filter);
      const rows = await database.forTenant(tenantId).query<LeaseRow>(
        `SELECT ${LEASE_COLUMNS} FROM leases l LEFT JOIN lease_releases r USING (tenant_id, action_id)
         WHERE ${conditions.join(" AND ")} ORDER BY l.since DESC, l.action_id DESC LIMIT $${values.length + 1}`,
        [...values, filter.limit],
      );
      return rows.map(toLease);
    },

    async askRelease(tenantId, actionId, { askedAt, askedBy, reason }) {
      const rows = await database.forTenant(tenantId).query(
        `INSERT INTO lease_releases (tenant_id, action_id, site_id, asked_at, asked_by, reason)
         SELECT tenant_id, action_id, site_id, $3, $4, $5 FROM actions WHERE tenant_id = $1 AND action_id = $2
         ON CONFLICT (tenant_id, action_id) DO UPDATE SET asked_at = EXCLUDED.asked_at, asked_by = EXCLUDED.asked_by,
           reason = EXCLUDED.reason, answered_at = NULL
         RETURNING action_id`,
        [tenantId, actionId, askedAt, storableText(askedBy), storableText(reason)],
      );
      return rows.length > 0;
    },

    async answerRelease({ tenantId, siteId }, actionId, { outcome, endpointEndsAt, steps }, now) {
      await database.forTenant(tenantId).query(
        `UPDATE lease_releases r SET answered_at = CASE WHEN $4 = 'not_found' AND a.state IN ${UNDER_WAY} THEN NULL ELSE $7::bigint END,
           outcome = $4, endpoint_ends_at = $5, steps = $6
         FROM actions a WHERE r.tenant_id = $1 AND r.site_id = $2 AND r.action_id = $3
           AND a.tenant_id = r.tenant_id AND a.action_id = r.action_id`,
        [tenantId, siteId, actionId, outcome, endpointEndsAt ?? null, storableText(steps), now],
      );
    },

    async getRelease(tenantId, actionId) {
      const [row] = await database
        .forTenant(tenantId)
        .query<ReleaseRecord>(
          `SELECT ${RELEASE_COLUMNS} FROM lease_releases r WHERE r.tenant_id = $1 AND r.action_id = $2`,
          [tenantId, actionId],
        );
      return row && present(row);
    },

    listUnanswered: (limit) =>
      database.asFleet.query<UnansweredRelease>(
        `SELECT tenant_id AS "tenantId", site_id AS "siteId", action_id AS "actionId", reason FROM lease_releases
         WHERE answered_at IS NULL ORDER BY asked_at LIMIT $1`,
        [limit],
      ),

    async reopenReleases({ tenantId, siteId }) {
      await database.forTenant(tenantId).query(
        `UPDATE lease_releases r SET answered_at = NULL FROM leases l
         WHERE r.tenant_id = $1 AND r.site_id = $2 AND l.tenant_id = r.tenant_id AND l.action_id = r.action_id
           AND l.state NOT IN ${ENDED}`,
        [tenantId, siteId],
      );
    },
  };
}

interface FactColumns {
  readonly spec: LeaseFacts["spec"];
  readonly succeededAt: EpochMs | null;
  readonly succeededRecordedAt: EpochMs | null;
  readonly connectedSince: EpochMs | null;
  readonly kscSkewMs: number | null;
}

const FACT_COLUMNS = `a.spec, t.at AS "succeededAt", t.recorded_at AS "succeededRecordedAt", s.connected_since AS "connectedSince",
  (q.readiness->>'kscClockSkewMs')::bigint AS "kscSkewMs"`;
const FACT_JOINS = `JOIN actions a ON a.tenant_id = l.tenant_id AND a.action_id = l.action_id
  LEFT JOIN site_sessions s ON s.tenant_id = l.tenant_id AND s.site_id = l.site_id
  LEFT JOIN lease_releases r ON r.tenant_id = l.tenant_id AND r.action_id = l.action_id
  LEFT JOIN site_readiness q ON q.tenant_id = l.tenant_id AND q.site_id = l.site_id
  LEFT JOIN LATERAL (
    SELECT at, recorded_at FROM action_timeline t WHERE t.tenant_id = l.tenant_id AND t.action_id = l.action_id
      AND t.state = 'succeeded' AND t.source = 'agent' ORDER BY entry_id LIMIT 1) t ON true`;

function factsOf(row: LeaseRow & FactColumns, view: LeaseView, reportedAt: EpochMs): LeaseFacts {
  const { spec, succeededAt, succeededRecordedAt, connectedSince, kscSkewMs, coordinatorEndsAt, askedAt, mismatch } =
    row;
  const succeeded =
    succeededAt === null || succeededRecordedAt === null
      ? {}
      : { succeeded: { at: succeededAt, recordedAt: succeededRecordedAt } };
  return {
    view,
    spec,
    reportedAt,
    ...succeeded,
    ...present({ connectedSince, kscSkewMs, coordinatorEndsAt, mismatch, releaseAskedAt: askedAt }),
  };
}

function raisedBy(
  { tenantId, siteId, actionId, mismatch: before }: Pick<LeaseRow, "tenantId" | "siteId" | "actionId" | "mismatch">,
  { mismatch }: LeaseJudgement,
): readonly RaisedMismatch[] {
  return mismatch === undefined || before !== null ? [] : [{ tenantId, siteId, actionId, mismatch }];
}

async function report(
  tx: Queryable,
  { tenantId, siteId }: SiteRef,
  views: readonly LeaseView[],
  judge: JudgeLease,
  now: EpochMs,
): Promise<readonly RaisedMismatch[]> {
  // The last word on each counts.
  const byId = new Map(views.map((view) => [view.actionId, view]));
  await tx.query(
    `INSERT INTO leases (tenant_id, action_id, site_id, endpoint_id, endpoint_name, state, wanted_until, renewals, renewals_max,
       heard, since, reported_at)
     SELECT a.tenant_id, a.action_id, a.site_id, a.endpoint_id, a.endpoint_name, 'pending', 0, 0, 0, 'unknown', $4, $4
     FROM actions a WHERE a.tenant_id = $1 AND a.site_id = $2 AND a.action_id = ANY($3) AND a.kind = 'isolateHost'
     ON CONFLICT (tenant_id, action_id) DO NOTHING`,
    [tenantId, siteId, [...byId.keys()], now],
  );
  await recordSiteReleases(tx, { tenantId, siteId }, views, now);
  const rows = await tx.query<LeaseRow & FactColumns>(
    `SELECT ${LEASE_COLUMNS}, ${FACT_COLUMNS} FROM leases l ${FACT_JOINS}
     WHERE l.tenant_id = $1 AND l.site_id = $2 AND l.action_id = ANY($3) ORDER BY l.action_id FOR UPDATE OF l`,
    [tenantId, siteId, [...byId.keys()]],
  );
  const judged = rows.flatMap((row) => {
    const view = byId.get(row.actionId);
    return view === undefined ? [] : [{ row, view, judgement: judge(factsOf(row, view, now)) }];
  });
  const rowsOf = judged.map(({ row, view, judgement }) => toColumns(row, view, judgement, now));
  await write(tx, rowsOf, now);
  return judged.flatMap(({ row, judgement }) => raisedBy(row, judgement));
}

/** A release that was asked for at the site stands beside those that were asked for here, with who and why. */
async function recordSiteReleases(
  tx: Queryable,
  { tenantId, siteId }: SiteRef,
  views: readonly LeaseView[],
  now: EpochMs,
): Promise<void> {
  const released = views.flatMap(({ actionId, endpointEndsAt, released }) =>
    released?.by === undefined
      ? []
      : [
          {
            action_id: actionId,
            asked_at: released.at,
            asked_by: `${siteId}: ${released.by}`,
            reason: released.reason,
            endpoint_ends_at: endpointEndsAt,
          },
        ],
  );
  if (released.length === 0) return;
  await tx.query(
    `INSERT INTO lease_releases (tenant_id, action_id, site_id, asked_at, asked_by, reason, answered_at, outcome, endpoint_ends_at, steps)
     SELECT l.tenant_id, l.action_id, l.site_id, v.asked_at, v.asked_by, v.reason, $4, 'released', v.endpoint_ends_at, $5
     FROM json_to_recordset($3::json) AS v(action_id text, asked_at bigint, asked_by text, reason text, endpoint_ends_at bigint)
       JOIN leases l ON l.tenant_id = $1 AND l.site_id = $2 AND l.action_id = v.action_id
     ON CONFLICT (tenant_id, action_id) DO NOTHING`,
    [tenantId, siteId, storableJson(released), now, "It was ended at the site, where the steps were shown."],
  );
}

function toColumns(row: LeaseRow, view: LeaseView, judgement: LeaseJudgement, now: EpochMs) {
  const ended = view.state === "over" || view.state === "lost";
  const { coordinatorEndsAt, mismatch } = judgement;
  return {
    tenant_id: row.tenantId,
    action_id: row.actionId,
    state: view.state,
    wanted_until: view.wantedUntil,
    coordinator_ends_at: coordinatorEndsAt,
    agent_ends_at: view.agentEndsAt,
    endpoint_ends_at: view.endpointEndsAt,
    renewals: view.renewals,
    renewals_max: view.renewalsMax,
    next_renewal_at: view.nextRenewalAt,
    heard: view.heard,
    problem: view.problem,
    mismatch,
    mismatch_since: mismatch === undefined ? undefined : (row.mismatchSince ?? now),
    due_at: ended ? undefined : (view.agentEndsAt ?? (view.state === "pending" ? undefined : view.wantedUntil)),
  };
}

const WRITTEN: Readonly<Record<Exclude<keyof ReturnType<typeof toColumns>, "tenant_id" | "action_id">, string>> = {
  state: "text",
  wanted_until: "bigint",
  coordinator_ends_at: "bigint",
  agent_ends_at: "bigint",
  endpoint_ends_at: "bigint",
  renewals: "integer",
  renewals_max: "integer",
  next_renewal_at: "bigint",
  heard: "text",
  problem: "text",
  mismatch: "text",
  mismatch_since: "bigint",
  due_at: "bigint",
};
const NAMES = Object.keys(WRITTEN);

async function write(tx: Queryable, rows: readonly ReturnType<typeof toColumns>[], now: EpochMs): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `UPDATE leases l SET ${NAMES.map((name) => `${name} = v.${name}`).join(", ")}, reported_at = $2
     FROM json_to_recordset($1::json) AS v(tenant_id text, action_id text,
       ${Object.entries(WRITTEN)
         .map(([name, type]) => `${name} ${type}`)
         .join(", ")})
     WHERE l.tenant_id = v.tenant_id AND l.action_id = v.action_id`,
    [storableJson(rows), now],
  );
}
