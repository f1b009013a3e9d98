import type { EpochMs, TenantId } from "@cordon/core/kernel";

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

export interface RuleSetStore {
  /** `created: false` when the same files were published before. Undefined when there is no such tenant. */
  addRuleSet(
    tenantId: TenantId,
    ruleSet: Pick<RuleSet, "contentHash" | "files" | "publishedAt" | "publishedBy">,
  ): Promise<{ readonly ruleSet: RuleSet; readonly created: boolean } | undefined>;
  getRuleSet(tenantId: TenantId, version: number): Promise<RuleSet | undefined>;
  listRuleSets(tenantId: TenantId): Promise<readonly RuleSetSummary[]>;
  /** Moves the tenant's active pointer and writes the history, in one transaction. False when there is no such version. */
  activateRuleSet(tenantId: TenantId, activation: Activation): Promise<boolean>;
  listActivations(tenantId: TenantId): Promise<readonly Activation[]>;
  /** The active version of every tenant that has one. */
  listActive(): Promise<readonly { readonly tenantId: TenantId; readonly version: number }[]>;
  getActive(tenantId: TenantId): Promise<RuleSet | undefined>;
}
