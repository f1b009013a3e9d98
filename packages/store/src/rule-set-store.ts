import type { Activation, RuleSet, RuleSetStore, RuleSetSummary } from "@cordon/coordinator-core";
import type { TenantId } from "@cordon/core/kernel";
import type { Database } from "./database.ts";
import { storableJson, storableText } from "./storable.ts";

const SUMMARY = `r.tenant_id AS "tenantId", r.version, r.content_hash AS "contentHash", r.published_at AS "publishedAt",
  r.published_by AS "publishedBy"`;

export function createRuleSetStore(database: Database): RuleSetStore {
  return {
    addRuleSet: (tenantId, { contentHash, files, publishedAt, publishedBy }) =>
      database.transaction(async (tx) => {
        // The tenant's row is the lock that keeps numbers gap-free when two publish at once.
        const tenants = await tx.query("SELECT FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE", [tenantId]);
        if (tenants.length === 0) return undefined;
        const created = await tx.query(
          `INSERT INTO rule_sets (tenant_id, version, content_hash, files, published_at, published_by)
           SELECT $1, COALESCE(max(version), 0) + 1, $2, $3, $4, $5 FROM rule_sets WHERE tenant_id = $1
           ON CONFLICT (tenant_id, content_hash) DO NOTHING RETURNING version`,
          [tenantId, contentHash, storableJson(files), publishedAt, storableText(publishedBy)],
        );
        const [ruleSet] = await tx.query<RuleSet>(
          `SELECT ${SUMMARY}, r.files FROM rule_sets r WHERE r.tenant_id = $1 AND r.content_hash = $2`,
          [tenantId, contentHash],
        );
        return ruleSet && { ruleSet, created: created.length === 1 };
      }),
    async getRuleSet(tenantId, version) {
      const [ruleSet] = await database.query<RuleSet>(
        `SELECT ${SUMMARY}, r.files FROM rule_sets r WHERE r.tenant_id = $1 AND r.version = $2`,
        [tenantId, version],
      );
      return ruleSet;
    },
    listRuleSets: (tenantId) =>
      database.query<RuleSetSummary>(
        `SELECT ${SUMMARY}, a.version IS NOT NULL AS active
         FROM rule_sets r LEFT JOIN active_rule_sets a USING (tenant_id, version)
         WHERE r.tenant_id = $1 ORDER BY r.version DESC`,
        [tenantId],
      ),
    async activateRuleSet(tenantId, { version, activatedAt, activatedBy }) {
      const rows = await database.query(
        `WITH wanted AS (SELECT tenant_id, version FROM rule_sets WHERE tenant_id = $1 AND version = $2),
         history AS (
           INSERT INTO rule_set_activations (tenant_id, version, activated_at, activated_by)
           SELECT tenant_id, version, $3, $4 FROM wanted)
         INSERT INTO active_rule_sets (tenant_id, version) SELECT tenant_id, version FROM wanted
         ON CONFLICT (tenant_id) DO UPDATE SET version = EXCLUDED.version RETURNING version`,
        [tenantId, version, activatedAt, storableText(activatedBy)],
      );
      return rows.length === 1;
    },
    listActivations: (tenantId) =>
      database.query<Activation>(
        `SELECT version, activated_at AS "activatedAt", activated_by AS "activatedBy"
         FROM rule_set_activations WHERE tenant_id = $1 ORDER BY activation_id DESC`,
        [tenantId],
      ),
    listActive: () =>
      database.query<{ tenantId: TenantId; version: number }>(
        `SELECT tenant_id AS "tenantId", version FROM active_rule_sets`,
        [],
        "list_active_rule_sets",
      ),
    async getActive(tenantId) {
      const [ruleSet] = await database.query<RuleSet>(
        `SELECT ${SUMMARY}, r.files FROM rule_sets r JOIN active_rule_sets USING (tenant_id, version) WHERE r.tenant_id = $1`,
        [tenantId],
      );
      return ruleSet;
    },
  };
}
