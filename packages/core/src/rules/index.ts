export {
  type Compilation,
  type CompiledRule,
  type CompiledRuleSet,
  type CompileOptions,
  compileRules,
} from "./compile-rules.ts";
export { type Evaluation, evaluate, type RuleMatch } from "./evaluate.ts";
export { explain, type FailedClause, type RuleExplanation } from "./explain.ts";
export { RULE_LIMITS } from "./limits.ts";
export { nearestName } from "./nearest-name.ts";
export type { RulePath, RuleProblem, RuleProblemCode } from "./problem.ts";
export type { CompiledRegex, RegexEngine } from "./regex-engine.ts";
export {
  type ArgumentMapping,
  type Condition,
  type FieldMapping,
  isFieldMapping,
  type LiteralArgument,
  RULE_MODES,
  RULE_OPERATORS,
  type Rule,
  type RuleAction,
  type RuleLimits,
  type RuleMode,
  type RuleOperator,
  type Scalar,
  TARGET_KEYS,
  type TargetKey,
  type TargetStep,
  type WhenNode,
} from "./rule.ts";
export { isInSubnet, parseIpAddress, parseSubnet, printIpAddress } from "./subnet.ts";
