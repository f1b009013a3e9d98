/** A small seeded generator (mulberry32), so that a seed names one estate for ever. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  float(): number;
  /** Integer in [0, below). */
  below(bound: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
  /** Version-4-shaped GUID, lower case. */
  guid(): string;
  /** Base62 text, as KSC's accessor ids look. */
  token(length: number): string;
}

const BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function createRandom(seed: string): SeededRandom {
  let state = hash(seed);
  const float = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number): number => Math.floor(float() * bound);
  const hex = (digits: number): string => {
    let text = "";
    while (text.length < digits) text += below(16).toString(16);
    return text;
  };
  return {
    float,
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    chance: (probability) => float() < probability,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${"89ab"[below(4)]}${hex(3)}-${hex(12)}`,
    token: (length) => {
      let text = "";
      while (text.length < length) text += BASE62[below(62)];
      return text;
    },
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value | 0;
}
