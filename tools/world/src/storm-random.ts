import type { Random } from "@cordon/core/kernel";
import { createRandom } from "@cordon/ksc-sim/model";

/** Randomness that a seed repeats; each part of a storm has its own, so that one part's draws do not shift another's. */
export interface StormRandom extends Random {
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** A whole number of both ends and between. */
  whole(range: Range): number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export function createStormRandom(seed: number, part: string): StormRandom {
  const { float, below, pick, chance, guid } = createRandom(`${seed}/${part}`);
  return {
    float,
    pick,
    chance,
    whole: ({ from, to }) => from + below(to - from + 1),
    uuid: guid,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
  };
}
