import type { Activation, RuleSet, RuleSetStore, RuleSetSummary, VersionsInUse } from "@cordon/coordinator-core";
import type { EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { unmetLists } from "./list-rows.ts";
import { ownerWork } from "./owner-work.ts";
import { storableJson, storableText } from "./storable.ts";

const SUMMARY = `r.tenant_id AS "tenantId", r.version, r.content_hash AS "contentHash", r.published_at AS "publishedAt",
  r.published_by AS "publishedBy"`;

export function createRuleSetStore(database: Database): RuleSetStore {
  return {
    addRuleSet: (tenantId, { contentHash, files, publishedAt, publishedBy, listNeeds = [] }) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        // The tenant's row is the lock that keeps numbers gap-free when two publish at once.
        const tenants = await tx.query("SELECT FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE", [tenantId]);
        if (tenants.length === 0) return undefined;
        const created = await tx.query(
          `INSERT INTO rule_sets (tenant_id, version, content_hash, files, published_at, published_by, list_needs)
           SELECT $1, COALESCE(max(version), 0) + 1, $2, $3, $4, $5, $6 FROM rule_sets WHERE tenant_id = $1
           ON CONFLICT (tenant_id, content_hash) DO NOTHING RETURNING version`,
          [tenantId, contentHash, storableJson(files), publishedAt, storableText(publishedBy), storableJson(listNeeds)],
        );
        const [ruleSet] = await tx.query<RuleSet>(
          `SELECT ${SUMMARY}, r.files FROM rule_sets r WHERE r.tenant_id = $1 AND r.content_hash = $2`,
          [tenantId, contentHash],
        );
        return ruleSet && { ruleSet, created: created.length === 1 };
      }),
    async getRuleSet(tenantId, version) {
      const [ruleSet] = await database
        .forTenant(tenantId)
        .query<RuleSet>(`SELECT ${SUMMARY}, r.files FROM rule_sets r WHERE r.tenant_id = $1 AND r.version = $2`, [
          tenantId,
          version,
        ]);
      return ruleSet;
    },
    listRuleSets: (tenantId) =>
      database.forTenant(tenantId).query<RuleSetSummary>(
        `SELECT ${SUMMARY}, a.version IS NOT NULL AS active
         FROM rule_sets r LEFT JOIN active_rule_sets a USING (tenant_id, version)
         WHERE r.tenant_id = $1 ORDER BY r.version DESC`,
        [tenantId],
      ),
    activateRuleSet: (tenantId, { version, activatedAt, activatedBy }) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        // The tenant's row is the lock: no rollout starts or ends for it meanwhile.
        await tx.query("SELECT FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE", [tenantId]);
        const [rolling] = await tx.query(
          `SELECT FROM rule_rollout_tenants t JOIN rule_rollouts r USING (rollout_id)
           WHERE t.tenant_id = $1 AND t.is_open AND r.state <> 'aborted'`,
          [tenantId],
        );
        if (rolling !== undefined) return "rolling_out";
        const unmet = await unmetLists(tx, tenantId, version);
        if (unmet.length > 0) return { unmet };
        const activated = await activate(tx, tenantId, version, { at: activatedAt, by: activatedBy });
        if (!activated) return "not_found";
        // What an aborted rollout left runs the same as all others from now on.
        await tx.query("UPDATE rule_rollout_tenants SET is_open = false WHERE tenant_id = $1 AND is_open", [tenantId]);
        return "activated";
      }),
    listActivations: (tenantId) =>
      database.forTenant(tenantId).query<Activation>(
        `SELECT version, activated_at AS "activatedAt", activated_by AS "activatedBy"
         FROM rule_set_activations WHERE tenant_id = $1 ORDER BY activation_id DESC`,
        [tenantId],
      ),
    async listInUse(tenantId) {
      const rows = await ownerWork(database, tenantId ?? "everyTenant").query<InUseRow>(
        IN_USE,
        [tenantId ?? null],
        "rule_sets_in_use",
      );
      return Array.from(
        Map.groupBy(rows, (row) => row.tenantId),
        ([id, own]) => toVersions(id, own),
      );
    },
  };
}

interface InUseRow {
  readonly tenantId: TenantId;
  readonly version: number;
  readonly siteId: SiteId | null;
}

/** One statement, so that a rollout's end is never seen by half. [R2] in SQL. */
const IN_USE = `SELECT tenant_id AS "tenantId", version, NULL AS "siteId" FROM active_rule_sets
    WHERE $1::text IS NULL OR tenant_id = $1
  UNION ALL
  SELECT s.tenant_id, t.version, s.site_id
    FROM rule_rollout_tenants t JOIN rule_rollouts r USING (rollout_id) JOIN rule_rollout_sites s USING (rollout_id, tenant_id)
    WHERE t.is_open AND r.state IN ('running', 'paused', 'aborted') AND s.wave <= r.wave
      AND ($1::text IS NULL OR t.tenant_id = $1)
  ORDER BY 1, 3 NULLS FIRST`;

function toVersions(tenantId: TenantId, rows: readonly InUseRow[]): VersionsInUse {
  const baseline = rows.find(({ siteId }) => siteId === null);
  const sites = rows.flatMap(({ siteId, version }) => (siteId === null ? [] : [{ siteId, version }]));
  return { tenantId, ...(baseline === undefined ? {} : { version: baseline.version }), sites };
}

/** Moves the tenant's baseline and writes the history; inside the transaction of whoever moves it. False: no such version. */
export async function activate(
  tx: Queryable,
  tenantId: TenantId,
  version: number,
  { at, by }: { readonly at: EpochMs; readonly by: string },
): Promise<boolean> {
  const rows = await tx.query(
    `WITH wanted AS (SELECT tenant_id, version FROM rule_sets WHERE tenant_id = $1 AND version = $2),
     history AS (
       INSERT INTO rule_set_activations (tenant_id, version, activated_at, activated_by)
       SELECT tenant_id, version, $3, $4 FROM wanted)
     INSERT INTO active_rule_sets (tenant_id, version) SELECT tenant_id, version FROM wanted
     ON CONFLICT (tenant_id) DO UPDATE SET version = EXCLUDED.version RETURNING version`,
    [tenantId, version, at, storableText(by)],
  );
  return rows.length === 1;
}
