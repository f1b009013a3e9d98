/** What one rule may cost, so that the cost of an event is bounded by the rules it meets. */
export const RULE_LIMITS = {
  rulesMax: 20_000,
  /** Conditions and groups of one `when`. */
  nodesMax: 500,
  depthMax: 16,
  /** Values of one condition. Longer lists belong into a list that is kept beside the rules. */
  listValuesMax: 1_000,
  valueCharsMax: 4_096,
  /** Of a `when` in code mode: a page. */
  codeCharsMax: 20_000,
  regexCharsMax: 1_000,
  /** Only so much of a value is searched by `match`: a raw event may have megabytes. */
  matchTextCharsMax: 65_536,
  countWindowMsMin: 1_000,
  countWindowMsMax: 7 * 86_400_000,
  countAtLeastMax: 10_000,
  /** Different counters of a set: each keeps its own groups. */
  countersMax: 500,
  /** Fields of `by`. */
  countFieldsMax: 5,
  targetStepsMax: 10,
  actionsMax: 20,
  fallbackFieldsMax: 10,
  windowMsMin: 60_000,
  windowMsMax: 30 * 86_400_000,
  coolDownMsMax: 30 * 86_400_000,
  growthFactorMin: 1.5,
  growthFactorMax: 10,
  forgetAfterMsMax: 90 * 86_400_000,
  deadlineMsMin: 60_000,
  /** KES itself drops a task after 30 days (kaspersky.md 2.6). */
  deadlineMsMax: 30 * 86_400_000,
} as const;
