import { type EndpointRef, endpointKey, type SlotBudget } from "@cordon/core/guards";
import type { TenantId } from "@cordon/core/kernel";
import type { Queryable } from "./database.ts";

/** As the sites' ledgers said last, with what no agent has yet; also inside a transaction, for plans. */
export async function readSlots(
  db: Queryable,
  tenantId: TenantId,
  endpoints: readonly EndpointRef[],
): Promise<ReadonlyMap<string, SlotBudget>> {
  if (endpoints.length === 0) return new Map();
  const rows = await db.query<EndpointRef & SlotBudget>(
    `SELECT b.site_id AS "siteId", b.endpoint_id AS "endpointId", b.slot_limit AS "limit", b.used, b.deferred, b.known,
       (SELECT count(*) FROM actions a WHERE a.tenant_id = $1 AND a.endpoint_id = b.endpoint_id AND a.site_id = b.site_id
          AND a.is_unsent)::integer AS planned
     FROM endpoint_budgets b WHERE b.tenant_id = $1 AND (b.site_id, b.endpoint_id) IN (
       SELECT * FROM json_to_recordset($2::json) AS r("siteId" text, "endpointId" text))`,
    [tenantId, JSON.stringify(endpoints)],
    "slot_budgets",
  );
  return new Map(rows.map(({ siteId, endpointId, ...budget }) => [endpointKey({ siteId, endpointId }), budget]));
}
