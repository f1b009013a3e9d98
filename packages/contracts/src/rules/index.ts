export { whenToFile } from "./code-when.ts";
export { contentHash } from "./content-hash.ts";
export { ruleFileJsonSchema } from "./json-schema.ts";
export { contentHashOf, type LoadedRules, loadRuleFiles, RULE_FILE_LIMITS } from "./load-rule-files.ts";
export { re2Engine } from "./regex-engine.ts";
export {
  printRuleFileProblem,
  type RuleFile,
  type RuleFileProblem,
  type RuleFileProblemCode,
  showRuleFileProblem,
} from "./rule-file-problem.ts";
