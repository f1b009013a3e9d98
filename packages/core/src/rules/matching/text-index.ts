import { type Candidates, Filing } from "./candidates.ts";
import { type KeyPlaces, PrefixTree } from "./prefix-tree.ts";
import { SubstringTable } from "./substring-table.ts";

/** Finds rules by the text of one field: equal to it, its beginning, its end, or somewhere in it. */
export class TextIndex {
  readonly #beginnings: PrefixTree | undefined;
  readonly #ends: PrefixTree | undefined;
  readonly #parts: SubstringTable | undefined;
  readonly #ignoreCase: boolean;

  constructor({ equal, prefix, suffix, substring }: TextFilings, ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
    const beginnings = new Map<string, KeyPlaces>();
    for (const [key, beginning] of prefix.finished() ?? []) beginnings.set(key, { beginning });
    for (const [key, whole] of equal.finished() ?? []) beginnings.set(key, { ...beginnings.get(key), whole });
    this.#beginnings =
      beginnings.size === 0 ? undefined : new PrefixTree(beginnings, { direction: "fromStart", ignoreCase });
    const ends = new Map([...(suffix.finished() ?? [])].map(([key, beginning]) => [key, { beginning }]));
    this.#ends = ends.size === 0 ? undefined : new PrefixTree(ends, { direction: "fromEnd", ignoreCase });
    const parts = substring.finished();
    this.#parts = parts && new SubstringTable(parts);
  }

  /** `text` is not empty. */
  collect(text: string, found: Candidates): void {
    if (this.#beginnings !== undefined) this.#beginnings.collect(text, found);
    if (this.#ends !== undefined) this.#ends.collect(text, found);
    if (this.#parts !== undefined) this.#parts.collect(this.#ignoreCase ? text.toLowerCase() : text, found);
  }
}

export class TextFilings {
  readonly equal = new Filing<string>();
  readonly prefix = new Filing<string>();
  readonly suffix = new Filing<string>();
  readonly substring = new Filing<string>();

  /** `ignoreCase`: what was filed is in lower case, and texts are taken as if they were. */
  finished(ignoreCase: boolean): TextIndex | undefined {
    const filings = [this.equal, this.prefix, this.suffix, this.substring];
    return filings.every(({ size }) => size === 0) ? undefined : new TextIndex(this, ignoreCase);
  }
}
