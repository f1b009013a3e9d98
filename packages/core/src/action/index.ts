export { type Action, type ActionOrder, DEADLINE_MS } from "./action.ts";
export {
  type ActionArgs,
  ARGUMENT_LIMITS,
  type ArgsOf,
  type ArgumentProblem,
  type FileTarget,
  INDICATOR_TYPES,
  type Indicator,
  type IndicatorType,
  type IsolationExclusion,
  type ParsedArgs,
  type PortRange,
} from "./arguments.ts";
export {
  EVIDENCE_RUNGS,
  type Evidence,
  type EvidenceRung,
  STATUS_MESSAGE_CHARS_MAX,
  type StatusDetail,
} from "./evidence.ts";
export {
  ACTION_CLASSES,
  ACTION_KINDS,
  type ActionClass,
  type ActionKind,
  classOf,
  classRank,
  hasLastingEffect,
  isActionKind,
} from "./kinds.ts";
export { ARGUMENT_NAMES, parseActionArgs } from "./parse-arguments.ts";
export { ACTION_STATES, type ActionState, advance, isActionState, isSettled, type Transition } from "./states.ts";
