export { approvalsFor } from "./approval.ts";
export {
  type Attempt,
  type AttemptKey,
  type AttemptWindow,
  attemptKey,
  createWindowBook,
  EMPTY_WINDOW,
  isCounted,
  type WindowBook,
} from "./attempts.ts";
export { attemptOf, type RuleHold } from "./blast-radius.ts";
export {
  BRAKE_TYPES,
  type Brake,
  type BrakeScope,
  type BrakeSubject,
  type BrakeType,
  covers,
  printScope,
} from "./brake.ts";
export { builtInBrakes, KSC_SERVER } from "./built-in-brakes.ts";
export { ACTS_IN_A_ROW_MAX, actsAsked, COOL_DOWN_GUARD, type CoolDownKey, coolDownKey } from "./cool-down.ts";
export { FREEZE_GUARD } from "./freeze.ts";
export { type FreezeTimes, isFrozenAt, type LocalPeriod, printTimes } from "./freeze-times.ts";
export type {
  Guard,
  GuardedEndpoint,
  GuardedRule,
  GuardFacts,
  GuardReasonCode,
  GuardSubject,
  GuardVerdict,
} from "./guard.ts";
export { NO_PAST } from "./guard.ts";
export { KILL_SWITCH_GUARD } from "./kill-switch.ts";
export { type LabelSet, liftNeedsTwo, relabelNeedsTwo } from "./loosening.ts";
export { NEVER_TOUCH_GUARD, type NeverTouchWho } from "./never-touch.ts";
export { REACHES, type Reach, type ReachBounds, type ReachLimit, reachLimitsFor } from "./reach-limits.ts";
export type { RedundancyBounds, RedundancyGroup } from "./redundancy.ts";
export {
  CONSENT_GUARDS,
  decisive,
  GUARDS,
  HISTORY_GUARDS,
  type Objection,
  REACH_GUARDS,
  runGuards,
  STANDING_GUARDS,
} from "./run-guards.ts";
export { forecastSlots, noteSlot, type SlotBudget } from "./slot-forecast.ts";
export { type EndpointRef, type EndpointTraits, endpointKey } from "./traits.ts";
