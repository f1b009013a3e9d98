import type { ActionClass } from "@cordon/core/action";
import { assert, type EpochMs } from "@cordon/core/kernel";

/** BullMQ's own bound. A lower number goes first; 0 means "none" and would overtake every class, so it is never used. */
const PRIORITY_MAX = 2 ** 21;

interface Band {
  readonly base: number;
  readonly steps: number;
  readonly stepMs: number;
  readonly newestFirst: boolean;
}

/**
 * [D7] Each class has a band of its own, so a class never depends on times. Inside a band the priority is the creation
 * time, counted in steps and taken modulo the band, because the whole range is too small for a clock. All bands come round
 * after the same 12.1 days (2^20 s). Two jobs of one class that were created on the two sides of such a turn, and wait at
 * the same time, go in the wrong order to each other; deadlines are far shorter, so this touches a site that is offline
 * during the turn and nothing else. Containment has the finest steps: its order matters most after an outage [D8].
 */
const BANDS: Readonly<Record<ActionClass, Band>> = {
  contain: { base: 1, steps: 2 ** 20, stepMs: 1_000, newestFirst: true },
  remediate: { base: 1 + 2 ** 20, steps: 2 ** 18, stepMs: 4_000, newestFirst: false },
  collect: { base: 1 + 2 ** 20 + 2 ** 18, steps: 2 ** 18, stepMs: 4_000, newestFirst: false },
  scan: { base: 1 + 2 ** 20 + 2 * 2 ** 18, steps: 2 ** 18, stepMs: 4_000, newestFirst: false },
};

/** Jobs of the same step go in the order in which they were added. */
export function priorityOf(job: { readonly actionClass: ActionClass; readonly createdAt: EpochMs }): number {
  const { base, steps, stepMs, newestFirst } = BANDS[job.actionClass];
  const step = Math.floor(job.createdAt / stepMs) % steps;
  // A time before 1970 is nonsense, but must not leave the band.
  const position = step < 0 ? step + steps : step;
  const priority = base + (newestFirst ? steps - 1 - position : position);
  assert(priority >= 1 && priority <= PRIORITY_MAX, "every band lies within BullMQ's range");
  return priority;
}
