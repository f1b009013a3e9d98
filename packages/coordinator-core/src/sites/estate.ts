import type { Clock, EndpointId, Logger, SiteId, TenantId } from "@cordon/core/kernel";
import type { DispatchQueue, QueueStats } from "../ports/dispatch-queue.ts";
import type { EndpointFilter, EndpointWithBudget, InventoryStore } from "../ports/inventory.ts";
import type { SessionStore, SiteSession } from "../ports/sessions.ts";
import type { Created, Site, Tenant, TenantStore } from "../ports/tenants.ts";

/** A site as an admin sees it. */
export interface SiteView extends Site {
  /** Absent until an agent connected for the first time. */
  readonly session?: SiteSession;
  /** Absent when the queue cannot be asked. */
  readonly queue?: QueueStats;
}

export interface Estate {
  createTenant(tenantId: TenantId, name: string): Promise<Created>;
  getTenant(tenantId: TenantId): Promise<Tenant | undefined>;
  listTenants(): Promise<readonly Tenant[]>;
  createSite(
    tenantId: TenantId,
    siteId: SiteId,
    name: string,
    aliases?: readonly string[],
  ): Promise<Created | "no_tenant">;
  getSite(tenantId: TenantId, siteId: SiteId): Promise<SiteView | undefined>;
  listSites(tenantId: TenantId): Promise<readonly SiteView[]>;
  getEndpoint(tenantId: TenantId, siteId: SiteId, endpointId: EndpointId): Promise<EndpointWithBudget | undefined>;
  listEndpoints(tenantId: TenantId, filter: EndpointFilter): Promise<readonly EndpointWithBudget[]>;
}

export declare function createEstate(deps: {
  readonly tenants: TenantStore;
  readonly sessions: Pick<SessionStore, "getSession" | "listSessions">;
  readonly inventory: Pick<InventoryStore, "getEndpoint" | "listEndpoints">;
  readonly queue: Pick<DispatchQueue, "stats">;
  readonly clock: Clock;
  readonly logger: Logger;
}): Estate;
