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
 * contains a needle, then every so many characters there are three out of that needle's beginning. Most texts end there, before
 * they are put in lower case: samples are compared without regard to case, and one beyond ASCII, which may have any, is no proof.
 */
export class SubstringTable {
  readonly #ignoreCase: boolean;
  /** Whether samples are taken: all needles are ASCII and long enough. */
  readonly #samples: boolean;
  readonly #stride: number;
  readonly #sampled: GramSet;
  /** Per character, folded: 1 when a sample of a needle begins with it. */
  readonly #heads = new Uint8Array(128);
  readonly #used: GramSet;
  readonly #byGram: ReadonlyMap<number, readonly Needle[]>;

  /** Every needle has at least `NEEDLE_CHARS_MIN` characters. `ignoreCase`: needles are in lower case, texts are taken as if they were. */
  constructor(needles: ReadonlyMap<string, Places>, ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
    this.#byGram = fileByRarestGram(needles);
    this.#used = new GramSet(this.#byGram.keys());
    const shortest = Math.min(...[...needles.keys()].map(({ length }) => length));
    this.#stride = Math.min(STRIDE_MAX, shortest - SAMPLE_CHARS + 1);
    this.#samples = this.#stride >= STRIDE_MIN && [...needles.keys()].every(isAscii);
    const beginnings = new Set<number>();
    for (const needle of needles.keys()) {
      for (let at = 0; at < this.#stride; at++) {
        const [first, second, third] = [needle.charCodeAt(at), needle.charCodeAt(at + 1), needle.charCodeAt(at + 2)];
        beginnings.add(sampleOf(first, second, third));
        this.#heads[(first | CASE_BIT) & ASCII_LAST] = 1;
      }
    }
    this.#sampled = new GramSet(beginnings);
  }

  collect(original: string, found: Candidates): void {
    if (original.length < NEEDLE_CHARS_MIN) return;
    if (this.#samples && !this.#mayContain(original)) return;
    const text = this.#ignoreCase ? original.toLowerCase() : original;
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
    const last = text.length - SAMPLE_CHARS;
    const stride = this.#stride;
    const heads = this.#heads;
    for (let at = 0; at <= last; at += stride) {
      const first = text.charCodeAt(at);
      if (first <= ASCII_LAST && heads[first | CASE_BIT] === 0) continue;
      const second = text.charCodeAt(at + 1);
      const third = text.charCodeAt(at + 2);
      if ((first | second | third) > ASCII_LAST) return true;

      const bit = Math.imul(sampleOf(first, second, third), SPREAD) >>> shift;
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

const SAMPLE_CHARS = 3;
const ASCII_LAST = 127;
/** Set in a small letter of ASCII and not in its capital. It also makes one of a few signs, which is for the pass to tell. */
const CASE_BIT = 0x20;

function sampleOf(first: number, second: number, third: number): number {
  return (first << 16) | (second << 8) | third | (CASE_BIT << 16) | (CASE_BIT << 8) | CASE_BIT;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > ASCII_LAST) return false;
  return true;
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
