export { literalValue, readForm } from "./argument-forms.ts";
export {
  type Calendar,
  isCalendarName,
  isDate,
  isInCalendar,
  type Parsed,
  parseSpan,
  parseZone,
  readCalendar,
  type WeekSpan,
} from "./calendar.ts";
export { type ChainStep, type LinkState, nextInChain } from "./chain.ts";
export {
  type CodeProblem,
  type CodeSpan,
  canonicalWhen,
  type ParsedCode,
  parseCode,
  printCodeProblem,
  printWhen,
  printWhenPretty,
} from "./code-mode/index.ts";
export {
  type Compilation,
  type CompiledRule,
  type CompiledRuleSet,
  type CompileOptions,
  compileRules,
} from "./compile-rules.ts";
export { COUNT_BOOK_LIMITS, type CountBook, createCountBook } from "./count-book.ts";
export type { CountGroup } from "./count-group.ts";
export { type Counter, groupOf } from "./counters.ts";
export { type CountSaid, countersMet, countsOf, printCount } from "./counting.ts";
export { parseDuration, printDuration } from "./duration.ts";
export { type Evaluation, evaluate, type RuleMatch } from "./evaluate.ts";
export { explain, type FailedClause, type RuleExplanation } from "./explain.ts";
export { explainStored, type StoredExplanation } from "./explain-stored.ts";
export {
  CARRIED_OUT,
  type CountFacts,
  type EvaluationFacts,
  LIST_KINDS,
  type ListCatalogue,
  type ListFacts,
  type ListKind,
  type ListShape,
  RULE_FEATURES,
  type RuleFeature,
  WALKED_ENTRIES_MAX,
} from "./facts.ts";
export {
  CONFLICT_LIMITS,
  type ConflictCode,
  type Conflicts,
  findConflicts,
  type RuleConflict,
} from "./find-conflicts.ts";
export { RULE_LIMITS } from "./limits.ts";
export { type ListNeed, listNeeds, unmetNeeds } from "./list-needs.ts";
export { NO_FACTS } from "./matching/asking.ts";
export { nearestName } from "./nearest-name.ts";
export {
  COMPARISON_OPERATORS,
  type ComparisonOperator,
  ENTRY_OPERATORS,
  type EntryOperator,
  RULE_OPERATORS,
  type RuleOperator,
} from "./operators.ts";
export type { RulePath, RuleProblem, RuleProblemCode } from "./problem.ts";
export type { CompiledRegex, RegexEngine } from "./regex-engine.ts";
export {
  ARGUMENT_FORMS,
  type ArgumentForm,
  type ArgumentMapping,
  type CoolDownGrowth,
  type FieldMapping,
  isFieldMapping,
  type LiteralArgument,
  RULE_MODES,
  type Rule,
  type RuleAction,
  type RuleLimits,
  type RuleMode,
  TARGET_KEYS,
  type TargetKey,
  type TargetStep,
} from "./rule.ts";
export { isInSubnet, parseIpAddress, parseSubnet, printIpAddress } from "./subnet.ts";
export {
  type Cell,
  type CellCondition,
  type Condition,
  type CountCondition,
  type EntryCondition,
  kinded,
  type RightSide,
  type Scalar,
  type VulnerabilityCondition,
  type WhenNode,
} from "./when.ts";
