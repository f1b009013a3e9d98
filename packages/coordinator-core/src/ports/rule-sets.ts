import type { EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { ListNeed } from "@cordon/core/rules";

export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

/** An immutable, numbered set of rules. */
export interface RuleSet {
  readonly tenantId: TenantId;
  /** From 1, per tenant, gap-free. */
  readonly version: number;
  /** SHA-256 of the files' names and texts, 64 hex digits. The same files have the same number. */
  readonly contentHash: string;
  readonly files: readonly RuleFile[];
  readonly publishedAt: EpochMs;
  readonly publishedBy: string;
}

export interface RuleSetSummary extends Omit<RuleSet, "files"> {
  readonly active: boolean;
}

export interface Activation {
  readonly version: number;
  readonly activatedAt: EpochMs;
  readonly activatedBy: string;
}

/** Which versions a tenant's sites run. */
export interface VersionsInUse {
  readonly tenantId: TenantId;
  /** Absent: none is active. */
  readonly version?: number;
  /** Sites that a rollout has reached and that run its version instead, by site id. */
  readonly sites: readonly { readonly siteId: SiteId; readonly version: number }[];
}

export type ActivationOutcome = "activated" | "not_found" | "rolling_out" | UnmetLists;

/** Lists are not as the rules need them, in sentences. */
export interface UnmetLists {
  readonly unmet: readonly string[];
}

export interface RuleSetStore {
  /** `created: false` when the same files were published before. Undefined when there is no such tenant. */
  addRuleSet(
    tenantId: TenantId,
    ruleSet: Pick<RuleSet, "contentHash" | "files" | "publishedAt" | "publishedBy"> & {
      /** Absent: its rules ask nothing of lists. */
      readonly listNeeds?: readonly ListNeed[];
    },
  ): Promise<{ readonly ruleSet: RuleSet; readonly created: boolean } | undefined>;
  getRuleSet(tenantId: TenantId, version: number): Promise<RuleSet | undefined>;
  listRuleSets(tenantId: TenantId): Promise<readonly RuleSetSummary[]>;
  /**
   * Moves the tenant's active pointer and writes the history, in one transaction. `rolling_out`: a rollout decides what its sites
   * run; `unmet`: lists are not as its rules need them. Either way nothing was changed.
   */
  activateRuleSet(tenantId: TenantId, activation: Activation): Promise<ActivationOutcome>;
  listActivations(tenantId: TenantId): Promise<readonly Activation[]>;
  /** Of all tenants that run any rules, or of one; all as of one instant. */
  listInUse(tenantId?: TenantId): Promise<readonly VersionsInUse[]>;
}
