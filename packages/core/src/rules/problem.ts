import type { RuleId } from "../kernel/index.ts";

/** What can be wrong with a rule that has the right shape. */
export type RuleProblemCode =
  | "bad_argument"
  | "bad_operand"
  | "bad_regex"
  | "bad_subnet"
  | "duplicate_id"
  | "bad_calendar"
  | "limit"
  /** A construct that is part of the language and not carried out yet. */
  | "not_supported"
  | "unknown_argument"
  | "unknown_calendar"
  | "unknown_field"
  | "unknown_list"
  | "wrong_type";

export interface RuleProblem {
  /** Place of the rule in the list that was handed in. */
  readonly ruleIndex: number;
  readonly ruleId: RuleId;
  /** Path inside the rule, e.g. `["when", "all", 1, "field"]`. */
  readonly path: RulePath;
  readonly code: RuleProblemCode;
  /** One sentence: what is wrong and the mend. */
  readonly message: string;
  /** The nearest name that exists. */
  readonly suggestion?: string;
}

export type RulePath = readonly (string | number)[];
