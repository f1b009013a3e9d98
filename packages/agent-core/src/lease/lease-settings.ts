import { DEFAULT_LEASE_POLICY, type LeasePolicy } from "@cordon/core/lease";

/** How the agent keeps isolations up; all durations in ms. */
export interface LeaseSettings {
  readonly policy: LeasePolicy;
  /** Each lease is decided anew at least this often, so that a clock that was moved is noticed. */
  readonly tickMsMax: number;
  /** How often KSC is asked for the hosts of live leases, all of them in few calls, and for their tasks, which cost a call each. */
  readonly checkMs: number;
  /** Tasks asked for in one check; of more than `checksOfAllMax` times as many, such a part that all are asked in so many checks. */
  readonly tasksPerCheck: number;
  readonly checksOfAllMax: number;
  /** Endpoints looked at in one check, to recognise tasks that are not known yet. */
  readonly looksPerCheck: number;
  /** An isolated endpoint that KSC has not heard for this long is not heard: two synchronisations and some. */
  readonly hearMs: number;
  /** How often KSC's clock is compared with the agent's. */
  readonly skewMs: number;
  /** A step of the wall clock against the monotonic one that counts as a move of the clock. */
  readonly jumpMs: number;
  /** Changes wait this long for company on their way up. */
  readonly reportMs: number;
  readonly leasesPerReportMax: number;
  /** A session that stayed up so long after a report has brought it. */
  readonly toldAfterMs: number;
  /** Hosts and tasks that are asked for in one call. */
  readonly askedPerCallMax: number;
}

const MINUTE_MS = 60_000;

export const DEFAULT_LEASE_SETTINGS: LeaseSettings = {
  policy: DEFAULT_LEASE_POLICY,
  tickMsMax: 30_000,
  checkMs: 5 * MINUTE_MS,
  // An endpoint learns of a task that was deleted when it synchronises, every 15 minutes (kaspersky.md 2.6).
  tasksPerCheck: 4,
  checksOfAllMax: 3,
  looksPerCheck: 20,
  hearMs: 2 * DEFAULT_LEASE_POLICY.syncDelayMs + 5 * MINUTE_MS,
  skewMs: 60 * MINUTE_MS,
  jumpMs: 5_000,
  reportMs: 500,
  leasesPerReportMax: 250,
  toldAfterMs: MINUTE_MS,
  askedPerCallMax: 200,
};
