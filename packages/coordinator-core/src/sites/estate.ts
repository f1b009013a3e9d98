import { asAppError, type Clock, type EndpointId, type Logger, type SiteId, type TenantId } from "@cordon/core/kernel";
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

export function createEstate(deps: {
  readonly tenants: TenantStore;
  readonly sessions: Pick<SessionStore, "getSession" | "listSessions">;
  readonly inventory: Pick<InventoryStore, "getEndpoint" | "listEndpoints">;
  readonly queue: Pick<DispatchQueue, "stats">;
  readonly clock: Clock;
  readonly logger: Logger;
}): Estate {
  const { tenants, sessions, inventory, queue, clock, logger } = deps;

  const view = async (site: Site, session: SiteSession | undefined): Promise<SiteView> => {
    const stats = await queue.stats(site).catch((error: unknown) => {
      // The site is shown all the same, without its queue.
      logger.warn("site.view", { tenantId: site.tenantId, siteId: site.siteId, code: asAppError(error).code });
      return undefined;
    });
    return { ...site, ...(session === undefined ? {} : { session }), ...(stats === undefined ? {} : { queue: stats }) };
  };

  return {
    createTenant: (tenantId, name) => tenants.createTenant({ tenantId, name, createdAt: clock.now() }),
    getTenant: (tenantId) => tenants.getTenant(tenantId),
    listTenants: () => tenants.listTenants(),
    createSite: (tenantId, siteId, name, aliases = []) =>
      tenants.createSite(tenantId, { siteId, name, aliases, createdAt: clock.now() }),
    async getSite(tenantId, siteId) {
      const site = await tenants.getSite(tenantId, siteId);
      return site && view(site, await sessions.getSession(tenantId, siteId));
    },
    async listSites(tenantId) {
      const [sites, all] = await Promise.all([tenants.listSites(tenantId), sessions.listSessions(tenantId)]);
      const bySite = new Map(all.map((session) => [session.siteId, session]));
      return Promise.all(sites.map((site) => view(site, bySite.get(site.siteId))));
    },
    getEndpoint: (tenantId, siteId, endpointId) => inventory.getEndpoint(tenantId, siteId, endpointId),
    listEndpoints: (tenantId, filter) => inventory.listEndpoints(tenantId, filter),
  };
}
