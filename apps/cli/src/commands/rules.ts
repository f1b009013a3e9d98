import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { registerRuleChecks } from "./rules-check.ts";
import { registerRuleExplain } from "./rules-explain.ts";
import { registerRuleImport } from "./rules-import.ts";
import { registerRuleScore } from "./rules-score.ts";
import { registerRuleSets } from "./rules-sets.ts";
import { registerRuleTests } from "./rules-test.ts";

export const registerRules: RegisterCommand = (program, host) => {
  const rules = program.command("rules").description("response rules: check, test, import, publish, activate, explain");
  registerRuleChecks(rules, host);
  registerRuleTests(rules, host);
  registerRuleExplain(rules, host);
  registerRuleImport(rules, host);
  registerRuleSets(rules, host);
  registerRuleScore(rules, host);
  addExamples(rules, EXAMPLES);
};

const EXAMPLES = [
  "cordon rules check examples/rules",
  "cordon rules check rules/*.yaml --json | jq '.problems[].message'",
  "cordon rules test examples/rules/packs --coverage",
  "cordon rules test rules/ --min-rules 100 --min-clauses 80 --json",
  "cordon rules print examples/rules",
  "cordon rules print --active --rule isolate-on-ransomware",
  "cordon rules explain --event 3b1f6c0e-2d1a-4f6e-9a55-0c7d2b9e8f10",
  "cordon rules explain --event-file event.json --rules rules/",
  "cordon rules import response-rules.json filters.json --out imported.yaml",
  "cordon rules import response-rules.json --target hostId=S.KscHostID --target fqdn=DestinationHostName",
  "cordon rules list",
  "cordon rules show active",
  "cordon rules put rules/",
  "cordon rules put rules/ --activate --yes",
  "cordon rules activate 7",
  "cordon rules score --from 30d",
  "cordon rules score isolate-on-ransomware --window 4h --examples",
];
