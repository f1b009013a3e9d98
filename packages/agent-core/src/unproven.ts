import type { ActionId } from "@cordon/core/kernel";
import { entryKey, isUnsent, type LedgerEntry } from "./entry.ts";

/**
 * [L8] Orders that the book calls unsent, while it may be an older one than was written last, or someone else may have acted: KSC is
 * asked once for each. Until then nobody may say of one that nothing of it reached KSC.
 */
export interface Unproven {
  add(actionId: ActionId): void;
  /** It, or the one that it rides with. */
  has(entry: LedgerEntry): boolean;
  proven(actionId: ActionId): void;
}

export function createUnproven(): Unproven {
  const actionIds = new Set<ActionId>();
  return {
    add(actionId) {
      actionIds.add(actionId);
    },
    has: (entry) => actionIds.has(entryKey(entry)) || (entry.servedBy !== undefined && actionIds.has(entry.servedBy)),
    proven(actionId) {
      actionIds.delete(actionId);
    },
  };
}

/** Nothing of it is at KSC, so it can be cancelled and can expire. */
export function isCertainlyUnsent(entry: LedgerEntry, unproven: Pick<Unproven, "has">): boolean {
  return isUnsent(entry) && !unproven.has(entry);
}
