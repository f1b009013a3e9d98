export { createFoundations, type FoundationHosts, withFoundations } from "./foundations.ts";
export { factsOf, type KeptLease, keepLease } from "./kept-lease.ts";
export { createLeaseKeeper, type LeaseKeeper } from "./lease-keeper.ts";
export { DEFAULT_LEASE_SETTINGS, type LeaseSettings } from "./lease-settings.ts";
export type { ReleaseAnswer } from "./release-lease.ts";
export { noReleaseMethod, type ReleaseMethod, type ReleaseRun, type ReleaseTarget } from "./release-method.ts";
