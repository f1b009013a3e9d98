export * from "./access/access-desk.ts";
export { API_TOKEN_PREFIX, createPrincipals, PROVIDER_GROUP, type Principals } from "./access/principals.ts";
export * from "./access/token-desk.ts";
export {
  type ActionDesk,
  type ActionDeskDeps,
  type CancelAnswer,
  createActionDesk,
  type OrderAnswer,
  type OrderRequest,
} from "./actions/action-desk.ts";
export * from "./actions/release-held.ts";
export * from "./approvals/approval-desk.ts";
export * from "./approvals/approval-watch.ts";
export { AUDIT_DAYS } from "./audit/audit-days.ts";
export { type AuditDesk, type AuditStatus, createAuditDesk } from "./audit/audit-desk.ts";
export {
  type AuditForwarder,
  createAuditForwarder,
  type ForwardStatus,
  type ForwardTrouble,
} from "./audit/audit-forwarder.ts";
export { type AuditKeeper, createAuditKeeper } from "./audit/audit-keeper.ts";
export * from "./brakes/brake-desk.ts";
export * from "./brakes/label-desk.ts";
export * from "./brakes/loosening-desk.ts";
export { type CanaryDesk, createCanaryDesk } from "./canary/canary-desk.ts";
export { CANARY_KINDS, CANARY_LIMITS, type CanaryKind, canarySpec } from "./canary/canary-limits.ts";
export { type CanaryWatch, type CanaryWatchDeps, createCanaryWatch } from "./canary/canary-watch.ts";
export { type ChainSteps, createChainSteps } from "./chains/chain-steps.ts";
export * from "./dispatch/dispatcher.ts";
export { isToBeOffered, offerOf } from "./dispatch/offer-of.ts";
export * from "./dispatch/redeliver.ts";
export * from "./dispatch/sweep.ts";
export * from "./evidence/evidence-desk.ts";
export * from "./intake/authenticate-sender.ts";
export * from "./intake/ingest.ts";
export * from "./intake/ingest-types.ts";
export * from "./intake/intake-credentials.ts";
export * from "./intake/replay-quarantined.ts";
export {
  createLeaseDesk,
  type LeaseDesk,
  type LeaseDeskDeps,
  type ReleaseAnswer,
} from "./leases/lease-desk.ts";
export * from "./leases/lease-watch.ts";
export * from "./lists/active-lists.ts";
export { createListSweep, type ListSweep } from "./lists/expire-entries.ts";
export * from "./lists/list-desk.ts";
export * from "./login/login-desk.ts";
export { createLoginWatch } from "./login/login-watch.ts";
export * from "./people/people.ts";
export * from "./plans/diff-rule-sets.ts";
export * from "./plans/plan-desk.ts";
export * from "./ports/access.ts";
export * from "./ports/action-store.ts";
export * from "./ports/agents.ts";
export * from "./ports/approvals.ts";
export * from "./ports/audit.ts";
export * from "./ports/audit-forward.ts";
export * from "./ports/authority.ts";
export * from "./ports/brakes.ts";
export * from "./ports/canaries.ts";
export * from "./ports/chains.ts";
export * from "./ports/cool-down-resets.ts";
export * from "./ports/dispatch-queue.ts";
export * from "./ports/endpoint-labels.ts";
export * from "./ports/evidence.ts";
export * from "./ports/held-actions.ts";
export * from "./ports/ingest-store.ts";
export * from "./ports/intake-credentials.ts";
export * from "./ports/inventory.ts";
export * from "./ports/leases.ts";
export * from "./ports/login.ts";
export * from "./ports/loosenings.ts";
export * from "./ports/people.ts";
export * from "./ports/plans.ts";
export * from "./ports/readiness.ts";
export * from "./ports/records.ts";
export * from "./ports/redelivery-store.ts";
export * from "./ports/replay-store.ts";
export * from "./ports/retention.ts";
export * from "./ports/rule-compiler.ts";
export * from "./ports/rule-holds.ts";
export * from "./ports/rule-rollouts.ts";
export * from "./ports/rule-sets.ts";
export * from "./ports/sessions.ts";
export * from "./ports/site-link.ts";
export * from "./ports/tenant-lists.ts";
export * from "./ports/tenants.ts";
export * from "./ports/updates.ts";
export * from "./ports/why-store.ts";
export * from "./replay/replay-range.ts";
export * from "./replay/report.ts";
export { keptFrom, PARTITION_MS, RETENTION_DAYS } from "./retention/kept-from.ts";
export {
  createRetention,
  type Retention,
  type RetentionDeps,
  type RetentionReport,
  type RetentionView,
} from "./retention/retention.ts";
export {
  type ChangeAnswer,
  type Compensation,
  type CompensationList,
  createRuleRolloutDesk,
  type RuleRolloutDesk,
  type RuleRolloutDeskDeps,
  type RuleRolloutView,
} from "./rule-rollouts/rollout-desk.ts";
export { createRuleRolloutWatch, type RuleRolloutWatch } from "./rule-rollouts/rollout-watch.ts";
export type { StartAnswer, StartRequest } from "./rule-rollouts/start-rollout.ts";
export * from "./rule-tests/compare-decisions.ts";
export * from "./rule-tests/rule-coverage.ts";
export * from "./rule-tests/run-rule-test.ts";
export * from "./rules/active-rules.ts";
export * from "./rules/rule-sets.ts";
export { type ActiveRuleSet, type RulesInUse, ruleSetAt, rulesInUse } from "./rules/rules-in-use.ts";
export * from "./shadow/score-rule.ts";
export * from "./shadow/shadow-desk.ts";
export { ACTING_MARGIN_MS, type ActingWatch, createActingWatch, VOUCH_MS } from "./sites/acting-watch.ts";
export * from "./sites/authority-desk.ts";
export * from "./sites/decide-session.ts";
export * from "./sites/enrolment.ts";
export * from "./sites/estate.ts";
export * from "./sites/site-sessions.ts";
export * from "./status/apply-statuses.ts";
export * from "./status/decide-moves.ts";
export * from "./status/read-status.ts";
export * from "./updates/hand-out-releases.ts";
export * from "./updates/rollout.ts";
export { type RingView, type Standing, stepRollout } from "./updates/step-rollout.ts";
export {
  createUpdateDesk,
  DEFAULT_RINGS,
  type RolloutChange,
  type RolloutView,
  type UpdateDesk,
  type UpdateDeskDeps,
} from "./updates/update-desk.ts";
export type { ExplainedEvent } from "./why/explain-past.ts";
export {
  type BrakeThen,
  createWhyDesk,
  type NamedEvent,
  type StateThen,
  type WhyAnswer,
  type WhyDesk,
  type WhyQuestion,
} from "./why/why-desk.ts";
