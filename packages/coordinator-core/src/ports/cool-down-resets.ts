import type { EndpointId, EpochMs, RuleId, SiteId, TenantId } from "@cordon/core/kernel";

/** What a rule did before does not cool it down any more: on one endpoint, at one site, or everywhere. */
export interface CoolDownReset {
  readonly ruleId: RuleId;
  readonly siteId?: SiteId;
  /** Only beside its site. */
  readonly endpointId?: EndpointId;
  readonly resetAt: EpochMs;
  readonly resetBy: string;
  readonly reason: string;
}

export interface CoolDownResetRecord extends CoolDownReset {
  /** Rising, per database. */
  readonly resetId: number;
}

export interface CoolDownResetFilter {
  readonly ruleId?: RuleId;
  readonly after?: { readonly resetId: number };
  readonly limit: number;
}

export interface CoolDownResetStore {
  /** Undefined: the tenant has no such site. */
  addReset(tenantId: TenantId, reset: CoolDownReset): Promise<CoolDownResetRecord | undefined>;
  /** Newest first. */
  listResets(tenantId: TenantId, filter: CoolDownResetFilter): Promise<readonly CoolDownResetRecord[]>;
}
