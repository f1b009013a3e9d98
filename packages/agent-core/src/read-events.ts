import type { ActionId } from "@cordon/core/kernel";
import { entryKey, type LedgerEntry } from "./entry.ts";
import { onEvent, type Step } from "./judge.ts";
import type { Edr, EdrEvent } from "./ports.ts";
import type { WatchSettings } from "./settings.ts";
import type { SiteLedger } from "./site-ledger.ts";

/**
 * Reads what KSC's event store holds after the cursor and gives each event to the action it speaks of. The cursor moves page by page, after
 * what the page tells was written.
 */
export interface EventReading {
  /** How many pages were read, and how many events of actions of ours they held. */
  read(signal: AbortSignal): Promise<{ readonly pages: number; readonly owned: number; readonly events: number }>;
  /** The task is gone before its end was known; an event of its end may still come. */
  rememberGone(entry: LedgerEntry): void;
  forget(actionId: ActionId): void;
}

export function createEventReading(deps: {
  readonly edr: Edr;
  readonly ledger: SiteLedger;
  readonly watch: WatchSettings;
  readonly step: (entry: LedgerEntry, next: Step | undefined) => void;
}): EventReading {
  const { edr, ledger, watch } = deps;
  const gone = new Map<ActionId, LedgerEntry>();

  /** By the task's name, which is ours alone once the task or its incident id was recognised in it. */
  function ownersOf(event: EdrEvent): readonly LedgerEntry[] {
    const number = /(?:^|\D)(\d+)$/.exec(event.taskDisplayName)?.[1];
    const late = [...gone.values()].filter((entry) => entry.order.endpointId === event.endpointId);
    return [...ledger.entriesOf(event.endpointId), ...late].filter((entry) => {
      const name = entry.task?.name ?? entry.evidence.taskName;
      if (name !== undefined) return name === event.taskDisplayName;
      const { kind } = entry.order.spec;
      const sameKind = event.taskDisplayName.toLowerCase().includes(kind.toLowerCase());
      return sameKind && number !== undefined && Number(number) === entry.evidence.incidentId;
    });
  }

  return {
    async read(signal) {
      let owned = 0;
      let read = 0;
      for (let page = 1; ; page++) {
        const events = await edr.eventsAfter(ledger.meta.eventCursor, watch.eventsPerPage, signal);
        read += events.length;
        for (const event of events) {
          const owners = ownersOf(event);
          owned += owners.length;
          for (const entry of owners) deps.step(entry, onEvent(entry, event));
        }
        const last = events.at(-1);
        if (last !== undefined) ledger.setMeta({ eventCursor: last.eventDbId });
        const done = events.length < watch.eventsPerPage || page >= watch.eventPagesPerRound;
        if (done) return { pages: page, owned, events: read };
      }
    },
    rememberGone: (entry) => {
      gone.set(entryKey(entry), entry);
    },
    forget: (actionId) => {
      gone.delete(actionId);
    },
  };
}
