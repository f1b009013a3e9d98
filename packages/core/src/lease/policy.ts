/** How a site keeps isolations up. All of it comes from the agent's configuration; durations in ms. */
export interface LeasePolicy {
  /** From KSC's creation of a task to its start on the endpoint: one synchronisation (kaspersky.md 2.6). */
  readonly syncDelayMs: number;
  /** Added to it: the request's way through KSC and the console, and what a slow endpoint takes. */
  readonly spareMs: number;
  /** Renewals of one isolation: each costs one of the endpoint's slots for the lifespan of its task. */
  readonly renewalsMax: number;
  /** Slots of the endpoint that renewals leave to new containments. */
  readonly slotsKept: number;
  /** How far the three end times may be apart before it is an alarm. */
  readonly toleranceMs: number;
  /** After a renewal that failed, before the next one. */
  readonly retryMs: number;
  /** How long after a task's end was seen its event is waited for, which says when it was. */
  readonly eventWaitMs: number;
}

const MINUTE_MS = 60_000;

export const DEFAULT_LEASE_POLICY: LeasePolicy = {
  syncDelayMs: 15 * MINUTE_MS,
  spareMs: 5 * MINUTE_MS,
  renewalsMax: 24,
  slotsKept: 10,
  toleranceMs: 5 * MINUTE_MS,
  retryMs: 5 * MINUTE_MS,
  eventWaitMs: 2 * MINUTE_MS,
};

/**
 * [E4] How long before the sure end of a term its renewal is made: as long as a task takes to reach the endpoint, by the
 * book or as this endpoint was seen to take. Half a term at most, so that a renewal never follows on a renewal at once.
 */
export function marginMs(policy: LeasePolicy, durationMs: number, pendingMs: number): number {
  return Math.min(durationMs / 2, Math.max(policy.syncDelayMs, pendingMs) + policy.spareMs);
}
