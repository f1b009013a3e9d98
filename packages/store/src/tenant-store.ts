import type { Site, Tenant, TenantStore } from "@cordon/coordinator-core";
import type { Database } from "./database.ts";
import { storableText } from "./storable.ts";

const TENANT = `tenant_id AS "tenantId", name, created_at AS "createdAt"`;
const SITE = `tenant_id AS "tenantId", site_id AS "siteId", name, aliases, labels, created_at AS "createdAt"`;

export function createTenantStore(database: Database): TenantStore {
  return {
    async createTenant({ tenantId, name, createdAt }) {
      const rows = await database
        .forTenant(tenantId)
        .query(
          "INSERT INTO tenants (tenant_id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING tenant_id",
          [tenantId, storableText(name), createdAt],
        );
      return rows.length === 1 ? "created" : "exists";
    },
    async getTenant(tenantId) {
      const [tenant] = await database
        .forTenant(tenantId)
        .query<Tenant>(`SELECT ${TENANT} FROM tenants WHERE tenant_id = $1`, [tenantId]);
      return tenant;
    },
    listTenants: () => database.asFleet.query<Tenant>(`SELECT ${TENANT} FROM tenants ORDER BY tenant_id`),
    async createSite(tenantId, { siteId, name, aliases, createdAt }) {
      const [row] = await database.forTenant(tenantId).query<{ tenants: number; created: number }>(
        `WITH created AS (
           INSERT INTO sites (tenant_id, site_id, name, aliases, created_at)
           SELECT tenant_id, $2, $3, $4, $5 FROM tenants WHERE tenant_id = $1
           ON CONFLICT DO NOTHING RETURNING site_id)
         SELECT (SELECT count(*) FROM tenants WHERE tenant_id = $1) AS tenants, (SELECT count(*) FROM created) AS created`,
        [tenantId, siteId, storableText(name), aliases.map((alias) => storableText(alias.toLowerCase())), createdAt],
      );
      if (row?.tenants !== 1) return "no_tenant";
      return row.created === 1 ? "created" : "exists";
    },
    async getSite(tenantId, siteId) {
      const [site] = await database
        .forTenant(tenantId)
        .query<Site>(`SELECT ${SITE} FROM sites WHERE tenant_id = $1 AND site_id = $2`, [tenantId, siteId]);
      return site;
    },
    listSites: (tenantId) =>
      database
        .forTenant(tenantId)
        .query<Site>(`SELECT ${SITE} FROM sites WHERE tenant_id = $1 ORDER BY site_id`, [tenantId]),
    async putSiteLabels(tenantId, siteId, { labels, at, by }) {
      const rows = await database.forTenant(tenantId).query(
        `UPDATE sites SET labels = $3, labels_changed_at = $4, labels_changed_by = $5
         WHERE tenant_id = $1 AND site_id = $2 RETURNING site_id`,
        [tenantId, siteId, labels, at, storableText(by)],
      );
      return rows.length === 1;
    },
  };
}
