import type { CoolDownResetRecord, CoolDownResetStore } from "@cordon/coordinator-core";
import type { Database } from "./database.ts";
import { present } from "./present.ts";
import { storableText } from "./storable.ts";

const RESET = `reset_id AS "resetId", rule_id AS "ruleId", site_id AS "siteId", endpoint_id AS "endpointId",
  reset_at AS "resetAt", reset_by AS "resetBy", reason`;

export function createCoolDownResetStore(database: Database): CoolDownResetStore {
  return {
    async addReset(tenantId, { ruleId, siteId, endpointId, resetAt, resetBy, reason }) {
      const [row] = await database.forTenant(tenantId).query<CoolDownResetRecord>(
        `INSERT INTO cool_down_resets (tenant_id, rule_id, site_id, endpoint_id, reset_at, reset_by, reason)
         SELECT $1, $2, $3, $4, $5, $6, $7 WHERE $3::text IS NULL
           OR EXISTS (SELECT FROM sites s WHERE s.tenant_id = $1 AND s.site_id = $3)
         RETURNING ${RESET}`,
        [tenantId, ruleId, siteId ?? null, endpointId ?? null, resetAt, resetBy, storableText(reason)],
      );
      return row && (present(row) as CoolDownResetRecord);
    },
    async listResets(tenantId, { ruleId, after, limit }) {
      const rows = await database.forTenant(tenantId).query<CoolDownResetRecord>(
        `SELECT ${RESET} FROM cool_down_resets WHERE tenant_id = $1 AND ($2::text IS NULL OR rule_id = $2) AND reset_id < $3
         ORDER BY reset_id DESC LIMIT $4`,
        [tenantId, ruleId ?? null, after?.resetId ?? Number.MAX_SAFE_INTEGER, limit],
      );
      return rows.map((row) => present(row) as CoolDownResetRecord);
    },
  };
}
