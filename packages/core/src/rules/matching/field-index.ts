import type { FieldValue } from "../../event/index.ts";
import { asText, spellsNumber } from "../values.ts";
import type { Scalar } from "../when.ts";
import { type Candidates, Filing, type Places } from "./candidates.ts";
import { type IndexKey, numberLike } from "./index-key.ts";
import { RangeTree } from "./range-tree.ts";
import { SubnetIndex } from "./subnet-index.ts";
import { TextFilings, type TextIndex, type TextStructure } from "./text-index.ts";

/** Finds the rules that are filed under what one field of an event says. */
export interface FieldIndex {
  readonly field: string;
  /** Whether an event without the field may fit. */
  readonly seesAbsence: boolean;
  collect(value: FieldValue | undefined, found: Candidates): void;
  /** All that `collect` asks of a text that is not empty; absent when it asks more than the text alone. */
  readonly texts?: readonly TextStructure[];
}

/** Unicode folds it to `s`, lower case does not; the one orbit of a Latin letter in which the two differ. */
const LONG_S = "\u017f";

const ANY = "any";

/** Files the rules of one field. */
export class FieldFiling {
  readonly #field: string;
  readonly #exact = new TextFilings();
  readonly #folded = new TextFilings();
  readonly #numbers = new Filing<number>();
  readonly #empty = new Filing<typeof ANY>();
  readonly #subnets = new Filing<string>();
  readonly #ranges = new Filing<string>();
  readonly #everyRange = new Filing<typeof ANY>();
  readonly #foldedRegexes = new Filing<typeof ANY>();

  constructor(field: string) {
    this.#field = field;
  }

  file(key: IndexKey, place: number): void {
    switch (key.kind) {
      case "equal": {
        const { value, ignoreCase } = key;
        if (value === "" || value === 0) this.#empty.file(ANY, place);
        const text = String(value);
        if (text !== "")
          (ignoreCase ? this.#folded : this.#exact).equal.file(ignoreCase ? text.toLowerCase() : text, place);
        const number = numberLike(value);
        // -0 and 0 are one number.
        if (number !== undefined) this.#numbers.file(number + 0, place);
        return;
      }
      case "subnet":
        this.#subnets.file(key.subnet, place);
        return;
      case "range":
        this.#ranges.file(`${key.least} ${key.most}`, place);
        this.#everyRange.file(ANY, place);
        return;
      default:
        (key.ignoreCase ? this.#folded : this.#exact)[key.kind].file(key.text, place);
        if (key.ofRegex && key.ignoreCase) this.#foldedRegexes.file(ANY, place);
    }
  }

  finished(): FieldIndex {
    const subnets = this.#subnets.finished();
    const ranges = this.#ranges.finished();
    return new FiledField(this.#field, {
      exact: this.#exact.finished(false),
      folded: this.#folded.finished(true),
      numbers: this.#numbers.finished(),
      empty: this.#empty.finished()?.get(ANY),
      subnets: subnets && new SubnetIndex(subnets),
      ranges:
        ranges &&
        new RangeTree(
          [...ranges].map(([name, places]) => {
            const [least, most] = name.split(" ").map(Number) as [number, number];
            return { least, most, places };
          }),
        ),
      everyRange: this.#everyRange.finished()?.get(ANY),
      foldedRegexes: this.#foldedRegexes.finished()?.get(ANY),
    });
  }
}

interface Structures {
  readonly exact: TextIndex | undefined;
  readonly folded: TextIndex | undefined;
  readonly numbers: ReadonlyMap<number, Places> | undefined;
  readonly empty: Places | undefined;
  readonly subnets: SubnetIndex | undefined;
  readonly ranges: RangeTree | undefined;
  readonly everyRange: Places | undefined;
  readonly foldedRegexes: Places | undefined;
}

class FiledField implements FieldIndex {
  readonly field: string;
  readonly seesAbsence: boolean;
  readonly texts?: readonly TextStructure[];
  readonly #filed: Structures;

  constructor(field: string, filed: Structures) {
    const { exact, folded, numbers, ranges, foldedRegexes, subnets } = filed;
    if (numbers === undefined && ranges === undefined && foldedRegexes === undefined) {
      this.texts = [
        ...(exact?.structures ?? []),
        ...(folded?.structures ?? []),
        ...(subnets === undefined ? [] : [subnets]),
      ];
    }
    this.field = field;
    this.seesAbsence = filed.empty !== undefined || filed.ranges !== undefined;
    this.#filed = filed;
  }

  collect(value: FieldValue | undefined, found: Candidates): void {
    if (typeof value === "string") this.#collectText(value, found);
    else if (typeof value !== "object") this.#collectElement(value ?? "", found);
    else {
      // One element may meet the lower bound and another the upper one [R3].
      if (this.#filed.everyRange !== undefined) found.add(this.#filed.everyRange);
      if (value.length === 0) this.#collectElement("", found);
      for (const element of value) this.#collectElement(element, found);
    }
  }

  #collectElement(element: Scalar, found: Candidates): void {
    if (typeof element === "string") {
      this.#collectText(element, found);
      return;
    }
    const { exact, folded, numbers, empty, subnets, ranges, everyRange } = this.#filed;
    if (typeof element === "number") {
      if (element === 0 && empty !== undefined) found.add(empty);
      const places = numbers?.get(element);
      if (places !== undefined) found.add(places);
      if (ranges !== undefined) ranges.collect(element, found);
    } else if (everyRange !== undefined) found.add(everyRange);
    if (exact === undefined && folded === undefined && subnets === undefined) return;
    const text = asText(element);
    if (text === "") return;
    exact?.collect(text, found);
    folded?.collect(text, found);
    subnets?.collect(text, found);
  }

  #collectText(text: string, found: Candidates): void {
    const filed = this.#filed;
    if (text === "") {
      if (filed.empty !== undefined) found.add(filed.empty);
      if (filed.ranges !== undefined) filed.ranges.collect(0, found);
      return;
    }
    if (filed.exact !== undefined) filed.exact.collect(text, found);
    if (filed.folded !== undefined) {
      filed.folded.collect(text, found);
      if (filed.foldedRegexes !== undefined && text.includes(LONG_S)) found.add(filed.foldedRegexes);
    }
    if (filed.subnets !== undefined) filed.subnets.collect(text, found);
    if (filed.numbers !== undefined || filed.ranges !== undefined) this.#collectSpelled(text, found);
  }

  /** Text that spells a number meets numbers as one [R2]; other text meets the bounds as text, which no tree of numbers knows. */
  #collectSpelled(text: string, found: Candidates): void {
    const { numbers, ranges, everyRange } = this.#filed;
    if (!spellsNumber(text)) {
      if (everyRange !== undefined) found.add(everyRange);
      return;
    }
    const number = Number(text);
    const places = numbers?.get(number);
    if (places !== undefined) found.add(places);
    ranges?.collect(number, found);
  }
}
