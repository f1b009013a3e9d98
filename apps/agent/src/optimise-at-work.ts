import type { Clock } from "@cordon/core/kernel";

/** The start and what follows from it are over. */
const FIRST_MS = 3_000;
const LOOK_MS = 1_000;
/** Of one processor, over a look: what an agent without work stays far below. */
const WORK_SHARE = 0.1;

/** Optimising compilers and what they make are several megabytes: they are for an agent that has work, from then on. */
export function optimiseAtWork(deps: {
  readonly clock: Clock;
  /** Processor time of this process until now. */
  readonly cpuMs: () => number;
  readonly optimise: () => void;
}): void {
  const { clock, cpuMs } = deps;
  clock.after(FIRST_MS, function look() {
    const from = { cpuMs: cpuMs(), ms: clock.monotonicMs() };
    clock.after(LOOK_MS, () => {
      if (cpuMs() - from.cpuMs > WORK_SHARE * (clock.monotonicMs() - from.ms)) deps.optimise();
      else look();
    });
  });
}
