import type { Fault } from "../types.ts";
import { matchesPattern } from "./patterns.ts";

/** Faults that wait for matching requests. */
export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The faults that strike this request, each counted down. */
  strike(method: string): readonly Fault[];
  readonly active: readonly Fault[];
}

const FAULTS_MAX = 100;
const NONE: readonly Fault[] = [];

export function createFaults(chance: (probability: number) => boolean): Faults {
  let faults: { fault: Fault; left: number; armed: boolean }[] = [];
  return {
    add: (fault) => {
      faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY, armed: fault.after === undefined });
      if (faults.length > FAULTS_MAX) faults.shift();
    },
    clear: () => {
      faults = [];
    },
    strike: (method) => {
      if (faults.length === 0) return NONE;
      const struck = faults.filter(
        ({ fault, armed }) =>
          armed &&
          matchesPattern(fault.method ?? "*", method) &&
          (fault.probability === undefined || chance(fault.probability)),
      );
      for (const entry of struck) entry.left -= 1;
      for (const entry of faults) entry.armed ||= matchesPattern(entry.fault.after ?? "*", method);
      faults = faults.filter((entry) => entry.left > 0);
      return struck.map((entry) => entry.fault);
    },
    get active() {
      return faults.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault));
    },
  };
}
