/**
 * The operators of a condition: KUMA's (kaspersky.md 3.5, the operand matrix), plus `!=` and `in`, which KUMA spells with
 * "If not" and with a list, and `during`, which is ours. What each one means is in SPEC.md.
 */

/** Compare two operands; the left one is an event field or a cell of a list. */
export const COMPARISON_OPERATORS = [
  "=",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "contains",
  "startsWith",
  "endsWith",
  "match",
  "inSubnet",
  "hasBit",
  "intersect",
] as const;

export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];

/** Ask something else than the event about a field: category lists of the tenant, or a calendar. */
export const MEMBERSHIP_OPERATORS = ["inCategory", "inActiveDirectoryGroup", "TIDetect", "during"] as const;

/** Of a condition with a `field`. */
export const RULE_OPERATORS = [...COMPARISON_OPERATORS, ...MEMBERSHIP_OPERATORS] as const;

export type RuleOperator = (typeof RULE_OPERATORS)[number];

/** Ask whether a list has an entry under a key that is made of event fields. */
export const ENTRY_OPERATORS = ["inActiveList", "inDictionary", "inContextTable"] as const;

export type EntryOperator = (typeof ENTRY_OPERATORS)[number];

/** What may stand to the right. `value` is one constant, `values` a list of them. */
export type RightOperand = "value" | "values" | "valueField" | "valueCell" | "valueList";

const ANY: readonly RightOperand[] = ["value", "values", "valueField", "valueCell", "valueList"];
const ONE: readonly RightOperand[] = ["value", "valueField", "valueCell"];

/** KUMA's operand matrix, as far as it is about the right side. */
export const RIGHT_OPERANDS: Readonly<Record<RuleOperator, readonly RightOperand[]>> = {
  "=": ANY,
  "!=": ANY,
  "<": ONE,
  "<=": ONE,
  ">": ONE,
  ">=": ONE,
  in: ["values", "valueList"],
  contains: ANY,
  startsWith: ANY,
  endsWith: ANY,
  match: ["value", "values"],
  inSubnet: ANY,
  hasBit: ["value", "values"],
  intersect: ANY,
  inCategory: ["value", "values"],
  inActiveDirectoryGroup: ["value", "values"],
  TIDetect: ["value", "values"],
  during: ["value", "values"],
};

/** For which `ignoreCase` means something; with any other it is a mistake. */
export const CASE_OPERATORS: ReadonlySet<RuleOperator> = new Set(
  COMPARISON_OPERATORS.filter((op) => op !== "inSubnet" && op !== "hasBit"),
);
