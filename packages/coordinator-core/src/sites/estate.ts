import {
  type AgentId,
  asAppError,
  type Clock,
  type EndpointId,
  type Logger,
  type SiteId,
  type TenantId,
} from "@cordon/core/kernel";
import type { DispatchQueue, QueueStats, SiteRef } from "../ports/dispatch-queue.ts";
import type { EndpointFilter, EndpointWithBudget, InventoryStore } from "../ports/inventory.ts";
import type { ReadinessStore, StoredReadiness } from "../ports/readiness.ts";
import type { Promotion, SessionStore, SiteSession, StandbySession } from "../ports/sessions.ts";
import type { Created, Site, Tenant, TenantStore } from "../ports/tenants.ts";

/** A site as an admin sees it. */
export interface SiteView extends Site {
  /** Absent until an agent connected for the first time. */
  readonly session?: SiteSession;
  /** Its agents that wait. */
  readonly standbys: readonly StandbySession[];
  /** What it last said that it can and will do; absent until an agent said so. */
  readonly readiness?: StoredReadiness;
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
  /** Replaces all its labels. False: there is no such site. */
  labelSite(tenantId: TenantId, siteId: SiteId, labels: readonly string[], by: string): Promise<boolean>;
  /** Makes a waiting agent the active one, as soon as the former cannot act any more. */
  promote(
    tenantId: TenantId,
    siteId: SiteId,
    order: { readonly agentId?: AgentId; readonly oldIsStopped: boolean },
  ): Promise<Promotion>;
  getEndpoint(tenantId: TenantId, siteId: SiteId, endpointId: EndpointId): Promise<EndpointWithBudget | undefined>;
  listEndpoints(tenantId: TenantId, filter: EndpointFilter): Promise<readonly EndpointWithBudget[]>;
}

export function createEstate(deps: {
  readonly tenants: TenantStore;
  readonly sessions: Pick<SessionStore, "getSession" | "listSessions" | "listStandbys" | "promote">;
  /** The site's active session with an older epoch is to end. */
  readonly standDown: (site: SiteRef, epoch: number) => void;
  readonly inventory: Pick<InventoryStore, "getEndpoint" | "listEndpoints">;
  readonly readiness?: Pick<ReadinessStore, "getReadiness" | "listReadiness">;
  readonly queue: Pick<DispatchQueue, "stats">;
  readonly clock: Clock;
  readonly logger: Logger;
}): Estate {
  const { tenants, sessions, inventory, queue, clock, logger } = deps;

  const view = async (
    site: Site,
    session: SiteSession | undefined,
    standbys: readonly StandbySession[],
    readiness: StoredReadiness | undefined,
  ): Promise<SiteView> => {
    const stats = await queue.stats(site).catch((error: unknown) => {
      // The site is shown all the same, without its queue.
      logger.warn("site.view", { tenantId: site.tenantId, siteId: site.siteId, code: asAppError(error).code });
      return undefined;
    });
    return {
      ...site,
      standbys,
      ...(session === undefined ? {} : { session }),
      ...(readiness === undefined ? {} : { readiness }),
      ...(stats === undefined ? {} : { queue: stats }),
    };
  };

  return {
    createTenant: (tenantId, name) => tenants.createTenant({ tenantId, name, createdAt: clock.now() }),
    getTenant: (tenantId) => tenants.getTenant(tenantId),
    listTenants: () => tenants.listTenants(),
    createSite: (tenantId, siteId, name, aliases = []) =>
      tenants.createSite(tenantId, { siteId, name, aliases, createdAt: clock.now() }),
    async getSite(tenantId, siteId) {
      const site = await tenants.getSite(tenantId, siteId);
      if (site === undefined) return undefined;
      const [session, standbys, readiness] = await Promise.all([
        sessions.getSession(tenantId, siteId),
        sessions.listStandbys(tenantId, siteId),
        deps.readiness?.getReadiness(tenantId, siteId),
      ]);
      return view(site, session, standbys, readiness);
    },
    async listSites(tenantId) {
      const [sites, all, standbys, readiness] = await Promise.all([
        tenants.listSites(tenantId),
        sessions.listSessions(tenantId),
        sessions.listStandbys(tenantId),
        deps.readiness?.listReadiness(tenantId),
      ]);
      const bySite = new Map(all.map((session) => [session.siteId, session]));
      const waiting = Map.groupBy(standbys, ({ siteId }) => siteId);
      return Promise.all(
        sites.map((site) =>
          view(site, bySite.get(site.siteId), waiting.get(site.siteId) ?? [], readiness?.get(site.siteId)),
        ),
      );
    },
    async labelSite(tenantId, siteId, given, by) {
      const labels = [...new Set(given)].sort();
      const put = await tenants.putSiteLabels(tenantId, siteId, { labels, at: clock.now(), by });
      if (put) logger.info("site.label", { tenantId, siteId, labels, by });
      return put;
    },
    async promote(tenantId, siteId, order) {
      const promotion = await sessions.promote(tenantId, siteId, order, clock.now());
      logger.info("site.promote", { tenantId, siteId, ...order, outcome: promotion.kind, ...promotion });
      if (promotion.kind === "ordered") deps.standDown({ tenantId, siteId }, promotion.epoch);
      return promotion;
    },
    getEndpoint: (tenantId, siteId, endpointId) => inventory.getEndpoint(tenantId, siteId, endpointId),
    listEndpoints: (tenantId, filter) => inventory.listEndpoints(tenantId, filter),
  };
}
