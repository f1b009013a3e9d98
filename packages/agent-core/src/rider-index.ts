import type { ActionId } from "@cordon/core/kernel";
import { entryKey, type LedgerEntry } from "./entry.ts";

/** Who rides with whom, of the entries that are open [L5]. */
export interface RiderIndex {
  /** The entry changed from `before`; `isOpen`: it still rides, if it does. */
  note(before: LedgerEntry | undefined, entry: LedgerEntry, isOpen: boolean): void;
  live(carrier: ActionId): readonly LedgerEntry[];
  /** Those that ride with it now, and those that its intent named, closed ones too. */
  ridingWith(carrier: LedgerEntry): readonly LedgerEntry[];
}

export function createRiderIndex(find: (actionId: ActionId) => LedgerEntry | undefined): RiderIndex {
  const riders = new Map<ActionId, Set<ActionId>>();

  function of(carrier: ActionId, actionIds: Iterable<ActionId>): readonly LedgerEntry[] {
    const found: LedgerEntry[] = [];
    for (const actionId of actionIds) {
      const rider = find(actionId);
      if (rider?.servedBy === carrier) found.push(rider);
    }
    return found;
  }

  return {
    note(before, entry, isOpen) {
      const actionId = entryKey(entry);
      if (before?.servedBy !== undefined) {
        const riding = riders.get(before.servedBy);
        riding?.delete(actionId);
        if (riding?.size === 0) riders.delete(before.servedBy);
      }
      if (entry.servedBy === undefined || !isOpen) return;
      riders.set(entry.servedBy, (riders.get(entry.servedBy) ?? new Set()).add(actionId));
    },
    live: (carrier) => of(carrier, riders.get(carrier) ?? NOBODY),
    ridingWith(carrier) {
      const live = riders.get(entryKey(carrier));
      if (live === undefined && carrier.serves === undefined) return [];
      return of(entryKey(carrier), new Set([...(live ?? NOBODY), ...(carrier.serves ?? NOBODY)]));
    },
  };
}

const NOBODY: ReadonlySet<ActionId> = new Set();
