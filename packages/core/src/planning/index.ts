export type { PlannedChain, PlannedLink } from "./chain-walk.ts";
export { type CapabilityFacts, explainCapability, refusalOf } from "./check-capability.ts";
export {
  DECISION_OUTCOMES,
  type DecidedEndpoint,
  type Decision,
  type DecisionOutcome,
  type DecisionReason,
  type DecisionReasonCode,
  type ExtendedAction,
  type Plan,
  type PlannedAction,
  type PlannedApproval,
  type SupersededAction,
} from "./decision.ts";
export { type MappedArguments, type MissingArgument, mapArguments } from "./map-arguments.ts";
export { type EndpointNames, type Naming, namingsOf, textsNaming } from "./names-endpoint.ts";
export type { ChainWait, OpenAction } from "./open-actions.ts";
export {
  type AskedCoolDown,
  coolDownsFor,
  type PlanInput,
  planEvent,
  type RuleSetRef,
  resolveMatches,
} from "./plan-event.ts";
export {
  type EndpointCandidate,
  type EndpointLookup,
  type LookupNeeds,
  RESOLUTION_LIMITS,
  type Resolution,
  type ResolutionFacts,
  type TargetTrace,
} from "./resolution.ts";
export { lookupKey, lookupsFor, resolveTarget } from "./resolve-target.ts";
