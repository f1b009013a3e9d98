import type { EpochMs } from "../kernel/index.ts";

/** Once every five minutes per source: soon enough to see, seldom enough to read. */
export const ALARM_EVERY_MS = 5 * 60_000;

/** What is known of one source's uses. */
export interface UseTally {
  readonly alarmedAt: EpochMs;
  /** Uses since then, which no alarm has told yet. */
  readonly untold: number;
}

export interface AlarmStep {
  /** Uses that an alarm tells now; 0: no alarm. */
  readonly alarm: number;
  readonly tally: UseTally;
}

/** [A1] A use from the source of this tally; undefined: its first. */
export function usedOnce(tally: UseTally | undefined, now: EpochMs): AlarmStep {
  if (tally === undefined) return { alarm: 1, tally: { alarmedAt: now, untold: 0 } };
  return lookAgain({ ...tally, untold: tally.untold + 1 }, now);
}

/** [A1] Whether what was counted is to be told by now. */
export function lookAgain(tally: UseTally, now: EpochMs): AlarmStep {
  if (tally.untold === 0 || now - tally.alarmedAt < ALARM_EVERY_MS) return { alarm: 0, tally };
  return { alarm: tally.untold, tally: { alarmedAt: now, untold: 0 } };
}

/** The source has been quiet so long that its next use is a first one. */
export function isQuiet(tally: UseTally, now: EpochMs): boolean {
  return tally.untold === 0 && now - tally.alarmedAt >= ALARM_EVERY_MS;
}
