import type { Clock, Logger, TenantId } from "@cordon/core/kernel";
import type { RuleSetRef } from "@cordon/core/planning";
import type { CompiledRuleSet } from "@cordon/core/rules";
import type { RuleCompiler, RuleSourceProblem } from "../ports/rule-compiler.ts";
import type { Activation, RuleFile, RuleSet, RuleSetStore, RuleSetSummary } from "../ports/rule-sets.ts";

export interface ActiveRuleSet extends RuleSetRef {
  readonly compiled: CompiledRuleSet;
}

/** Every tenant's active rules, compiled, in memory; swapped as a whole. */
export interface ActiveRules {
  /** Undefined: the tenant has no active rule set, so nothing matches. */
  current(tenantId: TenantId): ActiveRuleSet | undefined;
  /** Loads what is active; throws `store.unavailable`. */
  start(): Promise<void>;
  /** Loads the tenant's active set now. */
  refresh(tenantId: TenantId): Promise<void>;
  stop(): void;
}

export declare function createActiveRules(deps: {
  readonly store: RuleSetStore;
  readonly compiler: RuleCompiler;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often to look for what other processes activated; default 1 s. */
  readonly pollMs?: number;
}): ActiveRules;

export type Published =
  | { readonly kind: "published"; readonly ruleSet: RuleSet; readonly created: boolean; readonly rules: number }
  /** Nothing of it was taken. */
  | { readonly kind: "invalid"; readonly problems: readonly RuleSourceProblem[] }
  | { readonly kind: "no_tenant" };

export interface RuleSets {
  publish(tenantId: TenantId, files: readonly RuleFile[], by: string): Promise<Published>;
  /** In this process it counts from the next event on; other processes follow within their `pollMs`. */
  activate(tenantId: TenantId, version: number, by: string): Promise<"activated" | "not_found">;
  list(tenantId: TenantId): Promise<readonly RuleSetSummary[]>;
  get(tenantId: TenantId, version: number): Promise<RuleSet | undefined>;
  history(tenantId: TenantId): Promise<readonly Activation[]>;
}

export declare function createRuleSets(deps: {
  readonly store: RuleSetStore;
  readonly compiler: RuleCompiler;
  readonly active: ActiveRules;
  readonly clock: Clock;
}): RuleSets;
