import type { CompiledRuleSet } from "@cordon/core/rules";

/** A mistake in a rule file, where it is. */
export interface RuleSourceProblem {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Which rule and field, as `rules[2].when.op`. */
  readonly path: string;
  /** What is wrong and the mend, in one sentence. */
  readonly message: string;
}

export type RuleCompilation =
  | { readonly ok: true; readonly compiled: CompiledRuleSet }
  | { readonly ok: false; readonly problems: readonly RuleSourceProblem[] };

/** Reads a rule file and compiles it: wholly, or not at all with every mistake named. */
export interface RuleCompiler {
  compile(source: string, version: number): RuleCompilation;
}
