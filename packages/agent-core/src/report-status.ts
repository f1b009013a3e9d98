import type { Clock } from "@cordon/core/kernel";
import type { AgentSettings } from "./settings.ts";
import type { SiteLedger } from "./site-ledger.ts";
import type { Session } from "./uplink.ts";

/**
 * Sends every status after the coordinator's cursor, in order, in batches, a bounded number ahead of what it has stored; the
 * cursor moves only on its word [D5]. What a session lost is sent again on the next.
 */
export interface StatusReporter {
  sessionUp(session: Session): void;
  sessionDown(): void;
  acked(cursor: number): void;
  /** Something was written that may be news. */
  kick(): void;
}

export function createStatusReporter(deps: {
  readonly ledger: SiteLedger;
  readonly clock: Clock;
  readonly settings: AgentSettings;
}): StatusReporter {
  const { ledger, clock, settings } = deps;
  let session: Session | undefined;
  let sent = 0;
  let timer: (() => void) | undefined;
  let draining = false;

  function kick(): void {
    if (session === undefined || timer !== undefined || draining) return;
    timer = clock.after(settings.statusLingerMs, () => {
      timer = undefined;
      // It rejects when the ledger is broken or given up, which whoever wrote is told: then there is nothing to report.
      flush().catch(() => {});
    });
  }

  async function flush(): Promise<void> {
    const current = session;
    if (current === undefined) return;
    const batchMax = Math.min(current.statusesPerBatchMax, settings.statusesPerBatchMax);
    await ledger.durable();
    // No await between reading a batch and marking it sent: a record is rewritten only while it is not.
    while (session === current && sent - ledger.meta.statusAcked < settings.statusWindowMax) {
      const statuses = ledger.statusesAfter(sent, batchMax);
      const last = statuses.at(-1);
      if (last === undefined) break;
      const outcome = current.uplink.send({ kind: "statusBatch", statuses });
      if (outcome === "congested") return waitForRoom(current);
      if (outcome === "down") return;
      sent = last.seq;
      ledger.markSent(sent);
    }
    if (
      session === current &&
      sent < ledger.meta.statusSeq &&
      sent - ledger.meta.statusAcked < settings.statusWindowMax
    ) {
      kick();
    }
  }

  async function waitForRoom(current: Session): Promise<void> {
    draining = true;
    await current.uplink.drained();
    draining = false;
    kick();
  }

  return {
    sessionUp(next) {
      session = next;
      sent = next.statusCursor;
      ledger.acked(next.statusCursor);
      kick();
    },
    sessionDown() {
      session = undefined;
      timer?.();
      timer = undefined;
    },
    acked(cursor) {
      if (cursor > ledger.meta.statusAcked) ledger.acked(cursor);
      kick();
    },
    kick,
  };
}
