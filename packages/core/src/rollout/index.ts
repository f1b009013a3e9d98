export { allowedChanges, changeRollout, RULE_ROLLOUT_CHANGES, type RuleRolloutChange } from "./change-rollout.ts";
export {
  DEFAULT_GATES,
  GATE_NAMES,
  type Gate,
  type GateName,
  type Gates,
  type GateVerdict,
  judgeGates,
  type RolloutEvidence,
} from "./gates.ts";
export { type Placement, placeSites, siteName } from "./place-sites.ts";
export {
  PAUSE_CAUSES,
  type PauseCause,
  type RolloutPolicy,
  type RolloutSite,
  RULE_ROLLOUT_STATES,
  type RuleRollout,
  type RuleRolloutState,
  runsNewSet,
  type Wave,
} from "./rollout.ts";
export { type RolloutMove, startRollout, stepRollout } from "./step-rollout.ts";
