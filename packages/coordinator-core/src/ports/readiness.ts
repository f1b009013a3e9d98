import type { SiteReadiness, SiteRefusal } from "@cordon/core/endpoint";
import type { EpochMs, SiteId, TenantId } from "@cordon/core/kernel";

/** What a site last said of itself, and when it was heard. */
export interface StoredReadiness extends SiteReadiness {
  readonly receivedAt: EpochMs;
}

export interface ReadinessStore {
  /** Fenced: `epoch` is the session's, and an older one changes nothing. */
  putReadiness(
    tenantId: TenantId,
    siteId: SiteId,
    epoch: number,
    readiness: SiteReadiness,
    now: EpochMs,
  ): Promise<"stored" | "fenced">;
  getReadiness(tenantId: TenantId, siteId: SiteId): Promise<StoredReadiness | undefined>;
  /** What the site refuses just now; nothing while it is not connected, for then its last word may be old. */
  refusalsOf(tenantId: TenantId, siteId: SiteId): Promise<readonly SiteRefusal[]>;
  listReadiness(tenantId: TenantId): Promise<ReadonlyMap<SiteId, StoredReadiness>>;
}
