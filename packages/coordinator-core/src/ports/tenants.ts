import type { EpochMs, SiteId, TenantId } from "@cordon/core/kernel";

export interface Tenant {
  readonly tenantId: TenantId;
  readonly name: string;
  readonly createdAt: EpochMs;
}

export interface Site {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly name: string;
  /** Lower case: what events call the site by (its KSC server's name, say), besides its id and name. */
  readonly aliases: readonly string[];
  /** By which the waves of a rollout choose it; in order, each once. */
  readonly labels: readonly string[];
  readonly createdAt: EpochMs;
}

/** Creation answers `exists` when the id is taken, so that two admins at once get one winner and one clear answer. */
export type Created = "created" | "exists";

/** The estate: who the customers are and which sites they have. */
export interface TenantStore {
  createTenant(tenant: Tenant): Promise<Created>;
  getTenant(tenantId: TenantId): Promise<Tenant | undefined>;
  listTenants(): Promise<readonly Tenant[]>;
  /** `no_tenant` when the tenant does not exist. */
  createSite(tenantId: TenantId, site: Omit<Site, "tenantId" | "labels">): Promise<Created | "no_tenant">;
  getSite(tenantId: TenantId, siteId: SiteId): Promise<Site | undefined>;
  listSites(tenantId: TenantId): Promise<readonly Site[]>;
  /** Replaces all its labels. False: there is no such site. */
  putSiteLabels(
    tenantId: TenantId,
    siteId: SiteId,
    change: { readonly labels: readonly string[]; readonly at: EpochMs; readonly by: string },
  ): Promise<boolean>;
}
