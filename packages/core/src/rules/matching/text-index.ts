import { type Candidates, Filing, type Places } from "./candidates.ts";
import { PrefixTree } from "./prefix-tree.ts";
import { SubstringTable } from "./substring-table.ts";

/** Finds rules by the text of one field: equal to it, its beginning, its end, or somewhere in it. */
export class TextIndex {
  readonly #equal: ReadonlyMap<string, Places> | undefined;
  readonly #prefixes: PrefixTree | undefined;
  readonly #suffixes: PrefixTree | undefined;
  readonly #substrings: SubstringTable | undefined;

  constructor({ equal, prefix, suffix, substring }: TextFilings) {
    this.#equal = equal.finished();
    const prefixes = prefix.finished();
    const suffixes = suffix.finished();
    const substrings = substring.finished();
    this.#prefixes = prefixes && new PrefixTree(prefixes, "fromStart");
    this.#suffixes = suffixes && new PrefixTree(suffixes, "fromEnd");
    this.#substrings = substrings && new SubstringTable(substrings);
  }

  /** `text` is not empty. */
  collect(text: string, found: Candidates): void {
    if (this.#equal !== undefined) {
      const places = this.#equal.get(text);
      if (places !== undefined) found.add(places);
    }
    if (this.#prefixes !== undefined) this.#prefixes.collect(text, found);
    if (this.#suffixes !== undefined) this.#suffixes.collect(text, found);
    if (this.#substrings !== undefined) this.#substrings.collect(text, found);
  }
}

export class TextFilings {
  readonly equal = new Filing<string>();
  readonly prefix = new Filing<string>();
  readonly suffix = new Filing<string>();
  readonly substring = new Filing<string>();

  finished(): TextIndex | undefined {
    const filings = [this.equal, this.prefix, this.suffix, this.substring];
    return filings.every(({ size }) => size === 0) ? undefined : new TextIndex(this);
  }
}
