/** What is going to happen in the estate, by due time; entries due at the same time run in the order they were added. */
export interface Agenda {
  add(dueMs: number, run: () => void): void;
  /** Runs everything due by `nowMs`; what an entry adds for the past or the present runs too. */
  runUntil(nowMs: number): void;
  readonly size: number;
  /** The estate's time: while entries run, the due time of the one that runs, so that a long step keeps its order. */
  now(): number;
}

interface Entry {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

export function createAgenda(startMs: number): Agenda {
  const heap: Entry[] = [];
  let order = 0;
  let time = startMs;

  const before = (a: Entry, b: Entry): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

  function add(due: number, run: () => void): void {
    const entry: Entry = { due, order: order++, run };
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || before(parent, entry)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  function takeFirst(): Entry | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
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
    return first;
  }

  return {
    add,
    runUntil: (nowMs) => {
      for (;;) {
        const first = heap[0];
        if (first === undefined || first.due > nowMs) break;
        takeFirst();
        time = Math.max(time, first.due);
        first.run();
      }
      time = Math.max(time, nowMs);
    },
    get size() {
      return heap.length;
    },
    now: () => time,
  };
}
