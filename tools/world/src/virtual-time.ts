import { type Clock, type EpochMs, epochMs } from "@cordon/core/kernel";
import { createDueHeap, type SimClock } from "@cordon/ksc-sim/model";

/** The one time of a storm, in ms since its start. It moves only from timer to timer, so a storm costs no waiting. */
export interface VirtualTime {
  elapsedMs(): number;
  /** Calls back once; at the same time first set first. The returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
  /** Fires everything up to then, in order; between two timers all promises that can go on have gone on. */
  runUntil(elapsedMs: number): Promise<void>;
  /** Calls back between two timers, when so many have fired from now on: in the middle of whatever goes on. */
  afterTimers(count: number, callback: () => void): void;
}

interface Timer {
  fire: (() => void) | undefined;
}

export function createVirtualTime(): VirtualTime {
  const timers = createDueHeap<Timer>();
  let elapsed = 0;
  let fired = 0;
  let strikes: { readonly at: number; readonly callback: () => void }[] = [];

  function strike(): void {
    const due = strikes.filter(({ at }) => at <= fired);
    if (due.length === 0) return;
    strikes = strikes.filter(({ at }) => at > fired);
    for (const { callback } of due) callback();
  }

  return {
    elapsedMs: () => elapsed,
    after(delayMs, callback) {
      const timer: Timer = { fire: callback };
      timers.put(elapsed + Math.max(0, delayMs), timer);
      return () => {
        timer.fire = undefined;
      };
    },
    async runUntil(untilMs) {
      await promisesSettled();
      for (let due = timers.nextDueMs(); due !== undefined && due <= untilMs; due = timers.nextDueMs()) {
        const fire = timers.take()?.fire;
        if (fire === undefined) continue;
        elapsed = Math.max(elapsed, due);
        fired++;
        fire();
        await promisesSettled();
        if (strikes.length > 0) strike();
      }
      elapsed = Math.max(elapsed, untilMs);
    },
    afterTimers: (count, callback) => {
      strikes.push({ at: fired + count, callback });
    },
  };
}

/** `nextTick` callbacks that are set by a promise's reaction run when no promise can go on any more (Node's own order). */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** The agent's machine: its wall clock has a skew and jumps, as corrections make it; its timers know only how time passes. */
export interface MachineClock {
  jump(ms: number): void;
  /** The clock of one process; once it is killed none of its timers fires any more. */
  process(): { readonly clock: Clock; kill(): void };
}

export function createMachineClock(time: VirtualTime, startMs: number): MachineClock {
  let offsetMs = startMs;
  return {
    jump: (ms) => {
      offsetMs += ms;
    },
    process() {
      let alive = true;
      const after = (durationMs: number, callback: () => void): (() => void) =>
        time.after(durationMs, () => {
          if (alive) callback();
        });
      return {
        kill: () => {
          alive = false;
        },
        clock: {
          now: (): EpochMs => epochMs(Math.floor(offsetMs + time.elapsedMs())),
          monotonicMs: () => time.elapsedMs(),
          after,
          sleep: (durationMs, signal) => sleep(after, durationMs, signal),
        },
      };
    },
  };
}

function sleep(after: Clock["after"], durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
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
  });
}

/** KSC's clock: the storm's time from another start. */
export function createKscClock(time: VirtualTime, startMs: number): SimClock {
  return {
    now: () => startMs + time.elapsedMs(),
    advance: () => {
      throw new Error("a storm's time moves by its timers alone");
    },
  };
}
