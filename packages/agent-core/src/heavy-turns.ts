import type { Clock, EndpointId } from "@cordon/core/kernel";
import { giveTurns, isHeavy, type LedgerPolicy, type Turn } from "@cordon/core/ledger";
import { entryKey, isUnsent, type LedgerEntry, urgencyOf } from "./entry.ts";
import { createHeavySends, heavySentAt } from "./heavy-sends.ts";
import type { LedgerPages } from "./ledger-pages.ts";
import type { LedgerStore } from "./ledger-store.ts";

/** [L6] Turns of the heavy actions of one endpoint, out of what was sent there and of those that have a turn already. */
export interface HeavyTurns {
  /** When it may go, and why not now; undefined: now. */
  turnOf(entry: LedgerEntry): Turn | undefined;
  /** What those that wait would get now. */
  turnsOn(endpointId: EndpointId): ReadonlyMap<string, Turn>;
  noteClosed(entry: LedgerEntry): void;
}

export function createHeavyTurns(deps: {
  readonly store: Pick<LedgerStore, "closedSince">;
  readonly pages: Pick<LedgerPages, "page" | "settledEntries">;
  readonly clock: Clock;
  readonly policy: LedgerPolicy;
}): HeavyTurns {
  const { pages, clock, policy } = deps;
  const sends = createHeavySends(deps.store, policy);

  /** [G2] */
  function turns(endpointId: EndpointId, asking?: LedgerEntry): ReadonlyMap<string, Turn> {
    const { pacing } = policy;
    if (pacing === undefined) return NO_TURNS;
    const now = clock.now();
    const page = pages.page(endpointId);
    const open = [...page.open.values()];
    const known = [...open, ...pages.settledEntries(page).values()];
    const sent = [...known.flatMap((entry) => heavySentAt(entry, policy) ?? []), ...sends.closedOn(endpointId, now)];
    const waiting = open.filter((entry) => entry.pacedUntil !== undefined && entry.pacedUntil > now && isUnsent(entry));
    const asks = asking !== undefined && !waiting.some((entry) => entryKey(entry) === entryKey(asking)) ? [asking] : [];
    return giveTurns(sent, [...waiting, ...asks].map(urgencyOf), now, pacing);
  }

  return {
    turnOf(entry) {
      if (!isHeavy(entry.order.spec.kind, policy.pacing)) return undefined;
      const turn = turns(entry.order.endpointId, entry).get(entryKey(entry));
      return turn !== undefined && turn.at > clock.now() ? turn : undefined;
    },
    turnsOn: (endpointId) => turns(endpointId),
    noteClosed: sends.noteClosed,
  };
}

const NO_TURNS: ReadonlyMap<string, Turn> = new Map();
