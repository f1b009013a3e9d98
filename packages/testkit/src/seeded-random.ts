import type { Random } from "@cordon/core/kernel";

export interface SeededRandom extends Random {
  readonly seed: number;
  /** Integer in [0, below). */
  integer(below: number): number;
  pick<T>(items: readonly T[]): T;
}

/**
 * Randomness that a seed repeats. Without a seed one is drawn from `CORDON_TEST_SEED` or the time and printed, so that a
 * failure can be run again.
 */
export function createSeededRandom(seed = drawSeed()): SeededRandom {
  let state = seed >>> 0;
  // mulberry32: small, fast and good enough to choose faults; never for secrets.
  const float = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (below: number): number => Math.floor(float() * below);
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => integer(256));
  return {
    seed,
    float,
    integer,
    bytes,
    pick: <T>(items: readonly T[]): T => {
      const index = integer(items.length);
      if (index >= items.length) throw new RangeError("Nothing to pick from: the list is empty.");
      return items[index] as T;
    },
    uuid: () => {
      const raw = bytes(16);
      raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x40;
      raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
      const hex = Buffer.from(raw).toString("hex");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  };
}

function drawSeed(): number {
  const given = process.env.CORDON_TEST_SEED;
  const seed = given === undefined ? Date.now() >>> 0 : Number(given);
  if (!Number.isSafeInteger(seed)) throw new Error(`CORDON_TEST_SEED must be an integer, not "${given}".`);
  console.log(`seed ${seed} (repeat with CORDON_TEST_SEED=${seed})`);
  return seed;
}
