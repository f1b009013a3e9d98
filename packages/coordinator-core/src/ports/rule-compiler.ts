import type { TenantId } from "@cordon/core/kernel";
import type { CompiledRuleSet } from "@cordon/core/rules";
import type { RuleFile } from "./rule-sets.ts";

/** A mistake in a rule file, where it is. */
export interface RuleSourceProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** What is wrong and the mend, in one sentence. */
  readonly message: string;
}

export type RuleCompilation =
  | {
      readonly ok: true;
      readonly compiled: CompiledRuleSet;
      /** What the rules may do against each other; looked for when it is asked. */
      readonly conflicts?: () => readonly RuleSourceProblem[];
    }
  | { readonly ok: false; readonly problems: readonly RuleSourceProblem[] };

/** Reads a set's files and compiles them against the tenant's lists: wholly, or not at all with every mistake named. */
export interface RuleCompiler {
  compile(tenantId: TenantId, files: readonly RuleFile[]): Promise<RuleCompilation>;
}
