import { type Clock, type EpochMs, epochMs } from "@cordon/core/kernel";
import type { SimClock } from "@cordon/ksc-sim/model";

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
  readonly dueMs: number;
  readonly order: number;
  fire: (() => void) | undefined;
}

export function createVirtualTime(): VirtualTime {
  const heap: Timer[] = [];
  let elapsed = 0;
  let order = 0;
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
      const timer: Timer = { dueMs: elapsed + Math.max(0, delayMs), order: order++, fire: callback };
      push(heap, timer);
      return () => {
        timer.fire = undefined;
      };
    },
    async runUntil(untilMs) {
      await promisesSettled();
      for (;;) {
        const [first] = heap;
        if (first === undefined || first.dueMs > untilMs) break;
        pop(heap);
        if (first.fire === undefined) continue;
        elapsed = Math.max(elapsed, first.dueMs);
        fired++;
        first.fire();
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

const before = (a: Timer, b: Timer): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (parent === undefined || before(parent, timer)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let childIndex = 2 * index + 1;
    let child = heap[childIndex];
    if (child === undefined) break;
    const right = heap[childIndex + 1];
    if (right !== undefined && before(right, child)) {
      childIndex += 1;
      child = right;
    }
    if (before(last, child)) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = last;
}
