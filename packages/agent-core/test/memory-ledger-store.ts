import type { EndpointId, EpochMs } from "@cordon/core/kernel";
import {
  EMPTY_META,
  type LedgerEntry,
  type LedgerMeta,
  type LedgerStore,
  type LedgerWrite,
  type Occupancy,
  type StatusRecord,
  slotOf,
  standingOf,
} from "../src/index.ts";

/**
 * The ledger's store in memory: like the real one it shows only what is committed, and commits once per turn of the event
 * loop. `crash` forgets what is not committed, as a killed process does.
 */
export class MemoryLedgerStore implements LedgerStore {
  readonly entries = new Map<string, LedgerEntry>();
  readonly statuses = new Map<number, StatusRecord>();
  readonly occupancy = new Map<string, Occupancy>();
  #meta: LedgerMeta = { ...EMPTY_META, ledgerId: "in-memory" };
  #group: { writes: LedgerWrite[]; done: Promise<void> } | undefined;
  #alive = true;
  commits = 0;

  find(actionId: string) {
    return this.entries.get(actionId);
  }

  settledOf(endpointId: EndpointId) {
    return [...this.entries.values()].filter(
      (entry) => entry.order.endpointId === endpointId && standingOf(entry) === "slot",
    );
  }

  slotsOf(endpointId: EndpointId) {
    return this.settledOf(endpointId).flatMap((entry) => slotOf(entry) ?? []);
  }

  occupancyOf(endpointId: EndpointId) {
    return this.occupancy.get(endpointId);
  }

  openEntries() {
    return [...this.entries.values()].filter((entry) => standingOf(entry) === "open");
  }

  endpointsInUse() {
    return [...new Set([...this.entries.values()].map((entry) => entry.order.endpointId))];
  }

  sentSince(since: EpochMs) {
    return [...this.entries.values()].flatMap(({ order, firstSentAt, renews }) => {
      if (renews !== undefined || firstSentAt === undefined || firstSentAt < since) return [];
      return [{ actionId: order.actionId, kind: order.spec.kind, endpointId: order.endpointId, at: firstSentAt }];
    });
  }

  closedSince(since: EpochMs) {
    return [...this.entries.values()].filter((entry) => entry.changedAt >= since && standingOf(entry) === "closed");
  }

  statusesAfter(seq: number, limit: number) {
    const after = [...this.statuses.values()].filter((record) => record.seq > seq).sort((a, b) => a.seq - b.seq);
    return after.slice(0, limit);
  }

  meta() {
    return { ...this.#meta, statusSeq: Math.max(this.#meta.statusAcked, ...this.statuses.keys()) };
  }

  write(writes: readonly LedgerWrite[]): Promise<void> {
    if (this.#group === undefined) {
      const collected: LedgerWrite[] = [];
      const done = new Promise<void>((resolve) => {
        setImmediate(() => {
          this.#group = undefined;
          if (!this.#alive) return;
          for (const write of collected) this.#apply(write);
          this.commits++;
          resolve();
        });
      });
      this.#group = { writes: collected, done };
    }
    this.#group.writes.push(...writes);
    return this.#group.done;
  }

  /** The store that the next process opens. */
  crash(): MemoryLedgerStore {
    this.#alive = false;
    return this.copy();
  }

  /** What is committed now, as a back-up of the file would hold it. */
  copy(): MemoryLedgerStore {
    const next = new MemoryLedgerStore();
    for (const [key, entry] of this.entries) next.entries.set(key, entry);
    for (const [seq, record] of this.statuses) next.statuses.set(seq, record);
    for (const [key, occupancy] of this.occupancy) next.occupancy.set(key, occupancy);
    next.#meta = this.#meta;
    return next;
  }

  async close() {}

  #apply(write: LedgerWrite): void {
    if (write.kind === "entry") this.entries.set(write.entry.order.actionId, write.entry);
    if (write.kind === "status") this.statuses.set(write.record.seq, write.record);
    if (write.kind === "occupancy") this.occupancy.set(write.occupancy.endpointId, write.occupancy);
    if (write.kind === "meta") this.#meta = { ...this.#meta, ...write.meta };
    if (write.kind === "acked") {
      this.#meta = { ...this.#meta, statusAcked: write.cursor };
      for (const seq of this.statuses.keys()) if (seq <= write.cursor) this.statuses.delete(seq);
    }
  }
}
