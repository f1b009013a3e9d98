import { parse, stringify } from "lossless-json";

/** A run of digits that may exceed what a double holds exactly: only then is the slower, exact parser worth it. */
const MAYBE_UNSAFE_INTEGER = /\d{16}/;

/** Parses a request body; 64-bit integers beyond 2^53 become bigint instead of losing digits. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  if (!MAYBE_UNSAFE_INTEGER.test(text)) return JSON.parse(text);
  return parse(text, undefined, (digits) => {
    const value = Number(digits);
    return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : BigInt(digits);
  });
}

/** The inverse of `parseJson`. */
export function printJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Only a bigint makes JSON.stringify throw here: the values are trees.
    if (!(error instanceof TypeError)) throw error;
    return stringify(value) ?? "null";
  }
}
