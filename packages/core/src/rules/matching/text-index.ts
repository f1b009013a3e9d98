import { type Candidates, Filing } from "./candidates.ts";
import { type KeyPlaces, PrefixTree } from "./prefix-tree.ts";
import { SubstringTable } from "./substring-table.ts";

/** Finds rules by the text of one field: equal to it, its beginning, its end, or somewhere in it. */
export class TextIndex {
  readonly structures: readonly TextStructure[];

  constructor({ equal, prefix, suffix, substring }: TextFilings, ignoreCase: boolean) {
    const beginnings = new Map<string, KeyPlaces>();
    for (const [key, beginning] of prefix.finished() ?? []) beginnings.set(key, { beginning });
    for (const [key, whole] of equal.finished() ?? []) beginnings.set(key, { ...beginnings.get(key), whole });
    const structures: TextStructure[] = [];
    if (beginnings.size > 0) structures.push(new PrefixTree(beginnings, { direction: "fromStart", ignoreCase }));
    const ends = new Map([...(suffix.finished() ?? [])].map(([key, beginning]) => [key, { beginning }]));
    if (ends.size > 0) structures.push(new PrefixTree(ends, { direction: "fromEnd", ignoreCase }));
    const parts = substring.finished();
    if (parts !== undefined) structures.push(new SubstringTable(parts, ignoreCase));
    this.structures = structures;
  }

  /** `text` is not empty. */
  collect(text: string, found: Candidates): void {
    for (const structure of this.structures) structure.collect(text, found);
  }
}

/** Finds rules by one text, which is not empty. */
export interface TextStructure {
  collect(text: string, found: Candidates): void;
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
