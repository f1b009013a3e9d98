export { type Admission, type AdmitInput, admit, promote } from "./admit.ts";
export { compareUrgency, type EndpointBook, emptyBook, type Slot, type SlotStage, type Waiting } from "./book.ts";
export { budgetOf } from "./budget.ts";
export { type CleanUpPolicy, chooseDeletions, type FinishedTask } from "./clean-up.ts";
export { type Drift, isDrift, measureDrift } from "./drift.ts";
export {
  type ActionForecast,
  type ClassForecast,
  type EndpointForecast,
  type ForecastInput,
  forecast,
  type PendingAction,
} from "./forecast.ts";
export { type CarrierView, chooseCarrier, type MergePolicy, mergeKeyOf, nextCarrier, unite } from "./merge.ts";
export { giveTurns, isHeavy, nextTurn, PACING_WINDOW_MS, type PacingPolicy, type Turn } from "./pace.ts";
export {
  isInGroup,
  isKnown,
  isProtected,
  type Placement,
  type PlaceRequest,
  type PlaceView,
  place,
  type ServerCounts,
} from "./place.ts";
export {
  capOf,
  checkLedgerPolicy,
  DEFAULT_LEDGER_POLICY,
  isShared,
  type LedgerPolicy,
  type SharedLimits,
  type SlotLimits,
} from "./policy.ts";
export { type Candidate, type RecognisePolicy, recognise, type SeenTask } from "./recognise.ts";
export { groupOf, TASK_GROUPS, type TaskGroup } from "./scope.ts";
