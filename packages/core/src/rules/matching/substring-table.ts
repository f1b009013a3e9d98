import type { Candidates, Places } from "./candidates.ts";

/** Shorter needles cannot be filed. */
export const NEEDLE_CHARS_MIN = 4;

interface Needle {
  readonly text: string;
  /** Where in the needle its gram begins. */
  readonly gramAt: number;
  readonly places: Places;
}

/**
 * Finds all needles that a text contains in one pass. Each needle is filed under four neighbouring characters of its own (its
 * gram), the four that the fewest needles have; a bit map of the grams in use turns away nearly every position of a text.
 */
export class SubstringTable {
  readonly #bits: Uint32Array;
  readonly #shift: number;
  readonly #byGram = new Map<number, Needle[]>();

  /** Every needle has at least `NEEDLE_CHARS_MIN` characters. */
  constructor(needles: ReadonlyMap<string, Places>) {
    const frequency = new Map<number, number>();
    for (const needle of needles.keys()) {
      for (const gram of new Set(gramsOf(needle))) frequency.set(gram, (frequency.get(gram) ?? 0) + 1);
    }
    for (const [text, places] of needles) {
      const grams = gramsOf(text);
      let gramAt = 0;
      for (const [at, gram] of grams.entries()) {
        if ((frequency.get(gram) ?? 0) < (frequency.get(grams[gramAt] ?? 0) ?? 0)) gramAt = at;
      }
      const gram = grams[gramAt] ?? 0;
      const filed = this.#byGram.get(gram);
      if (filed === undefined) this.#byGram.set(gram, [{ text, gramAt, places }]);
      else filed.push({ text, gramAt, places });
    }
    // Sixteen bits for each gram: one position in sixteen at most is looked up in vain.
    const width = Math.max(10, Math.ceil(Math.log2(this.#byGram.size * 16)));
    this.#shift = 32 - width;
    this.#bits = new Uint32Array(2 ** (width - 5));
    for (const gram of this.#byGram.keys()) {
      const bit = Math.imul(gram, SPREAD) >>> this.#shift;
      this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
  }

  collect(text: string, found: Candidates): void {
    if (text.length < NEEDLE_CHARS_MIN) return;
    const bits = this.#bits;
    const shift = this.#shift;
    let gram = (text.charCodeAt(0) << 16) ^ (text.charCodeAt(1) << 8) ^ text.charCodeAt(2);
    for (let end = 3; end < text.length; end++) {
      gram = (gram << 8) ^ text.charCodeAt(end);
      const bit = Math.imul(gram, SPREAD) >>> shift;
      if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) this.#verify(text, end - 3, gram, found);
    }
  }

  #verify(text: string, gramAt: number, gram: number, found: Candidates): void {
    const filed = this.#byGram.get(gram);
    if (filed === undefined) return;
    for (const needle of filed) {
      const at = gramAt - needle.gramAt;
      if (at >= 0 && text.startsWith(needle.text, at)) found.add(needle.places);
    }
  }
}

/** Knuth's multiplicative hash: the golden ratio of 2^32. */
const SPREAD = 0x9e3779b1;

/** Four characters in 32 bits: each takes eight, one beyond Latin 1 mixes into its elder's; after four shifts it is gone. */
function gramsOf(needle: string): readonly number[] {
  const grams: number[] = [];
  for (let at = 0; at + NEEDLE_CHARS_MIN <= needle.length; at++) {
    let gram = 0;
    for (let offset = 0; offset < NEEDLE_CHARS_MIN; offset++) gram = (gram << 8) ^ needle.charCodeAt(at + offset);
    grams.push(gram);
  }
  return grams;
}
