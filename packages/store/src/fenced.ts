import type { SiteId, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";

export interface SiteAt {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly epoch: number;
}

export interface HeldSession extends SiteAt {
  readonly agentId: string;
  readonly inventoryVersion: number;
}

/** Runs `work` with the site's session locked, if the session with this epoch is still the site's newest. */
export function fenced<T>(
  database: Database,
  site: SiteAt,
  work: (tx: Queryable, session: HeldSession) => Promise<T>,
): Promise<T | "fenced"> {
  return database.forTenant(site.tenantId).transaction(async (tx) => {
    const [row] = await tx.query<{ epoch: number; agent_id: string | null; inventory_version: number }>(
      "SELECT epoch, agent_id, inventory_version FROM site_sessions WHERE tenant_id = $1 AND site_id = $2 FOR UPDATE",
      [site.tenantId, site.siteId],
    );
    if (row?.epoch !== site.epoch) return "fenced";
    return work(tx, { ...site, agentId: row.agent_id ?? "", inventoryVersion: row.inventory_version });
  });
}
