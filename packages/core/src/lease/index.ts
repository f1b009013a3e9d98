export { compareEnds, LEASE_TOLERANCE_MS, type LeaseComparison } from "./compare-ends.ts";
export { decideLease, type LeaseDecision, type LeaseFacts, type LeaseStep } from "./decide-lease.ts";
export {
  type Foundations,
  type HostNames,
  type IsolationRefusal,
  isSameHost,
  refuseIsolation,
} from "./never-isolate.ts";
export { DEFAULT_LEASE_POLICY, type LeasePolicy, marginMs } from "./policy.ts";
export { laterStarted, type Term } from "./term.ts";
