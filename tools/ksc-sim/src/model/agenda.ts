import { createDueHeap } from "./due-heap.ts";

/** What is going to happen in the estate, by due time; entries due at the same time run in the order they were added. */
export interface Agenda {
  add(dueMs: number, run: () => void): void;
  /** Runs everything due by `nowMs`; what an entry adds for the past or the present runs too. */
  runUntil(nowMs: number): void;
  readonly size: number;
  /** The estate's time: while entries run, the due time of the one that runs, so that a long step keeps its order. */
  now(): number;
}

export function createAgenda(startMs: number): Agenda {
  const due = createDueHeap<() => void>();
  let time = startMs;

  return {
    add: due.put,
    runUntil: (nowMs) => {
      for (let next = due.nextDueMs(); next !== undefined && next <= nowMs; next = due.nextDueMs()) {
        time = Math.max(time, next);
        due.take()?.();
      }
      time = Math.max(time, nowMs);
    },
    get size() {
      return due.size;
    },
    now: () => time,
  };
}
