/** A list that forgets its oldest items beyond a bound. Trimming happens in blocks, so that adding stays cheap. */
export interface BoundedList<T> {
  push(item: T): void;
  /** Oldest first; at most the bound. */
  items(): readonly T[];
  /** The items, which are then forgotten. */
  take(): readonly T[];
}

export function createBoundedList<T>(max: () => number): BoundedList<T> {
  let list: T[] = [];
  const newest = (): readonly T[] => list.slice(Math.max(0, list.length - max()));
  return {
    push: (item) => {
      list.push(item);
      const bound = max();
      if (list.length > bound + Math.max(64, bound >> 3)) list = list.slice(list.length - bound);
    },
    items: newest,
    take: () => {
      const items = newest();
      list = [];
      return items;
    },
  };
}
