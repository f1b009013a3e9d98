import type { ActionState } from "@cordon/core/action";
import type { EndpointId, EpochMs } from "@cordon/core/kernel";
import { isHeavy, type LedgerPolicy, PACING_WINDOW_MS } from "@cordon/core/ledger";
import { isUnsent, type LedgerEntry } from "./entry.ts";
import type { LedgerStore } from "./ledger-store.ts";

/** [L6] When heavy actions were handed to KSC, as far as entries that are closed tell; the others are asked themselves. */
export interface HeavySends {
  noteClosed(entry: LedgerEntry): void;
  closedOn(endpointId: EndpointId, now: EpochMs): readonly EpochMs[];
}

/** More have heavy actions closed within one window on no site that paces them. */
const ENDPOINTS_MAX = 50_000;

/** The store is asked once, for what an earlier process closed within the window, and only when someone needs it. */
export function createHeavySends(store: Pick<LedgerStore, "closedSince">, policy: LedgerPolicy): HeavySends {
  const closed = new Map<EndpointId, Map<string, EpochMs>>();
  let asked = false;

  function note(entry: LedgerEntry): void {
    const at = heavySentAt(entry, policy);
    if (at === undefined) return;
    const { endpointId, actionId } = entry.order;
    closed.set(endpointId, (closed.get(endpointId) ?? new Map()).set(actionId, at));
    const [oldest] = closed.keys();
    if (closed.size > ENDPOINTS_MAX && oldest !== undefined) closed.delete(oldest);
  }

  return {
    noteClosed: note,
    closedOn(endpointId, now) {
      const since = now - PACING_WINDOW_MS;
      if (!asked) for (const entry of store.closedSince(since as EpochMs)) note(entry);
      asked = true;
      const times = closed.get(endpointId);
      if (times === undefined) return [];
      for (const [actionId, at] of times) if (at <= since) times.delete(actionId);
      if (times.size === 0) closed.delete(endpointId);
      return [...times.values()];
    },
  };
}

/** When KSC was handed this heavy action; undefined when it was not, or may not have been, or is not heavy. */
export function heavySentAt(entry: LedgerEntry, policy: LedgerPolicy): EpochMs | undefined {
  if (!isHeavy(entry.order.spec.kind, policy.pacing) || entry.servedBy !== undefined) return undefined;
  const reached = entry.sends > 0 && !isUnsent(entry) && !NEVER_SENT.has(entry.state);
  return reached ? entry.lastSentAt : undefined;
}

const NEVER_SENT: ReadonlySet<ActionState> = new Set<ActionState>(["refused", "expired", "cancelled"]);
