import { classRank } from "@cordon/core/action";
import type { ActionId, EndpointId } from "@cordon/core/kernel";
import { compareUrgency, type Waiting } from "@cordon/core/ledger";

/** What may be sent, in order of class and age, at most one per endpoint at a time [D7]. */
export interface RunQueue {
  add(endpointId: EndpointId, item: RunItem): void;
  remove(endpointId: EndpointId, actionId: ActionId): void;
  /**
   * Takes the most urgent one whose endpoint is free, and makes the endpoint busy until `release`. Undefined when there is none,
   * or its class is below the one of rank `rankMax`.
   */
  take(
    rankMax: number,
  ): { readonly endpointId: EndpointId; readonly actionId: ActionId; readonly rank: number } | undefined;
  release(endpointId: EndpointId): void;
  readonly size: number;
}

export interface RunItem extends Waiting {
  readonly key: ActionId;
}

interface Lane {
  /** Sorted, the most urgent first. */
  items: RunItem[];
  busy: boolean;
}

/**
 * A lane per endpoint and a heap of the lanes' heads. A head that was overtaken or removed stays in the heap and is skipped
 * when it comes up, so every operation costs the logarithm of the number of endpoints that have work.
 */
export function createRunQueue(): RunQueue {
  const lanes = new Map<EndpointId, Lane>();
  const heap = createHeap<{ endpointId: EndpointId; item: RunItem }>((a, b) => compareUrgency(a.item, b.item));
  let size = 0;

  function offerHead(endpointId: EndpointId, lane: Lane): void {
    const [item] = lane.items;
    if (item !== undefined && !lane.busy) heap.push({ endpointId, item });
  }

  return {
    add(endpointId, item) {
      const lane = lanes.get(endpointId) ?? { items: [], busy: false };
      lanes.set(endpointId, lane);
      const at = lane.items.findIndex((other) => compareUrgency(item, other) < 0);
      lane.items.splice(at === -1 ? lane.items.length : at, 0, item);
      size++;
      if (lane.items[0] === item) offerHead(endpointId, lane);
    },
    remove(endpointId, actionId) {
      const lane = lanes.get(endpointId);
      const at = lane?.items.findIndex(({ key }) => key === actionId) ?? -1;
      if (lane === undefined || at === -1) return;
      lane.items.splice(at, 1);
      size--;
      if (at === 0) offerHead(endpointId, lane);
    },
    take(rankMax) {
      for (;;) {
        const head = heap.top();
        if (head === undefined) return undefined;
        const lane = lanes.get(head.endpointId);
        const isStale = lane === undefined || lane.busy || lane.items[0] !== head.item;
        if (!isStale && classRank(head.item.actionClass) > rankMax) return undefined;
        heap.pop();
        if (isStale) continue;
        lane.items.shift();
        lane.busy = true;
        size--;
        return { endpointId: head.endpointId, actionId: head.item.key, rank: classRank(head.item.actionClass) };
      }
    },
    release(endpointId) {
      const lane = lanes.get(endpointId);
      if (lane === undefined) return;
      lane.busy = false;
      if (lane.items.length === 0) lanes.delete(endpointId);
      else offerHead(endpointId, lane);
    },
    get size() {
      return size;
    },
  };
}

function createHeap<T>(compare: (a: T, b: T) => number) {
  const items: T[] = [];
  const at = (index: number) => items[index] as T;
  const swap = (a: number, b: number) => {
    [items[a], items[b]] = [at(b), at(a)];
  };
  return {
    push(item: T) {
      items.push(item);
      for (let index = items.length - 1; index > 0; ) {
        const parent = (index - 1) >> 1;
        if (compare(at(index), at(parent)) >= 0) return;
        swap(index, parent);
        index = parent;
      }
    },
    top: (): T | undefined => items[0],
    pop(): T | undefined {
      const [top] = items;
      const last = items.pop();
      if (items.length === 0 || last === undefined) return top;
      items[0] = last;
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        const right = left + 1;
        let least = index;
        if (left < items.length && compare(at(left), at(least)) < 0) least = left;
        if (right < items.length && compare(at(right), at(least)) < 0) least = right;
        if (least === index) return top;
        swap(index, least);
        index = least;
      }
    },
  };
}
