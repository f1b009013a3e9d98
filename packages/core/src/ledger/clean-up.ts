import { type ActionKind, classOf, hasLastingEffect } from "../action/index.ts";
import type { EpochMs } from "../kernel/index.ts";

/** [L7] Finished tasks of ours that are no longer needed are deleted through KSC, to free their slots. */
export interface CleanUpPolicy {
  /** Only above so many tasks on an endpoint, and down to it. */
  readonly watermark: number;
  /** Tasks deleted after one look at an endpoint. */
  readonly perRoundMax: number;
  /** A task is left alone for so long after its end, so that a late event still finds it. */
  readonly restMs: number;
}

/** A finished task of ours. */
export interface FinishedTask {
  readonly key: string;
  readonly kind: ActionKind;
  readonly finishedAt: EpochMs;
  /** The coordinator has stored the end of every action that this task served. */
  readonly told: boolean;
}

/**
 * Which tasks may go, the oldest first (rules U1-U3 of SPEC.md). `used`: all tasks of the endpoint. Others' tasks and those that
 * contain or remediate are never among them.
 */
export function chooseDeletions<T extends FinishedTask>(
  finished: readonly T[],
  used: number,
  now: EpochMs,
  policy: CleanUpPolicy,
): readonly T[] {
  const spare = finished.filter((task) => {
    const actionClass = classOf(task.kind);
    const wanted = actionClass === "scan" || actionClass === "collect";
    return wanted && !hasLastingEffect(task.kind) && task.told && task.finishedAt + policy.restMs <= now;
  });
  const count = Math.min(Math.max(0, used - policy.watermark), policy.perRoundMax);
  return spare.sort((a, b) => a.finishedAt - b.finishedAt || (a.key < b.key ? -1 : 1)).slice(0, count);
}
