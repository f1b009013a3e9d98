import { type Clock, type EpochMs, epochMs } from "@cordon/core/kernel";

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Moves time on, firing what falls due in order of its time (first set first). Between two timers the event loop turns
   * once, so that promise chains started by the first may set timers that still fall into this step.
   */
  advance(durationMs: number): Promise<void>;
  /** Moves wall time alone, as a clock correction does; no timer fires. */
  jumpWallTime(durationMs: number): void;
  /** Timers that have not fired. A test that ends with some has found a leak. */
  pendingCount(): number;
  /** Milliseconds until the next timer, or undefined when there is none. */
  nextDueInMs(): number | undefined;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A timer that sets itself again with no delay would keep `advance` busy for ever. */
const TIMERS_PER_ADVANCE_MAX = 100_000;

export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<Timer>();
  let elapsedMs = 0;
  let wallOffsetMs = startMs;
  let order = 0;

  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (!first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order))
        first = timer;
    }
    return first;
  };

  const after = (durationMs: number, callback: () => void): (() => void) => {
    const timer: Timer = { dueMs: elapsedMs + Math.max(0, durationMs), order: order++, fire: callback };
    timers.add(timer);
    return () => timers.delete(timer);
  };

  return {
    now: (): EpochMs => epochMs(Math.floor(wallOffsetMs + elapsedMs)),
    monotonicMs: () => elapsedMs,
    after,
    sleep: (durationMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = after(durationMs, () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        });
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
    advance: async (durationMs) => {
      const targetMs = elapsedMs + durationMs;
      await turn();
      for (let fired = 0; ; fired++) {
        const timer = next();
        if (!timer || timer.dueMs > targetMs) break;
        if (fired >= TIMERS_PER_ADVANCE_MAX)
          throw new Error(`A timer re-arms itself without delay at ${elapsedMs} ms.`);
        timers.delete(timer);
        elapsedMs = Math.max(elapsedMs, timer.dueMs);
        timer.fire();
        await turn();
      }
      elapsedMs = targetMs;
    },
    jumpWallTime: (durationMs) => {
      wallOffsetMs += durationMs;
    },
    pendingCount: () => timers.size,
    nextDueInMs: () => {
      const timer = next();
      return timer && timer.dueMs - elapsedMs;
    },
  };
}

/** All microtasks run before the next immediate. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
