import type { EpochMs } from "../kernel/index.ts";

export interface SlowDownLimits {
  /** Failures of a source that cost it nothing: a person who mistypes, a program with an old token. */
  readonly freeFailures: number;
  /** After the first failure that is not free; each further one doubles it. */
  readonly firstWaitMs: number;
  readonly waitMsMax: number;
  /** Quiet for so long after its wait, a source is forgiven. */
  readonly forgetMs: number;
  /** More failures than these from everywhere within `pressureMs` are an attack from many places. */
  readonly pressureFailures: number;
  readonly pressureMs: number;
}

/** Ten tries, then 5 s, 10 s, … 15 min: some 100 a day from one address instead of millions. */
export const SLOW_DOWN_LIMITS: SlowDownLimits = {
  freeFailures: 10,
  firstWaitMs: 5_000,
  waitMsMax: 15 * 60_000,
  forgetMs: 15 * 60_000,
  pressureFailures: 300,
  pressureMs: 60_000,
};

/** What is remembered of a source that failed. */
export interface Failures {
  readonly count: number;
  readonly lastAt: EpochMs;
}

/** What is remembered of all sources together. */
export interface Pressure {
  readonly windowFrom: EpochMs;
  readonly count: number;
  /** Of the window before, if that was the one just before. */
  readonly before: number;
}

/** [T1] [T3] Milliseconds until the source may try again; 0: now. */
export function waitMs(
  failures: Failures | undefined,
  pressure: Pressure | undefined,
  limits: SlowDownLimits,
  now: EpochMs,
): number {
  if (failures === undefined || isForgotten(failures, limits, now)) return 0;
  const free = isUnderPressure(pressure, limits, now) ? Math.min(1, limits.freeFailures) : limits.freeFailures;
  const costly = failures.count - free;
  if (costly < 0) return 0;
  return Math.max(0, failures.lastAt + waitAfter(costly, limits) - now);
}

/** [T1] [T2] After another failure. */
export function failedAgain(failures: Failures | undefined, limits: SlowDownLimits, now: EpochMs): Failures {
  const known = failures === undefined || isForgotten(failures, limits, now) ? 0 : failures.count;
  return { count: known + 1, lastAt: now };
}

/** [T2] Nothing has to be remembered of it any more. */
export function isForgotten({ count, lastAt }: Failures, limits: SlowDownLimits, now: EpochMs): boolean {
  return now - lastAt >= waitAfter(Math.max(0, count - limits.freeFailures), limits) + limits.forgetMs;
}

export function pressureAfter(pressure: Pressure | undefined, limits: SlowDownLimits, now: EpochMs): Pressure {
  const windowFrom = (now - (now % limits.pressureMs)) as EpochMs;
  if (pressure?.windowFrom === windowFrom) return { ...pressure, count: pressure.count + 1 };
  return { windowFrom, count: 1, before: countBefore(pressure, windowFrom, limits) };
}

export function isUnderPressure(pressure: Pressure | undefined, limits: SlowDownLimits, now: EpochMs): boolean {
  if (pressure === undefined) return false;
  const windowFrom = (now - (now % limits.pressureMs)) as EpochMs;
  const count = pressure.windowFrom === windowFrom ? pressure.count : 0;
  const before = pressure.windowFrom === windowFrom ? pressure.before : countBefore(pressure, windowFrom, limits);
  return Math.max(count, before) > limits.pressureFailures;
}

function countBefore(pressure: Pressure | undefined, windowFrom: EpochMs, limits: SlowDownLimits): number {
  return pressure?.windowFrom === windowFrom - limits.pressureMs ? pressure.count : 0;
}

function waitAfter(costly: number, { firstWaitMs, waitMsMax }: SlowDownLimits): number {
  return Math.min(waitMsMax, firstWaitMs * 2 ** Math.min(costly, 40));
}
