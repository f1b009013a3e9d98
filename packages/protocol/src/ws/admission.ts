import type { Clock } from "@cordon/core/kernel";
import { fullBucket, takeToken, untilTokenMs } from "../wire/token-bucket.ts";

/** Lets in so many a second, in order of arrival; the rest waits. The caller bounds how many may wait. */
export interface Admission {
  /** Calls back when it is this one's turn; the returned function gives the place up. */
  enter(onTurn: () => void): () => void;
  readonly waitingCount: number;
}

/** When a fleet of agents returns at once, hellos and their database look-ups come at this pace and not all together. */
export function createAdmission(perSecond: number, clock: Clock): Admission {
  const waiting = new Set<() => void>();
  let bucket = fullBucket(perSecond, clock.monotonicMs());
  let scheduled = false;

  function pump(): void {
    for (const onTurn of waiting) {
      const now = clock.monotonicMs();
      const taken = takeToken(bucket, perSecond, now);
      if (taken === undefined) {
        schedule(untilTokenMs(bucket, perSecond, now));
        return;
      }
      bucket = taken;
      waiting.delete(onTurn);
      onTurn();
    }
  }

  function schedule(waitMs: number): void {
    if (scheduled) return;
    scheduled = true;
    clock.after(waitMs, () => {
      scheduled = false;
      pump();
    });
  }

  return {
    get waitingCount() {
      return waiting.size;
    },
    enter(onTurn) {
      waiting.add(onTurn);
      pump();
      return () => waiting.delete(onTurn);
    },
  };
}
