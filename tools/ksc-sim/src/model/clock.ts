/** The simulated estate's time. Everything else is given one; only this file reads the machine's clock. */
export interface SimClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Moves time forward by hand. Time never goes back. */
  advance(ms: number): void;
}

/** The machine's clock plus whatever was added by hand. */
export function createSystemClock(): SimClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance: (ms) => {
      offset += Math.max(0, ms);
    },
  };
}

/** A clock that stands still until a test moves it. */
export function createManualClock(startMs = Date.UTC(2026, 2, 2, 9, 0, 0)): SimClock {
  let now = startMs;
  return {
    now: () => now,
    advance: (ms) => {
      now += Math.max(0, ms);
    },
  };
}
