import type { Candidates, Places } from "./candidates.ts";

export interface PrefixTreeOptions {
  readonly direction: "fromStart" | "fromEnd";
  /** The keys are in lower case, and texts are taken as if they were. */
  readonly ignoreCase: boolean;
}

/** What is filed under a key: rules for texts that begin (or end) with it, and rules for a text that is it. */
export interface KeyPlaces {
  readonly beginning?: Places | undefined;
  readonly whole?: Places | undefined;
}

/**
 * Finds all keys with which a text begins (or, from the end, ends), and the one that it is, in one walk over its first
 * characters: a radix tree in flat arrays. A text that no key begins like ends the walk soon, sooner than its hash would be made.
 */
export class PrefixTree {
  readonly #fromEnd: boolean;
  readonly #ignoreCase: boolean;
  readonly #labels: Uint16Array;
  /** Per node the numbers named below, side by side: a step of the walk stays within one line of the processor's cache. */
  readonly #nodes: Int32Array;
  /** Children by the start of a node's row and the distance of a character from the row's first; -1 for none. */
  readonly #rows: Int32Array;
  /** Nodes whose children lie too far apart for a row. */
  readonly #wide: ReadonlyMap<number, ReadonlyMap<number, number>>;
  readonly #places: readonly (KeyPlaces | undefined)[];

  constructor(keys: ReadonlyMap<string, KeyPlaces>, { direction, ignoreCase }: PrefixTreeOptions) {
    this.#fromEnd = direction === "fromEnd";
    this.#ignoreCase = ignoreCase;
    const { labels, labelStart, childStart, places } = build(
      [...keys].map(([key, filed]) => [direction === "fromEnd" ? reversed(key) : key, filed] as const),
    );
    this.#labels = Uint16Array.from(labels);
    this.#places = places;
    this.#nodes = new Int32Array(places.length * NODE_SIZE);
    const rows: number[] = [];
    const wide = new Map<number, ReadonlyMap<number, number>>();
    const headOf = (node: number): number => labels[labelStart[node] ?? 0] ?? 0;
    for (let node = 0; node < places.length; node++) {
      const start = childStart[node] ?? 0;
      const end = childStart[node + 1] ?? 0;
      const first = headOf(start);
      const rowStart = rows.length;
      if (start < end && headOf(end - 1) - first < ROW_MAX) {
        let child = start;
        for (let head = first; child < end; head++) rows.push(headOf(child) === head ? child++ : -1);
      } else if (start < end) {
        wide.set(node, new Map(Array.from({ length: end - start }, (_, at) => [headOf(start + at), start + at])));
      }
      const { beginning, whole } = places[node] ?? {};
      const filed = [placeOf(beginning), placeOf(whole)];
      const label = [labelStart[node] ?? 0, labelStart[node + 1] ?? 0];
      const record = [...label, rowStart, rows.length - rowStart, first, ...filed];
      this.#nodes.set(record, node * NODE_SIZE);
    }
    this.#rows = Int32Array.from(rows);
    this.#wide = wide;
  }

  collect(text: string, found: Candidates): void {
    // Characters of ASCII have a lower case of their own, whatever stands beside them: the walk folds them as it meets them
    // and mostly meets few. Any other one may become several, or hang on its neighbours.
    if (!this.#ignoreCase) this.#walk(text, found);
    else if (!this.#walkFolding(text, found)) this.#walk(text.toLowerCase(), found);
  }

  #walk(text: string, found: Candidates): void {
    const nodes = this.#nodes;
    const labels = this.#labels;
    const length = text.length;
    // Characters are taken at `first + at * step`.
    const first = this.#fromEnd ? length - 1 : 0;
    const step = this.#fromEnd ? -1 : 1;
    let node = 0;
    let at = 0;
    for (;;) {
      const beginning = nodes[node * NODE_SIZE + BEGINNING] as number;
      if (beginning !== NOTHING) this.#collect(beginning, node, found);
      if (at === length) {
        this.#collectWhole(node, found);
        return;
      }
      node = this.#childOf(node, text.charCodeAt(first + at * step));
      if (node < 0) return;
      at++;
      const labelEnd = nodes[node * NODE_SIZE + LABEL_END] as number;
      let label = (nodes[node * NODE_SIZE + LABEL_START] as number) + 1;
      if (labelEnd - label > length - at) return;
      for (; label < labelEnd; label++, at++) {
        if (text.charCodeAt(first + at * step) !== labels[label]) return;
      }
    }
  }

  /** False when it met a character that it cannot fold alone. */
  #walkFolding(text: string, found: Candidates): boolean {
    const nodes = this.#nodes;
    const labels = this.#labels;
    const length = text.length;
    const first = this.#fromEnd ? length - 1 : 0;
    const step = this.#fromEnd ? -1 : 1;
    let node = 0;
    let at = 0;
    for (;;) {
      const beginning = nodes[node * NODE_SIZE + BEGINNING] as number;
      if (beginning !== NOTHING) this.#collect(beginning, node, found);
      if (at === length) {
        this.#collectWhole(node, found);
        return true;
      }
      const head = text.charCodeAt(first + at * step);
      if (head > ASCII_LAST) return false;
      node = this.#childOf(node, foldAscii(head));
      if (node < 0) return true;
      at++;
      const labelEnd = nodes[node * NODE_SIZE + LABEL_END] as number;
      for (let label = (nodes[node * NODE_SIZE + LABEL_START] as number) + 1; label < labelEnd; label++, at++) {
        if (at === length) return true;
        const char = text.charCodeAt(first + at * step);
        if (char > ASCII_LAST) return false;
        if (foldAscii(char) !== labels[label]) return true;
      }
    }
  }

  /** -1 when there is none. */
  #childOf(node: number, head: number): number {
    const record = node * NODE_SIZE;
    const offset = head - (this.#nodes[record + ROW_FIRST] as number);
    if (offset >= 0 && offset < (this.#nodes[record + ROW_WIDTH] as number)) {
      return this.#rows[(this.#nodes[record + ROW_START] as number) + offset] as number;
    }
    return this.#wide.size === 0 ? -1 : (this.#wide.get(node)?.get(head) ?? -1);
  }

  #collect(beginning: number, node: number, found: Candidates): void {
    if (beginning >= 0) found.addOne(beginning);
    else found.add(this.#places[node]?.beginning as Places);
  }

  #collectWhole(node: number, found: Candidates): void {
    const whole = this.#nodes[node * NODE_SIZE + WHOLE] as number;
    if (whole >= 0) found.addOne(whole);
    else if (whole === SEVERAL) found.add(this.#places[node]?.whole as Places);
  }
}

const ASCII_LAST = 127;

function foldAscii(char: number): number {
  return char >= 65 && char <= 90 ? char + 32 : char;
}

const NODE_SIZE = 8;
const LABEL_START = 0;
const LABEL_END = 1;
const ROW_START = 2;
const ROW_WIDTH = 3;
/** The character of a row's first entry. */
const ROW_FIRST = 4;
/** What is filed there: the place of the one rule, or one of the two below. */
const BEGINNING = 5;
const WHOLE = 6;
const NOTHING = -1;
const SEVERAL = -2;

function placeOf(places: Places | undefined): number {
  if (places === undefined) return NOTHING;
  return places.length === 1 ? (places[0] as number) : SEVERAL;
}

/** A row is never wider; it takes all of ASCII. */
const ROW_MAX = 128;

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
