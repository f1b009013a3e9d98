import type { Candidates, Places } from "./candidates.ts";

/** Both ends included, which is enough to find candidates; open to a side: infinite there. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly places: Places;
}

/** Spread over single leaves, ranges may take so many entries each on average; wider ones need the tree. */
const SPREAD_MAX = 8;

/**
 * Finds all ranges that hold a number, however they overlap. Ranges that hardly overlap stand at each leaf (an end that occurs,
 * or the gap beside one) that they hold. Others stand in a segment tree: in at most two nodes of each level, and a number asks the
 * nodes from its leaf to the root.
 */
export class RangeTree {
  readonly #ends: Float64Array;
  /** No range holds a number below the one or above the other. */
  readonly #least: number;
  readonly #most: number;
  readonly #leaves: number;
  /** The node beyond which nobody climbs: the root, or a leaf's own where ranges are spread. */
  readonly #top: number;
  readonly #start: Int32Array;
  readonly #filed: Places[];

  constructor(ranges: readonly NumberRange[]) {
    const ends = new Set(ranges.flatMap(({ least, most }) => [least, most]));
    this.#ends = Float64Array.from(ends).sort();
    this.#least = this.#ends[0] ?? Infinity;
    this.#most = this.#ends.at(-1) ?? -Infinity;
    // One leaf for each end, and one for each gap before, between and after them.
    this.#leaves = this.#ends.length * 2 + 1;
    const nodes = Array.from({ length: this.#leaves * 2 }, (): Places[] => []);
    const spans = ranges.map(({ least, most, places }) => ({
      left: this.#leafOf(least) + this.#leaves,
      right: this.#leafOf(most) + this.#leaves + 1,
      places,
    }));
    const spread = spans.reduce((sum, { left, right }) => sum + Math.max(0, right - left), 0);
    const isSpread = spread <= ranges.length * SPREAD_MAX;
    this.#top = isSpread ? this.#leaves : 1;
    for (const { left, right, places } of spans) {
      if (isSpread) for (let node = left; node < right; node++) nodes[node]?.push(places);
      else fileInTree(nodes, left, right, places);
    }
    let start = 0;
    this.#start = Int32Array.from([...nodes, []], (filed, node) => {
      const own = start;
      start += node < nodes.length ? filed.length : 0;
      return own;
    });
    this.#filed = nodes.flat();
  }

  collect(value: number, found: Candidates): void {
    if (value < this.#least || value > this.#most) return;
    const start = this.#start;
    for (let node = this.#leafOf(value) + this.#leaves; node >= this.#top; node >>= 1) {
      const end = start[node + 1] as number;
      for (let at = start[node] as number; at < end; at++) found.add(this.#filed[at] as Places);
    }
  }

  #leafOf(value: number): number {
    const ends = this.#ends;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return ends[low] === value ? low * 2 + 1 : low * 2;
  }
}

function fileInTree(nodes: readonly Places[][], from: number, to: number, places: Places): void {
  for (let left = from, right = to; left < right; left >>= 1, right >>= 1) {
    if (left & 1) nodes[left++]?.push(places);
    if (right & 1) nodes[--right]?.push(places);
  }
}
