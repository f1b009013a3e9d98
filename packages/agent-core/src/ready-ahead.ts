/**
 * How many attempts may be under way at once. Those beyond KSC's sessions have their intent on disk, or on its way there, when a
 * session becomes free: as many as leave in the time of two commits, so that KSC never waits for a slow disk and each commit takes
 * many intents. No more than that, because what has its intent on disk is asked for at KSC after a crash, and takes no riders.
 */
export interface ReadyAhead {
  /** An intent was on disk after so long. */
  synced(durationMs: number): void;
  /** KSC had a request for so long. */
  sent(durationMs: number): void;
  readonly attemptsMax: number;
}

/** Weight of the newest measurement. */
const NEWEST = 0.1;
/** Attempts per session. Fewer would make a commit for every few intents, which costs a fast site more than the requests do. */
const MIN = 8;
const MAX = 16;

export function createReadyAhead(sessions: number): ReadyAhead {
  let syncMs: number | undefined;
  let sendMs: number | undefined;
  const mean = (before: number | undefined, now: number) =>
    before === undefined ? now : before + NEWEST * (now - before);
  return {
    synced(durationMs) {
      syncMs = mean(syncMs, durationMs);
    },
    sent(durationMs) {
      sendMs = mean(sendMs, durationMs);
    },
    get attemptsMax() {
      if (syncMs === undefined || sendMs === undefined || sendMs <= 0) return MIN * sessions;
      const perSession = 1 + (2 * syncMs) / sendMs;
      return Math.ceil(sessions * Math.min(MAX, Math.max(MIN, perSession)));
    },
  };
}
