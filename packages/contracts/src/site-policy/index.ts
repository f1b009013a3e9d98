export {
  printRuleFileProblem as printFileProblem,
  type RuleFileProblem as FileProblem,
} from "../rules/rule-file-problem.ts";
export { type LoadedSitePolicy, loadSitePolicy } from "./load-site-policy.ts";
