import type {
  NewRuleRollout,
  RolloutSiteRow,
  RolloutStart,
  RolloutStep,
  RolloutTenant,
  RuleRolloutRecord,
  RuleRolloutStore,
} from "@cordon/coordinator-core";
import type { EpochMs, TenantId } from "@cordon/core/kernel";
import type { RolloutMove, RolloutPolicy, RuleRollout } from "@cordon/core/rollout";
import type { Database, Queryable } from "./database.ts";
import { unmetLists } from "./list-rows.ts";
import { present } from "./present.ts";
import { createRolloutReads } from "./rule-rollout-reads.ts";
import { activate } from "./rule-set-store.ts";
import { storableJson, storableText } from "./storable.ts";

export function createRuleRolloutStore(database: Database): RuleRolloutStore {
  return {
    ...createRolloutReads(database),
    start: (rollout) => database.asFleet.transaction((tx) => start(tx, rollout)),
    async get(rolloutId) {
      const [row] = await database.asFleet.query<RolloutRow>(
        `SELECT ${COLUMNS} FROM rule_rollouts r WHERE rollout_id = $1`,
        [rolloutId],
      );
      return row && toRecord(row);
    },
    findOpen: (tenantIds) => findOpen(database.asFleet, tenantIds),
    async list({ after, limit }) {
      const rows = await database.asFleet.query<RolloutRow>(
        `SELECT ${COLUMNS} FROM rule_rollouts r WHERE $1::bigint IS NULL OR (created_at, rollout_id) < ($1, $2)
         ORDER BY created_at DESC, rollout_id DESC LIMIT $3`,
        [after?.createdAt ?? null, after?.rolloutId ?? null, limit],
      );
      return rows.map(toRecord);
    },
    steps: (rolloutId) =>
      database.asFleet.query<RolloutStep>(
        `SELECT at, by, kind, state, wave, reason FROM rule_rollout_steps WHERE rollout_id = $1 ORDER BY step_id`,
        [rolloutId],
      ),
    async sites(rolloutId) {
      const rows = await database.asFleet.query<RolloutSiteRow>(
        `SELECT tenant_id AS "tenantId", site_id AS "siteId", wave, since, until FROM rule_rollout_sites
         WHERE rollout_id = $1 ORDER BY wave, tenant_id, site_id`,
        [rolloutId],
      );
      return rows.map((row) => present(row) as RolloutSiteRow);
    },
    async listAtWork() {
      const rows = await database.asFleet.query<{ rollout_id: string }>(
        `SELECT rollout_id FROM rule_rollouts
         WHERE state = 'running' OR (state = 'rolled_back' AND withdrawn_at IS NULL) ORDER BY rollout_id`,
        [],
        "rule_rollouts_at_work",
      );
      return rows.map(({ rollout_id }) => rollout_id);
    },
    move: (before, move, by) => database.asFleet.transaction((tx) => makeMove(tx, before, move, by)),
    async note(rolloutId, { at, by, kind, reason }) {
      await database.asFleet.query(
        `INSERT INTO rule_rollout_steps (rollout_id, revision, at, by, kind, state, wave, reason)
         SELECT rollout_id, revision, $2, $3, $4, state, wave, $5 FROM rule_rollouts WHERE rollout_id = $1`,
        [rolloutId, at, storableText(by), kind, storableText(reason)],
      );
    },
    async markWithdrawn(rolloutId, at) {
      const rows = await database.asFleet.query(
        `UPDATE rule_rollouts SET withdrawn_at = $2 WHERE rollout_id = $1 AND withdrawn_at IS NULL RETURNING rollout_id`,
        [rolloutId, at],
      );
      return rows.length === 1;
    },
  };
}

const COLUMNS = `r.rollout_id, r.plan_hash, r.policy, r.state, r.wave, r.wave_since, r.evidence_since, r.soak_until, r.extended_ms,
  r.paused_for, r.revision, r.changed_at, r.created_at, r.created_by,
  (SELECT json_build_object('by', s.by, 'reason', s.reason) FROM rule_rollout_steps s
   WHERE s.rollout_id = r.rollout_id AND s.kind NOT IN ('withdrawn', 'compensated') ORDER BY s.step_id DESC LIMIT 1) AS last,
  (SELECT json_agg(json_build_object('tenantId', t.tenant_id, 'version', t.version, 'fromVersion', t.from_version,
     'open', t.is_open) ORDER BY t.tenant_id) FROM rule_rollout_tenants t WHERE t.rollout_id = r.rollout_id) AS tenants,
  (SELECT json_object_agg(w.wave, w.sites) FROM (SELECT wave, count(*) AS sites FROM rule_rollout_sites s
   WHERE s.rollout_id = r.rollout_id GROUP BY wave) w) AS sites`;

interface RolloutRow {
  readonly rollout_id: string;
  readonly plan_hash: string;
  readonly policy: RolloutPolicy;
  readonly state: RuleRollout["state"];
  readonly wave: number;
  readonly wave_since: EpochMs;
  readonly evidence_since: EpochMs;
  readonly soak_until: EpochMs;
  readonly extended_ms: number;
  readonly paused_for: RuleRollout["pausedFor"] | null;
  readonly revision: number;
  readonly changed_at: EpochMs;
  readonly created_at: EpochMs;
  readonly created_by: string;
  readonly last: { readonly by: string; readonly reason: string } | null;
  readonly tenants: readonly object[] | null;
  /** Sites by wave; a wave without any is absent. */
  readonly sites: Readonly<Record<string, number>> | null;
}

function toRecord(row: RolloutRow): RuleRolloutRecord {
  const rollout: RuleRollout = {
    state: row.state,
    wave: row.wave,
    waveSince: row.wave_since,
    evidenceSince: row.evidence_since,
    soakUntil: row.soak_until,
    extendedMs: row.extended_ms,
    changedAt: row.changed_at,
    ...present({ pausedFor: row.paused_for ?? null }),
  };
  return {
    rolloutId: row.rollout_id,
    planHash: row.plan_hash,
    policy: row.policy,
    rollout,
    reason: row.last?.reason ?? "",
    revision: row.revision,
    createdAt: row.created_at,
    createdBy: row.created_by,
    changedBy: row.last?.by ?? row.created_by,
    tenants: (row.tenants ?? []).map((tenant) => present(tenant) as RolloutTenant),
    sitesPerWave: row.policy.waves.map((_, wave) => row.sites?.[wave] ?? 0),
  };
}

/** Rows of tenants are locked first and in order, here and by an activation: the two never meet half-way, and never wait for each other. */
async function lockTenants(tx: Queryable, tenants: readonly { readonly tenantId: TenantId }[]): Promise<void> {
  await tx.query("SELECT FROM tenants WHERE tenant_id = ANY($1) ORDER BY tenant_id FOR NO KEY UPDATE", [
    tenants.map(({ tenantId }) => tenantId),
  ]);
}

async function findOpen(
  db: Queryable,
  tenantIds: readonly TenantId[],
): Promise<Extract<RolloutStart, { readonly kind: "busy" }> | undefined> {
  const [busy] = await db.query<{ tenantId: TenantId; rolloutId: string }>(
    `SELECT tenant_id AS "tenantId", rollout_id AS "rolloutId" FROM rule_rollout_tenants
     WHERE is_open AND tenant_id = ANY($1) ORDER BY tenant_id LIMIT 1`,
    [tenantIds],
  );
  return busy && { kind: "busy", ...busy };
}

async function start(tx: Queryable, rollout: NewRuleRollout): Promise<RolloutStart> {
  const { rolloutId, planHash, policy, move, tenants, sites, by } = rollout;
  await lockTenants(tx, tenants);
  const ids = tenants.map(({ tenantId }) => tenantId);
  const busy = await findOpen(tx, ids);
  if (busy !== undefined) return busy;
  const active = await tx.query<{ tenant_id: TenantId; version: number }>(
    "SELECT tenant_id, version FROM active_rule_sets WHERE tenant_id = ANY($1)",
    [ids],
  );
  for (const { tenantId, fromVersion } of tenants) {
    const version = active.find((row) => row.tenant_id === tenantId)?.version;
    if (version !== fromVersion) return { kind: "moved", tenantId, ...(version === undefined ? {} : { version }) };
  }
  for (const { tenantId, version } of tenants) {
    const unmet = await unmetLists(tx, tenantId, version);
    if (unmet.length > 0) return { kind: "unmet", tenantId, unmet };
  }
  const { next } = move;
  await tx.query(
    `INSERT INTO rule_rollouts (rollout_id, plan_hash, policy, state, wave, wave_since, evidence_since, soak_until, extended_ms,
       revision, changed_at, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10, $11)`,
    [
      rolloutId,
      planHash,
      storableJson(policy),
      next.state,
      next.wave,
      next.waveSince,
      next.evidenceSince,
      next.soakUntil,
      next.extendedMs,
      next.changedAt,
      storableText(by),
    ],
  );
  await tx.query(
    `INSERT INTO rule_rollout_tenants (rollout_id, tenant_id, version, from_version)
     SELECT $1, "tenantId", version, "fromVersion"
     FROM json_to_recordset($2::json) AS r("tenantId" text, version integer, "fromVersion" integer)`,
    [rolloutId, storableJson(tenants)],
  );
  await tx.query(
    `INSERT INTO rule_rollout_sites (rollout_id, tenant_id, site_id, wave)
     SELECT $1, "tenantId", "siteId", wave
     FROM json_to_recordset($2::json) AS r("tenantId" text, "siteId" text, wave integer)`,
    [rolloutId, storableJson(sites)],
  );
  await beginSites(tx, rolloutId, next);
  await insertStep(tx, rolloutId, 1, move, by);
  return { kind: "started" };
}

/** The revision is the fence: of several processes and people that decide at once, one finds it as it was. */
async function makeMove(
  tx: Queryable,
  before: RuleRolloutRecord,
  move: RolloutMove,
  by: string,
): Promise<"moved" | "stale" | "busy"> {
  const { rolloutId, revision, tenants } = before;
  const { next } = move;
  await lockTenants(tx, tenants);
  if (move.kind === "rolled_back" && (await isOvertaken(tx, rolloutId))) return "busy";
  const rows = await tx.query(
    `UPDATE rule_rollouts SET state = $3, wave = $4, wave_since = $5, evidence_since = $6, soak_until = $7, extended_ms = $8,
       paused_for = $9, changed_at = $10, revision = $2 + 1
     WHERE rollout_id = $1 AND revision = $2 RETURNING rollout_id`,
    [
      rolloutId,
      revision,
      next.state,
      next.wave,
      next.waveSince,
      next.evidenceSince,
      next.soakUntil,
      next.extendedMs,
      next.pausedFor ?? null,
      next.changedAt,
    ],
  );
  if (rows.length === 0) return "stale";
  if (next.state === "rolled_back") await goBack(tx, rolloutId, next.changedAt, by);
  else await beginSites(tx, rolloutId, next);
  if (next.state === "done") await finish(tx, rolloutId, next.changedAt, by);
  await insertStep(tx, rolloutId, revision + 1, move, by);
  return "moved";
}

/** Going back to what was before a rollout would pull the ground from under a newer one. */
async function isOvertaken(tx: Queryable, rolloutId: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM rule_rollout_tenants other JOIN rule_rollout_tenants own USING (tenant_id)
     WHERE own.rollout_id = $1 AND other.rollout_id <> $1 AND other.is_open LIMIT 1`,
    [rolloutId],
  );
  return rows.length > 0;
}

async function beginSites(tx: Queryable, rolloutId: string, { wave, changedAt }: RuleRollout): Promise<void> {
  await tx.query("UPDATE rule_rollout_sites SET since = $3 WHERE rollout_id = $1 AND wave <= $2 AND since IS NULL", [
    rolloutId,
    wave,
    changedAt,
  ]);
}

/** The new set becomes the baseline, so sites that were added meanwhile get it, too. */
async function finish(tx: Queryable, rolloutId: string, at: EpochMs, by: string): Promise<void> {
  const closed = await tx.query<{ tenant_id: TenantId; version: number }>(
    "UPDATE rule_rollout_tenants SET is_open = false WHERE rollout_id = $1 AND is_open RETURNING tenant_id, version",
    [rolloutId],
  );
  for (const { tenant_id, version } of closed) await activate(tx, tenant_id, version, { at, by });
}

/** Where the set is the baseline by now, the one before it is; where another set was activated since, that stays. */
async function goBack(tx: Queryable, rolloutId: string, at: EpochMs, by: string): Promise<void> {
  await tx.query("UPDATE rule_rollout_tenants SET is_open = false WHERE rollout_id = $1 AND is_open", [rolloutId]);
  await tx.query("UPDATE rule_rollout_sites SET until = $2 WHERE rollout_id = $1 AND since IS NOT NULL", [
    rolloutId,
    at,
  ]);
  const based = await tx.query<{ tenant_id: TenantId; from_version: number | null }>(
    `SELECT t.tenant_id, t.from_version FROM rule_rollout_tenants t JOIN active_rule_sets a USING (tenant_id, version)
     WHERE t.rollout_id = $1 AND t.version IS DISTINCT FROM t.from_version ORDER BY t.tenant_id`,
    [rolloutId],
  );
  for (const { tenant_id, from_version } of based) {
    if (from_version === null) await tx.query("DELETE FROM active_rule_sets WHERE tenant_id = $1", [tenant_id]);
    else await activate(tx, tenant_id, from_version, { at, by });
  }
}

async function insertStep(
  tx: Queryable,
  rolloutId: string,
  revision: number,
  { kind, next, reason }: RolloutMove,
  by: string,
): Promise<void> {
  await tx.query(
    `INSERT INTO rule_rollout_steps (rollout_id, revision, at, by, kind, state, wave, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [rolloutId, revision, next.changedAt, storableText(by), kind, next.state, next.wave, storableText(reason)],
  );
}
