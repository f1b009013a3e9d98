export {
  type ExpectedDecision,
  type LoadedRuleTests,
  loadRuleTests,
  type RuleTest,
  type RuleTestSuite,
  TEST_TENANT,
  type TestPlace,
} from "./load-rule-tests.ts";
