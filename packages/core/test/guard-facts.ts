import type { GuardFacts } from "../src/guards/index.ts";

/** Nothing happened before and no brake is set, but for what is given. */
export function guardFacts(change: Partial<GuardFacts> = {}): GuardFacts {
  return {
    lastActs: new Map(),
    brakes: [],
    traits: new Map(),
    groups: new Map(),
    ruleHolds: new Map(),
    slots: new Map(),
    windows: new Map(),
    earlier: [],
    ...change,
  };
}
