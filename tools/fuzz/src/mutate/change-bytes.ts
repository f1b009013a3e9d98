import type { SeededRandom } from "@cordon/testkit";

/** Bytes that parsers tend to treat in their own way. */
const TELLING_BYTES = [
  0x00, 0x01, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x27, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xed, 0xfe, 0xff,
];
/** How often a part may be repeated at once: makes depth, and length. */
const REPEATS = [2, 3, 8, 33, 100, 1_000, 20_000];

/** One small change of the bytes; `other` is another input to take a part of. */
export function changeBytes(
  input: Uint8Array,
  other: Uint8Array,
  words: readonly Uint8Array[],
  random: SeededRandom,
): Uint8Array {
  const at = random.integer(input.length + 1);
  const end = Math.min(input.length, at + 1 + random.integer(1 + random.integer(64)));
  switch (random.integer(9)) {
    case 0:
      return replaced(input, at, end, []);
    case 1:
      return replaced(input, at, at, [random.integer(256)]);
    case 2:
      return replaced(input, at, at, [random.pick(TELLING_BYTES)]);
    case 3:
      return flipped(input, at, random.integer(8));
    case 4:
      return replaced(input, at, at, words.length === 0 ? [] : random.pick(words));
    case 5:
      return replaced(input, at, end, words.length === 0 ? [] : random.pick(words));
    case 6: {
      const from = random.integer(other.length + 1);
      return replaced(input, at, end, other.subarray(from, from + 1 + random.integer(128)));
    }
    case 7: {
      const part = input.subarray(at, Math.min(end, at + 1 + random.integer(8)));
      return replaced(input, at, at, repeated(part, random.pick(REPEATS)));
    }
    default:
      return input.slice(0, at);
  }
}

/** With `part` instead of what is between the two places. */
export function replaced(input: Uint8Array, from: number, to: number, part: ArrayLike<number>): Uint8Array {
  const result = new Uint8Array(input.length - (to - from) + part.length);
  result.set(input.subarray(0, from));
  result.set(part, from);
  result.set(input.subarray(to), from + part.length);
  return result;
}

function flipped(input: Uint8Array, at: number, bit: number): Uint8Array {
  const result = input.slice();
  if (at < result.length) result[at] = (result[at] ?? 0) ^ (1 << bit);
  return result;
}

function repeated(part: Uint8Array, times: number): Uint8Array {
  const result = new Uint8Array(part.length * times);
  for (let place = 0; place < result.length; place += part.length) result.set(part, place);
  return result;
}
