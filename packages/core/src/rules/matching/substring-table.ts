import type { Candidates, Places } from "./candidates.ts";

/** Shorter needles cannot be filed. */
export const NEEDLE_CHARS_MIN = 4;

interface Needle {
  readonly text: string;
  /** Where in the needle its gram begins. */
  readonly gramAt: number;
  readonly places: Places;
}

/** Beyond this stride little is saved, and each needle stands under as many grams as the stride is long. */
const STRIDE_MAX = 8;
/** Below this one the samples would cost as much as the pass that they are to save. */
const STRIDE_MIN = 3;

/**
 * Finds all needles that a text contains. Each needle is filed under four neighbouring characters of its own (its gram), the four
 * that the fewest needles have, and one pass looks up the grams of a text. Before that, samples are taken: if the text
 * contains a needle, then every so many characters there is a gram out of that needle's beginning. Most texts end there.
 */
export class SubstringTable {
  readonly #stride: number;
  readonly #sampled: GramSet;
  readonly #used: GramSet;
  readonly #byGram: ReadonlyMap<number, readonly Needle[]>;

  /** Every needle has at least `NEEDLE_CHARS_MIN` characters. */
  constructor(needles: ReadonlyMap<string, Places>) {
    this.#byGram = fileByRarestGram(needles);
    this.#used = new GramSet(this.#byGram.keys());
    const shortest = Math.min(...[...needles.keys()].map(({ length }) => length));
    this.#stride = Math.min(STRIDE_MAX, shortest - NEEDLE_CHARS_MIN + 1);
    const beginnings = new Set<number>();
    for (const needle of needles.keys()) {
      for (const gram of gramsOf(needle).slice(0, this.#stride)) beginnings.add(gram);
    }
    this.#sampled = new GramSet(beginnings);
  }

  collect(text: string, found: Candidates): void {
    if (text.length < NEEDLE_CHARS_MIN) return;
    if (this.#stride >= STRIDE_MIN && !this.#mayContain(text)) return;
    const { bits, shift } = this.#used;
    let gram = (text.charCodeAt(0) << 16) ^ (text.charCodeAt(1) << 8) ^ text.charCodeAt(2);
    for (let end = 3; end < text.length; end++) {
      gram = (gram << 8) ^ text.charCodeAt(end);
      const bit = Math.imul(gram, SPREAD) >>> shift;
      if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) this.#verify(text, end - 3, gram, found);
    }
  }

  #mayContain(text: string): boolean {
    const { bits, shift } = this.#sampled;
    const last = text.length - NEEDLE_CHARS_MIN;
    for (let at = 0; at <= last; at += this.#stride) {
      const gram =
        (text.charCodeAt(at) << 24) ^
        (text.charCodeAt(at + 1) << 16) ^
        (text.charCodeAt(at + 2) << 8) ^
        text.charCodeAt(at + 3);
      const bit = Math.imul(gram, SPREAD) >>> shift;
      if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) return true;
    }
    return false;
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

function fileByRarestGram(needles: ReadonlyMap<string, Places>): ReadonlyMap<number, readonly Needle[]> {
  const frequency = new Map<number, number>();
  for (const needle of needles.keys()) {
    for (const gram of new Set(gramsOf(needle))) frequency.set(gram, (frequency.get(gram) ?? 0) + 1);
  }
  const byGram = new Map<number, Needle[]>();
  for (const [text, places] of needles) {
    const grams = gramsOf(text);
    let gramAt = 0;
    for (const [at, gram] of grams.entries()) {
      if ((frequency.get(gram) ?? 0) < (frequency.get(grams[gramAt] ?? 0) ?? 0)) gramAt = at;
    }
    const gram = grams[gramAt] ?? 0;
    const filed = byGram.get(gram) ?? [];
    byGram.set(gram, filed);
    filed.push({ text, gramAt, places });
  }
  return byGram;
}

/** A bit map with sixteen bits for each gram: one gram of others in sixteen at most is taken for one of these. */
class GramSet {
  readonly bits: Uint32Array;
  readonly shift: number;

  constructor(grams: Iterable<number>) {
    const known = [...grams];
    const width = Math.max(10, Math.ceil(Math.log2(known.length * 16)));
    this.shift = 32 - width;
    this.bits = new Uint32Array(2 ** (width - 5));
    for (const gram of known) {
      const bit = Math.imul(gram, SPREAD) >>> this.shift;
      this.bits[bit >>> 5] = (this.bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
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
