import { type Brake, endpointKey, type RedundancyGroup } from "@cordon/core/guards";
import type { EndpointId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { Queryable } from "./database.ts";

/** Isolations older than this are over: no lease and no timer lasts longer. */
const REACH_MS = 45 * 24 * 3_600_000;

/** Isolated, or on the way to it; an isolation of which nothing is known counts, for it may hold. */
const IS_DOWN = `EXISTS (SELECT FROM actions a WHERE a.tenant_id = $1 AND a.endpoint_id = l.endpoint_id
    AND a.site_id = l.site_id AND a.kind = 'isolateHost' AND a.created_at > $3::bigint - ${REACH_MS}
    AND (a.state IN ('queued', 'delivered', 'deferred', 'submitting', 'submitted', 'task_seen', 'running', 'unknown', 'no_console')
      OR (a.state = 'succeeded' AND a.state_at
        + GREATEST((a.spec->>'durationSeconds')::bigint, (a.spec->>'holdSeconds')::bigint) * 1000 > $3)))
  OR EXISTS (SELECT FROM leases h WHERE h.tenant_id = $1 AND h.endpoint_id = l.endpoint_id AND h.site_id = l.site_id
    AND h.state IN ('pending', 'holding', 'renewing', 'ending'))`;

/** Also inside a transaction, for plans; only endpoints of the inventory can stand in for others. */
export async function readGroups(
  db: Queryable,
  tenantId: TenantId,
  brakes: readonly Brake[],
  now: EpochMs,
): Promise<ReadonlyMap<string, RedundancyGroup>> {
  const asked = brakes.flatMap((brake) =>
    brake.type === "redundancy" ? [{ id: brake.brakeId, siteId: brake.scope.siteId, ...brake.group }] : [],
  );
  if (asked.length === 0) return new Map();
  const rows = await db.query<{ id: string; siteId: SiteId; endpointId: EndpointId; down: boolean }>(
    `SELECT g.id, l.site_id AS "siteId", l.endpoint_id AS "endpointId", (${IS_DOWN}) AS down
     FROM json_to_recordset($2::json) AS g(id text, "siteId" text, role text, tag text)
       JOIN endpoint_labels l ON l.tenant_id = $1 AND (g."siteId" IS NULL OR l.site_id = g."siteId")
         AND (g.role = ANY(l.roles) OR g.tag = ANY(l.tags))
       JOIN endpoints e ON e.tenant_id = $1 AND e.site_id = l.site_id AND e.endpoint_id = l.endpoint_id`,
    [tenantId, JSON.stringify(asked), now],
  );
  return new Map(
    asked.map(({ id }) => {
      const members = rows.filter((row) => row.id === id);
      return [
        id,
        {
          members: new Set(members.map(endpointKey)),
          down: new Set(members.filter(({ down }) => down).map(endpointKey)),
        },
      ];
    }),
  );
}
