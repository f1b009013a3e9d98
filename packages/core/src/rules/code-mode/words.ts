/** Words that join conditions; in any case, so that `and` is not a field. */
export const JOINING_WORDS = ["AND", "OR", "NOT"] as const;

/** Words that are values. */
export const VALUE_WORDS = ["true", "false"] as const;

/** Words that begin a condition, or an operand, when a parenthesis follows. */
export const CALL_WORDS = [
  "inActiveList",
  "inDictionary",
  "inContextTable",
  "hasVulnerability",
  "count",
  "lookup",
  "list",
] as const;

export const IGNORE_CASE = "ignoreCase";

/** Letters of any script, digits, `_`, and inside also `.`, `-` and `$`: `Extra.my-key`. */
export const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_.$-]*$/u;

/** Whether a field of this name must stand in backticks. */
export function needsQuotes(name: string): boolean {
  const upper = name.toUpperCase();
  return !PLAIN_NAME.test(name) || [...JOINING_WORDS, ...VALUE_WORDS].some((word) => word.toUpperCase() === upper);
}

/** What people write who come from another language, and what it is here. */
export const OPERATORS_ELSEWHERE: Readonly<Record<string, string>> = {
  "==": "=",
  "===": "=",
  "<>": "!=",
  "=<": "<=",
  "=>": ">=",
  "=~": "match",
  "~": "match",
  is: "=",
  eq: "=",
  equals: "=",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  has: "contains",
  includes: "contains",
  like: "contains",
  ilike: "contains",
  beginsWith: "startsWith",
  regex: "match",
  regexp: "match",
  matches: "match",
  rlike: "match",
  cidr: "inSubnet",
  subnet: "inSubnet",
  within: "in",
};
