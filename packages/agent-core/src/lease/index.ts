export { createFoundations, withFoundations } from "./foundations.ts";
export { factsOf, keepLease } from "./kept-lease.ts";
export { createLeaseKeeper } from "./lease-keeper.ts";
export { DEFAULT_LEASE_SETTINGS, type LeaseSettings } from "./lease-settings.ts";
export type { ReleaseAnswer } from "./release-lease.ts";
export { noReleaseMethod, type ReleaseMethod, type ReleaseRun, type ReleaseTarget } from "./release-method.ts";
