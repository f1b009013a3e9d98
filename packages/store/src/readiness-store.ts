import type { ReadinessStore, StoredReadiness } from "@cordon/coordinator-core";
import type { SiteReadiness } from "@cordon/core/endpoint";
import type { EpochMs, SiteId } from "@cordon/core/kernel";
import type { Database } from "./database.ts";
import { fenced } from "./fenced.ts";
import { storableJson } from "./storable.ts";

interface Row {
  readonly site_id: string;
  readonly received_at: number;
  readonly readiness: SiteReadiness;
}

export function createReadinessStore(database: Database): ReadinessStore {
  return {
    putReadiness: (tenantId, siteId, epoch, readiness, now) =>
      fenced(database, { tenantId, siteId, epoch }, async (tx) => {
        await tx.query(
          `INSERT INTO site_readiness (tenant_id, site_id, received_at, readiness) VALUES ($1, $2, $3, $4)
           ON CONFLICT (tenant_id, site_id) DO UPDATE SET
             received_at = EXCLUDED.received_at, readiness = EXCLUDED.readiness`,
          [tenantId, siteId, now, storableJson(readiness)],
        );
        return "stored" as const;
      }),
    async getReadiness(tenantId, siteId) {
      const [row] = await database
        .forTenant(tenantId)
        .query<Row>(
          "SELECT site_id, received_at, readiness FROM site_readiness WHERE tenant_id = $1 AND site_id = $2",
          [tenantId, siteId],
        );
      return row && toReadiness(row);
    },
    async refusalsOf(tenantId, siteId) {
      const [row] = await database.forTenant(tenantId).query<Row>(
        `SELECT r.site_id, r.received_at, r.readiness FROM site_readiness r JOIN site_sessions s USING (tenant_id, site_id)
         WHERE r.tenant_id = $1 AND r.site_id = $2 AND s.connected`,
        [tenantId, siteId],
      );
      return row?.readiness.refusals ?? [];
    },
    async listReadiness(tenantId) {
      const rows = await database
        .forTenant(tenantId)
        .query<Row>("SELECT site_id, received_at, readiness FROM site_readiness WHERE tenant_id = $1", [tenantId]);
      return new Map(rows.map((row) => [row.site_id as SiteId, toReadiness(row)]));
    },
  };
}

function toReadiness({ received_at, readiness }: Row): StoredReadiness {
  return { ...readiness, receivedAt: received_at as EpochMs };
}
