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
  has(key: K): boolean;
  /** Everything that is on the list. */
  keys(): Iterable<K>;
  readonly size: number;
  /** Monotonic time of the next due one; infinite when the list is empty. */
  nextDueMs(): number;
}

const GROWTH = 1.5;

export function createWatchList<K>(pace: { readonly pollMinMs: number; readonly pollMaxMs: number }): WatchList<K> {
  const items = new Map<K, { dueMs: number; intervalMs: number }>();
  /** No item is due before it; it may be early, after a removal, until it is asked for. */
  let notBeforeMs = Number.POSITIVE_INFINITY;
  let exact = true;

  function put(key: K, nowMs: number): void {
    const dueMs = nowMs + pace.pollMinMs;
    items.set(key, { dueMs, intervalMs: pace.pollMinMs });
    if (dueMs <= notBeforeMs) notBeforeMs = dueMs;
  }

  return {
    add(key, nowMs) {
      if (!items.has(key)) put(key, nowMs);
    },
    hurry(key, nowMs) {
      if (!items.has(key)) return;
      exact = false;
      put(key, nowMs);
    },
    remove: (key) => {
      items.delete(key);
      exact = false;
    },
    takeDue(nowMs, max) {
      exact = false;
      const due = [...items].filter(([, item]) => item.dueMs <= nowMs).sort(([, a], [, b]) => a.dueMs - b.dueMs);
      return due.slice(0, max).map(([key, item]) => {
        item.intervalMs = Math.min(pace.pollMaxMs, item.intervalMs * GROWTH);
        item.dueMs = nowMs + item.intervalMs;
        return key;
      });
    },
    has: (key) => items.has(key),
    keys: () => items.keys(),
    get size() {
      return items.size;
    },
    nextDueMs() {
      if (exact) return notBeforeMs;
      notBeforeMs = Number.POSITIVE_INFINITY;
      for (const { dueMs } of items.values()) notBeforeMs = Math.min(notBeforeMs, dueMs);
      exact = true;
      return notBeforeMs;
    },
  };
}
