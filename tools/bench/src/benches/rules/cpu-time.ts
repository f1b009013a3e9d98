import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Processor time of this process, its native threads included, in ns. What a neighbour does on the machine lengthens it far
 * less than it lengthens the clock's time.
 */
export function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1_000;
}

/** Processor time of this thread alone, in ns: for what runs on it from begin to end, beside what others left to clean up. */
export function threadCpuNs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) * 1_000;
}

/** Collects all garbage now, so that one engine's is not charged to the next. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}
