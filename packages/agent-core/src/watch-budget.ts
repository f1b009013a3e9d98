import type { Clock } from "@cordon/core/kernel";

/**
 * How many calls watching may make out of courtesy: sooner or more often than a deadline asks for. Refilled steadily up to a bound,
 * more slowly by a slow KSC, so that the first actions of a quiet site are followed closely and a busy site is not asked more than a quiet one.
 */
export interface WatchBudget {
  /** Takes so many calls if they are there, and with them those for the next reading of events, which serves all actions. */
  take(calls: number): boolean;
  /** Calls that had to be made come out of the same budget; it does not fall below empty. */
  spend(calls: number): void;
  /** Milliseconds until so many will be there. */
  waitMs(calls: number): number;
}

/** A reading of events: open, read, release. */
export const EVENT_CALLS = 3;

export function createWatchBudget(
  clock: Clock,
  pace: { readonly courtesyCallsPerMinute: number; readonly courtesyCallsMax: number },
  slowdown: { readonly factor: number },
): WatchBudget {
  const perMs = () => pace.courtesyCallsPerMinute / 60_000 / slowdown.factor;
  let calls = pace.courtesyCallsMax;
  let atMs = clock.monotonicMs();

  function refill(): void {
    const nowMs = clock.monotonicMs();
    calls = Math.min(pace.courtesyCallsMax, calls + (nowMs - atMs) * perMs());
    atMs = nowMs;
  }

  return {
    take(wanted) {
      refill();
      // Rounding of many small refills must not keep a wait that has ended from being over.
      if (calls < wanted + EVENT_CALLS - 1e-6) return false;
      calls -= wanted;
      return true;
    },
    spend(made) {
      refill();
      calls = Math.max(0, calls - made);
    },
    waitMs(wanted) {
      refill();
      return calls >= wanted - 1e-6 ? 0 : Math.ceil((wanted - calls) / perMs());
    },
  };
}
