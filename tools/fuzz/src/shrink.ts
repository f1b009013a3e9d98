import { replaced } from "./mutate/change-bytes.ts";

/** Runs of the parser that are spent on making one finding shorter. */
const TRIES_MAX = 3_000;

/** The input without what the finding does not need. */
export async function shrink(
  input: Uint8Array,
  isSame: (shorter: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best = input;
  let tries = 0;
  for (let part = Math.max(1, best.length >> 1); part >= 1; part = part === 1 ? 0 : part >> 1) {
    for (let at = 0; at < best.length && tries < TRIES_MAX; ) {
      const shorter = replaced(best, at, Math.min(best.length, at + part), []);
      tries++;
      if (await isSame(shorter)) best = shorter;
      else at += part;
    }
  }
  return best;
}
