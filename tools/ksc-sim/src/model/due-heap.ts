/** Things that fall due, the earliest first; what is due at the same time comes out in the order in which it was put in. */
export interface DueHeap<T> {
  put(dueMs: number, item: T): void;
  /** Due time of the first; undefined when there is none. */
  nextDueMs(): number | undefined;
  take(): T | undefined;
  readonly size: number;
}

interface Node<T> {
  readonly dueMs: number;
  readonly order: number;
  readonly item: T;
}

export function createDueHeap<T>(): DueHeap<T> {
  const heap: Node<T>[] = [];
  let order = 0;
  const before = (a: Node<T>, b: Node<T>): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

  /** Down from the top, to where nothing below comes before it. */
  function sink(node: Node<T>): void {
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
      if (before(node, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = node;
  }

  return {
    put(dueMs, item) {
      const node: Node<T> = { dueMs, order: order++, item };
      let index = heap.length;
      heap.push(node);
      while (index > 0) {
        const parentIndex = (index - 1) >> 1;
        const parent = heap[parentIndex];
        if (parent === undefined || before(parent, node)) break;
        heap[index] = parent;
        index = parentIndex;
      }
      heap[index] = node;
    },
    nextDueMs: () => heap[0]?.dueMs,
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) sink(last);
      return first?.item;
    },
    get size() {
      return heap.length;
    },
  };
}
