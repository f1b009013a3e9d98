import type { EndpointLabelStore, EndpointLabels } from "@cordon/coordinator-core";
import { type EndpointRef, type EndpointTraits, endpointKey, KSC_SERVER } from "@cordon/core/guards";
import type { TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { present } from "./present.ts";
import { readGroups } from "./redundancy-groups.ts";

const LABELS = `site_id AS "siteId", endpoint_id AS "endpointId", roles, tags, changed_by AS "changedBy", changed_at AS "changedAt"`;

export function createEndpointLabelStore(database: Database): EndpointLabelStore {
  return {
    async putLabels(tenantId, { siteId, endpointId, roles, tags, changedBy, changedAt }) {
      const rows = await database.forTenant(tenantId).query(
        `INSERT INTO endpoint_labels (tenant_id, site_id, endpoint_id, roles, tags, changed_by, changed_at)
         SELECT $1, $2, $3, $4, $5, $6, $7
         WHERE EXISTS (SELECT FROM endpoints WHERE tenant_id = $1 AND site_id = $2 AND endpoint_id = $3)
           OR EXISTS (SELECT FROM endpoint_labels WHERE tenant_id = $1 AND site_id = $2 AND endpoint_id = $3)
         ON CONFLICT (tenant_id, site_id, endpoint_id) DO UPDATE SET
           (roles, tags, changed_by, changed_at) = (EXCLUDED.roles, EXCLUDED.tags, EXCLUDED.changed_by, EXCLUDED.changed_at)
         RETURNING endpoint_id`,
        [tenantId, siteId, endpointId, roles, tags, changedBy, changedAt],
      );
      return rows.length === 1;
    },
    async getLabels(tenantId, { siteId, endpointId }) {
      const [row] = await database
        .forTenant(tenantId)
        .query<EndpointLabels>(
          `SELECT ${LABELS} FROM endpoint_labels WHERE tenant_id = $1 AND site_id = $2 AND endpoint_id = $3`,
          [tenantId, siteId, endpointId],
        );
      return row;
    },
    listLabels: (tenantId, { after, limit }) =>
      database.forTenant(tenantId).query<EndpointLabels>(
        `SELECT ${LABELS} FROM endpoint_labels WHERE tenant_id = $1 AND (site_id, endpoint_id) > ($2, $3)
         ORDER BY site_id, endpoint_id LIMIT $4`,
        [tenantId, after?.siteId ?? "", after?.endpointId ?? "", limit],
      ),
    traitsOf: (tenantId, endpoints) => readTraits(database.forTenant(tenantId), tenantId, endpoints),
    groupsOf: (tenantId, brakes, now) => readGroups(database.forTenant(tenantId), tenantId, brakes, now),
  };
}

interface TraitRow {
  readonly place: number;
  readonly displayName: string | null;
  readonly fqdn: string | null;
  readonly hostName: string | null;
  readonly groupName: string | null;
  readonly roles: readonly string[];
  readonly tags: readonly string[];
}

/** Also inside a transaction, for plans. An endpoint that is called as its site's KSC server is, by one of the site's aliases, is that server. */
export async function readTraits(
  db: Queryable,
  tenantId: TenantId,
  endpoints: readonly EndpointRef[],
): Promise<ReadonlyMap<string, EndpointTraits>> {
  if (endpoints.length === 0) return new Map();
  const rows = await db.query<TraitRow>(
    `SELECT r.place, e.display_name AS "displayName", e.fqdn, e.host_name AS "hostName", e.group_name AS "groupName",
       COALESCE(l.roles, '{}') || CASE WHEN EXISTS (SELECT FROM sites s WHERE s.tenant_id = $1 AND s.site_id = r.site_id
         AND (lower(e.fqdn) = ANY(s.aliases) OR lower(e.host_name) = ANY(s.aliases))) THEN ARRAY['${KSC_SERVER}'] ELSE '{}' END AS roles, COALESCE(l.tags, '{}') AS tags
     FROM json_to_recordset($2::json) AS r(place integer, site_id text, endpoint_id text)
       LEFT JOIN endpoints e ON e.tenant_id = $1 AND e.site_id = r.site_id AND e.endpoint_id = r.endpoint_id
       LEFT JOIN endpoint_labels l ON l.tenant_id = $1 AND l.site_id = r.site_id AND l.endpoint_id = r.endpoint_id
     WHERE e.endpoint_id IS NOT NULL OR l.endpoint_id IS NOT NULL`,
    [
      tenantId,
      JSON.stringify(endpoints.map((each, place) => ({ place, site_id: each.siteId, endpoint_id: each.endpointId }))),
    ],
    "endpoint_traits",
  );
  return new Map(
    rows.map(({ place, ...traits }) => [
      endpointKey(endpoints[place] as EndpointRef),
      present(traits) as EndpointTraits,
    ]),
  );
}
