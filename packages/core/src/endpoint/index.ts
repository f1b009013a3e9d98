export type { EndpointBudget } from "./budget.ts";
export {
  type Capability,
  type CapabilityCode,
  canDo,
  DEFAULT_MINIMUMS,
  type EndpointMinimums,
  isOlder,
  type KnownOfEndpoint,
} from "./capability.ts";
export type { Endpoint } from "./endpoint.ts";
export type { EvidenceItem } from "./evidence-item.ts";
export { LEASE_STATES, type LeaseRelease, type LeaseState, type LeaseView } from "./lease.ts";
export type { SiteReadiness, SiteRefusal } from "./readiness.ts";
