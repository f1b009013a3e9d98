import type { ActionId, Clock } from "@cordon/core/kernel";
import { entryKey, type LedgerEntry } from "./entry.ts";

/**
 * How long an action has waited for the next thing to happen to it: by the time that passed, whatever the wall clock was set to
 * meanwhile. Only how long it had waited before this process first saw it so is told by the wall clock, for nothing else knows.
 */
export interface Waits {
  /** Milliseconds since its last step, or since an event told of its end. */
  of(entry: LedgerEntry): number;
  forget(actionId: ActionId): void;
}

export function createWaits(clock: Pick<Clock, "now" | "monotonicMs">): Waits {
  const starts = new Map<ActionId, Pick<LedgerEntry, "changedAt" | "endedAt"> & { readonly atMs: number }>();
  return {
    of(entry) {
      const { changedAt, endedAt } = entry;
      const nowMs = clock.monotonicMs();
      const known = starts.get(entryKey(entry));
      if (known !== undefined && known.changedAt === changedAt && known.endedAt === endedAt) return nowMs - known.atMs;
      const waitedMs = known === undefined ? Math.max(0, clock.now() - changedAt) : 0;
      starts.set(entryKey(entry), { changedAt, ...(endedAt === undefined ? {} : { endedAt }), atMs: nowMs - waitedMs });
      return waitedMs;
    },
    forget: (actionId) => {
      starts.delete(actionId);
    },
  };
}
