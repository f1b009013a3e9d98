import type { ActionClass, ActionKind } from "../action/index.ts";
import { addMs, type EpochMs, epochMs } from "../kernel/index.ts";
import { compareUrgency } from "./book.ts";

/** [L6] How often one endpoint may be given work that loads it. */
export interface PacingPolicy {
  /** Never one of class `contain`. */
  readonly heavy: readonly ActionKind[];
  /** Between two heavy actions on one endpoint. */
  readonly gapMs: number;
  /** In any hour, on one endpoint. */
  readonly perHourMax: number;
}

export interface Turn {
  readonly at: EpochMs;
  readonly reason: string;
}

export const PACING_WINDOW_MS = 3_600_000;

export function isHeavy(kind: ActionKind, pacing: PacingPolicy | undefined): boolean {
  return pacing?.heavy.includes(kind) === true;
}

/**
 * When the next heavy action may start on an endpoint where others started at these times (any order). Undefined: now. A time in
 * the future is one that was written before the clock was set back, or a turn that was given away already.
 */
export function nextTurn(starts: readonly EpochMs[], now: EpochMs, pacing: PacingPolicy): Turn | undefined {
  const recent = starts.filter((at) => at > now - PACING_WINDOW_MS).sort((a, b) => a - b);
  const last = recent.at(-1);
  if (last === undefined) return undefined;
  const afterGap = addMs(last, pacing.gapMs);
  const oldest = recent.at(-pacing.perHourMax);
  const afterCap = oldest === undefined ? now : addMs(oldest, PACING_WINDOW_MS);
  const at = epochMs(Math.max(afterGap, afterCap));
  if (at <= now) return undefined;
  const minutes = (ms: number) => `${Math.max(1, Math.round(ms / 60_000))} min`;
  const reason =
    afterCap > afterGap
      ? `the endpoint may be given ${pacing.perHourMax} heavy actions an hour, and has had them`
      : `heavy actions on one endpoint are kept ${minutes(pacing.gapMs)} apart`;
  return { at, reason };
}

/**
 * The turns of all that wait for one, the most urgent first, each counting those before it. `sent`: when heavy actions of ours were
 * handed to KSC; one that lies in the future (the clock was set back) counts as now.
 */
export function giveTurns(
  sent: readonly EpochMs[],
  waiting: readonly { readonly key: string; readonly actionClass: ActionClass; readonly heldAt: EpochMs }[],
  now: EpochMs,
  pacing: PacingPolicy,
): ReadonlyMap<string, Turn> {
  const starts = sent.map((at) => epochMs(Math.min(at, now)));
  const turns = new Map<string, Turn>();
  let from = now;
  for (const { key } of [...waiting].sort(compareUrgency)) {
    const turn = nextTurn(starts, from, pacing) ?? { at: from, reason: "its turn is now" };
    turns.set(key, turn);
    starts.push(turn.at);
    from = turn.at;
  }
  return turns;
}
