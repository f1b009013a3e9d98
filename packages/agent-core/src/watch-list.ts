/**
 * When to look at what again: often while something is fresh or changes, ever more seldom while nothing happens. Between
 * `pollMinMs` and `pollMaxMs`, by half as much again each time.
 */
export interface WatchList<K> {
  add(key: K, nowMs: number): void;
  /** Something changed: look again soon. */
  hurry(key: K, nowMs: number): void;
  remove(key: K): void;
  /** What is due, the longest waiting first; each of them is due again after its next, longer interval. */
  takeDue(nowMs: number, max: number): readonly K[];
  /** Monotonic time of the next due one; infinite when the list is empty. */
  nextDueMs(): number;
}

const GROWTH = 1.5;

export function createWatchList<K>(pace: { readonly pollMinMs: number; readonly pollMaxMs: number }): WatchList<K> {
  const items = new Map<K, { dueMs: number; intervalMs: number }>();
  return {
    add(key, nowMs) {
      if (!items.has(key)) items.set(key, { dueMs: nowMs + pace.pollMinMs, intervalMs: pace.pollMinMs });
    },
    hurry(key, nowMs) {
      if (items.has(key)) items.set(key, { dueMs: nowMs + pace.pollMinMs, intervalMs: pace.pollMinMs });
    },
    remove: (key) => {
      items.delete(key);
    },
    takeDue(nowMs, max) {
      const due = [...items].filter(([, item]) => item.dueMs <= nowMs).sort(([, a], [, b]) => a.dueMs - b.dueMs);
      return due.slice(0, max).map(([key, item]) => {
        item.intervalMs = Math.min(pace.pollMaxMs, item.intervalMs * GROWTH);
        item.dueMs = nowMs + item.intervalMs;
        return key;
      });
    },
    nextDueMs() {
      let next = Number.POSITIVE_INFINITY;
      for (const { dueMs } of items.values()) next = Math.min(next, dueMs);
      return next;
    },
  };
}
