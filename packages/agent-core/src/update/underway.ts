import { isSettled } from "@cordon/core/action";
import { type LedgerEntry, waitingOf } from "../entry.ts";

/**
 * Actions between their admission and their outcome: no update interrupts one. What waits for a slot may do so for days, and an
 * isolation that holds does so for as long as it is wanted; both are on disk and lose nothing by a restart.
 */
export function countUnderway(open: Iterable<LedgerEntry>): number {
  let count = 0;
  for (const entry of open) {
    if (!isSettled(entry.state) && waitingOf(entry) === undefined && entry.servedBy === undefined) count++;
  }
  return count;
}
