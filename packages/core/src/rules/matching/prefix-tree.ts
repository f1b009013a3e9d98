import type { Candidates, Places } from "./candidates.ts";

export type Direction = "fromStart" | "fromEnd";

/** What is filed under a key: rules for texts that begin (or end) with it, and rules for a text that is it. */
export interface KeyPlaces {
  readonly beginning?: Places | undefined;
  readonly whole?: Places | undefined;
}

/**
 * Finds all keys with which a text begins (or, from the end, ends), and the one that it is, in one walk over its first
 * characters: a radix tree in flat arrays. The children of a node have neighbouring numbers and stand in order of their first
 * character. A text that no key begins like ends the walk soon, sooner than its hash would be made.
 */
export class PrefixTree {
  readonly #fromEnd: boolean;
  readonly #labels: Uint16Array;
  readonly #labelStart: Int32Array;
  /** A node's children are those from its own entry to the one after it. */
  readonly #childStart: Int32Array;
  /** The first character of each node's label. */
  readonly #heads: Uint16Array;
  readonly #places: readonly (Places | undefined)[];
  readonly #wholePlaces: readonly (Places | undefined)[];

  constructor(keys: ReadonlyMap<string, KeyPlaces>, direction: Direction) {
    this.#fromEnd = direction === "fromEnd";
    const { labels, labelStart, childStart, places } = build(
      [...keys].map(([key, filed]) => [direction === "fromEnd" ? reversed(key) : key, filed] as const),
    );
    this.#labels = Uint16Array.from(labels);
    this.#labelStart = Int32Array.from(labelStart);
    this.#childStart = Int32Array.from(childStart);
    this.#heads = Uint16Array.from(places.map((_, node) => labels[labelStart[node] ?? 0] ?? 0));
    this.#places = places.map((each) => each?.beginning);
    this.#wholePlaces = places.map((each) => each?.whole);
  }

  collect(text: string, found: Candidates): void {
    const labels = this.#labels;
    const last = text.length - 1;
    let node = 0;
    let at = 0;
    for (;;) {
      const places = this.#places[node];
      if (places !== undefined) found.add(places);
      if (at > last) {
        const whole = this.#wholePlaces[node];
        if (whole !== undefined) found.add(whole);
        return;
      }
      node = this.#childOf(node, text.charCodeAt(this.#fromEnd ? last - at : at));
      if (node < 0) return;
      const labelEnd = this.#labelStart[node + 1] as number;
      at++;
      for (let label = (this.#labelStart[node] as number) + 1; label < labelEnd; label++, at++) {
        if (at > last || text.charCodeAt(this.#fromEnd ? last - at : at) !== labels[label]) return;
      }
    }
  }

  #childOf(node: number, head: number): number {
    let low = this.#childStart[node] as number;
    let high = (this.#childStart[node + 1] as number) - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const here = this.#heads[middle] as number;
      if (here === head) return middle;
      if (here < head) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

interface FlatTree {
  readonly labels: number[];
  readonly labelStart: number[];
  readonly childStart: number[];
  readonly places: (KeyPlaces | undefined)[];
}

/** Breadth first, so that the children of one node are neighbours. */
function build(unsorted: readonly (readonly [string, KeyPlaces])[]): FlatTree {
  const keys = unsorted.toSorted(([left], [right]) => (left < right ? -1 : 1));
  const labels: number[] = [];
  const labelStart: number[] = [];
  const childStart: number[] = [];
  const places: (KeyPlaces | undefined)[] = [];
  /** Keys from `first` to `end` have their first `depth` characters in common and belong below one node. */
  const queue = [{ first: 0, end: keys.length, depth: 0, isRoot: true }];
  for (let node = 0; node < queue.length; node++) {
    const { first, end, depth, isRoot } = queue[node] as (typeof queue)[number];
    const shared = isRoot ? 0 : sharedLength(keyAt(keys, first), keyAt(keys, end - 1));
    labelStart.push(labels.length);
    for (let at = depth; at < shared; at++) labels.push(keyAt(keys, first).charCodeAt(at));
    const endsHere = end > first && keyAt(keys, first).length === shared;
    places.push(endsHere ? keys[first]?.[1] : undefined);
    childStart.push(queue.length);
    for (let from = endsHere ? first + 1 : first; from < end; ) {
      let to = from + 1;
      while (to < end && keyAt(keys, to).charCodeAt(shared) === keyAt(keys, from).charCodeAt(shared)) to++;
      queue.push({ first: from, end: to, depth: shared, isRoot: false });
      from = to;
    }
  }
  labelStart.push(labels.length);
  childStart.push(queue.length);
  return { labels, labelStart, childStart, places };
}

function keyAt(keys: readonly (readonly [string, KeyPlaces])[], index: number): string {
  return keys[index]?.[0] ?? "";
}

function sharedLength(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let at = 0;
  while (at < most && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  return at;
}

/** By code units, as the walk goes. */
function reversed(text: string): string {
  return text.split("").reverse().join("");
}
