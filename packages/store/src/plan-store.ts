import type { PlannedTenant, PlanReport, PlanStore, StoredPlan } from "@cordon/coordinator-core";
import { AppError, type EpochMs, type TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { present } from "./present.ts";
import { storableJson, storableText } from "./storable.ts";

const PLAN = `p.plan_id, p.purpose, p.state, p.plan_hash, p.from_at, p.to_at, p.done, p.total, p.failure, p.created_at,
  p.created_by, p.ended_at, p.expires_at, (SELECT json_agg(json_build_object('tenantId', t.tenant_id,
    'activeVersion', t.active_version, 'activeHash', t.active_hash, 'draftVersion', t.draft_version,
    'draftHash', t.draft_hash, 'world', t.world) ORDER BY t.tenant_id COLLATE "C") FROM plan_tenants t
    WHERE t.plan_id = p.plan_id) AS tenants`;

interface PlanRow {
  readonly plan_id: string;
  readonly purpose: StoredPlan["purpose"];
  readonly state: StoredPlan["state"];
  readonly plan_hash: string | null;
  readonly from_at: EpochMs;
  readonly to_at: EpochMs;
  readonly done: number;
  readonly total: number;
  readonly failure: string | null;
  readonly created_at: EpochMs;
  readonly created_by: string;
  readonly ended_at: EpochMs | null;
  readonly expires_at: EpochMs;
  readonly tenants: readonly Record<keyof PlannedTenant, unknown>[];
}

export function createPlanStore(database: Database): PlanStore {
  return {
    async addPlan(plan, keptMax) {
      try {
        await database.asFleet.transaction((tx) => insertPlanRow(tx, plan, keptMax));
        return { kind: "added" };
      } catch (error) {
        if (!isTaken(error)) throw error;
        const busy = await runningOf(database.asFleet, plan.tenants);
        // It ended in between.
        if (busy === undefined)
          throw new AppError("store.unavailable", "another plan of the tenant has just ended", { cause: error });
        return { kind: "busy", ...busy };
      }
    },
    async getPlan(planId) {
      const [row] = await database.asFleet.query<PlanRow>(`SELECT ${PLAN} FROM plans p WHERE p.plan_id = $1`, [planId]);
      return row && toPlan(row);
    },
    async getReport(planId) {
      const [row] = await database.asFleet.query<{ report: PlanReport | null }>(
        "SELECT report FROM plans WHERE plan_id = $1",
        [planId],
      );
      return row?.report ?? undefined;
    },
    async findPlan(planHash) {
      const [row] = await database.asFleet.query<PlanRow>(
        `SELECT ${PLAN} FROM plans p WHERE p.plan_hash = $1 AND p.purpose = 'plan' ORDER BY p.created_at DESC LIMIT 1`,
        [planHash],
      );
      return row && toPlan(row);
    },
    async listPlans({ tenantId, after, limit }) {
      const rows = await database.asFleet.query<PlanRow>(
        `SELECT ${PLAN} FROM plans p
         WHERE ($1::text IS NULL OR EXISTS (SELECT FROM plan_tenants t WHERE t.tenant_id = $1 AND t.plan_id = p.plan_id))
           AND ($2::bigint IS NULL OR (p.created_at, p.plan_id) < ($2, $3))
         ORDER BY p.created_at DESC, p.plan_id DESC LIMIT $4`,
        [tenantId ?? null, after?.createdAt ?? null, after?.planId ?? null, limit],
      );
      return rows.map(toPlan);
    },
    async beatPlan(planId, done, at) {
      const rows = await database.asFleet.query(
        "UPDATE plans SET done = $2, beat_at = $3 WHERE plan_id = $1 AND state = 'running' RETURNING plan_id",
        [planId, done, at],
      );
      return rows.length === 1;
    },
    async endPlan(planId, end) {
      const { planHash = null, report, done = null, failure } = { ...NO_END, ...end };
      const rows = await database.asFleet.query(
        `WITH ended AS (
           UPDATE plans SET state = $2, ended_at = $3, plan_hash = $4, report = $5, failure = $6, done = COALESCE($7, done)
           WHERE plan_id = $1 AND state = 'running' RETURNING plan_id)
         UPDATE plan_tenants t SET is_running = false FROM ended e WHERE t.plan_id = e.plan_id RETURNING t.plan_id`,
        [
          planId,
          end.state,
          end.at,
          planHash,
          report === undefined ? null : storableJson(report),
          failure === undefined ? null : storableText(failure),
          done,
        ],
      );
      return rows.length > 0;
    },
    async interruptPlans(before, at) {
      const rows = await database.asFleet.query<{ plan_id: string }>(
        `WITH ended AS (
           UPDATE plans SET state = 'interrupted', ended_at = $2 WHERE state = 'running' AND beat_at < $1 RETURNING plan_id)
         UPDATE plan_tenants t SET is_running = false FROM ended e WHERE t.plan_id = e.plan_id RETURNING t.plan_id`,
        [before, at],
      );
      return new Set(rows.map(({ plan_id }) => plan_id)).size;
    },
  };
}

const NO_END: { planHash?: string; report?: PlanReport; done?: number; failure?: string } = {};

async function insertPlanRow(tx: Queryable, plan: Parameters<PlanStore["addPlan"]>[0], keptMax: number): Promise<void> {
  const { planId, purpose, from, to, progress, createdAt, createdBy, expiresAt, tenants } = plan;
  await tx.query(
    `INSERT INTO plans (plan_id, purpose, state, from_at, to_at, done, total, created_at, created_by, expires_at, beat_at)
     VALUES ($1, $2, 'running', $3, $4, 0, $5, $6, $7, $8, $6)`,
    [planId, purpose, from, to, progress.total, createdAt, storableText(createdBy), expiresAt],
  );
  await tx.query(
    `INSERT INTO plan_tenants (plan_id, tenant_id, active_version, active_hash, draft_version, draft_hash, world, is_running)
     SELECT $1, "tenantId", "activeVersion", "activeHash", "draftVersion", "draftHash", world, true
     FROM json_to_recordset($2::json) AS r("tenantId" text, "activeVersion" integer, "activeHash" text,
       "draftVersion" integer, "draftHash" text, world json)`,
    [planId, JSON.stringify(tenants)],
  );
  await tx.query(
    `DELETE FROM plans WHERE plan_id IN (
       SELECT plan_id FROM plans WHERE state <> 'running' ORDER BY created_at DESC, plan_id DESC OFFSET $1)`,
    [keptMax],
  );
}

/** 23505: the tenant has a plan that runs. */
function isTaken(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "23505";
}

async function runningOf(
  database: Queryable,
  tenants: readonly PlannedTenant[],
): Promise<{ readonly tenantId: TenantId; readonly planId: string } | undefined> {
  const [row] = await database.query<{ tenantId: TenantId; planId: string }>(
    `SELECT tenant_id AS "tenantId", plan_id AS "planId" FROM plan_tenants
     WHERE tenant_id = ANY($1) AND is_running ORDER BY tenant_id LIMIT 1`,
    [tenants.map(({ tenantId }) => tenantId)],
  );
  return row;
}

function toPlan(row: PlanRow): StoredPlan {
  return {
    planId: row.plan_id,
    purpose: row.purpose,
    state: row.state,
    from: row.from_at,
    to: row.to_at,
    // As `addPlan` wrote them.
    tenants: row.tenants.map((tenant) => present(tenant) as unknown as PlannedTenant),
    progress: { done: row.done, total: row.total },
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    ...(row.plan_hash === null ? {} : { planHash: row.plan_hash }),
    ...(row.failure === null ? {} : { failure: row.failure }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}
