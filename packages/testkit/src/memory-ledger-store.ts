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
} from "@cordon/agent-core";
import type { ActionId, EndpointId, EpochMs } from "@cordon/core/kernel";

export interface MemoryLedgerOptions {
  readonly ledgerId?: string;
  /** Calls back when the disk has taken the commit; by default when the present turn of the event loop is over. */
  readonly sync?: (commit: () => void) => void;
  /** The ledger handed it over. */
  readonly onWrite?: (write: LedgerWrite) => void;
  /** It is on disk. */
  readonly onCommit?: (write: LedgerWrite) => void;
}

/**
 * The agent's ledger on a disk in memory. Like the real store it shows only what is committed; writes that come while a commit is
 * on its way to the disk share that commit, in their order. Nothing is ever pruned.
 */
export class MemoryLedgerStore implements LedgerStore {
  readonly entries = new Map<ActionId, LedgerEntry>();
  readonly statuses = new Map<number, StatusRecord>();
  readonly occupancy = new Map<EndpointId, Occupancy>();
  readonly #options: MemoryLedgerOptions;
  /** What is not closed. */
  readonly #byEndpoint = new Map<EndpointId, Map<ActionId, LedgerEntry>>();
  #meta: LedgerMeta;
  #group: { readonly writes: LedgerWrite[]; readonly done: Promise<void> } | undefined;
  #isAlive = true;
  #fails = false;
  commits = 0;

  constructor(options: MemoryLedgerOptions = {}) {
    this.#options = options;
    this.#meta = { ...EMPTY_META, ledgerId: options.ledgerId ?? "in-memory" };
  }

  find(actionId: ActionId) {
    return this.entries.get(actionId);
  }

  settledOf(endpointId: EndpointId) {
    return [...(this.#byEndpoint.get(endpointId)?.values() ?? [])].filter((entry) => standingOf(entry) === "slot");
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
    return [...this.#byEndpoint].flatMap(([endpointId, entries]) => (entries.size > 0 ? [endpointId] : []));
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
    const { onWrite } = this.#options;
    if (onWrite !== undefined) for (const write of writes) onWrite(write);
    this.#group ??= this.#open();
    this.#group.writes.push(...writes);
    return this.#group.done;
  }

  /** Each group is on its way at once. */
  hurry() {}

  async close() {}

  /** The process is gone: what is not committed never will be, and nothing is answered any more. */
  kill(): void {
    this.#isAlive = false;
  }

  /** The disk refuses its next commits. */
  fail(): void {
    this.#fails = true;
  }

  /** Kills the process; the store that the next one opens. */
  crash(): MemoryLedgerStore {
    this.kill();
    return this.copy();
  }

  /** What is committed now, as a back-up of the file would hold it. */
  copy(): MemoryLedgerStore {
    const next = new MemoryLedgerStore(this.#options);
    for (const entry of this.entries.values()) next.#put(entry);
    for (const [seq, record] of this.statuses) next.statuses.set(seq, record);
    for (const [key, occupancy] of this.occupancy) next.occupancy.set(key, occupancy);
    next.#meta = this.#meta;
    return next;
  }

  #open(): { readonly writes: LedgerWrite[]; readonly done: Promise<void> } {
    const writes: LedgerWrite[] = [];
    const { sync = setImmediate, onCommit } = this.#options;
    const done = new Promise<void>((resolve, reject) => {
      sync(() => {
        if (!this.#isAlive) return;
        this.#group = undefined;
        if (this.#fails) return reject(new Error("the disk refused a commit"));
        for (const write of writes) {
          this.#apply(write);
          onCommit?.(write);
        }
        this.commits++;
        resolve();
      });
    });
    return { writes, done };
  }

  #put(entry: LedgerEntry): void {
    const { endpointId, actionId } = entry.order;
    this.entries.set(actionId, entry);
    const entries = this.#byEndpoint.get(endpointId) ?? new Map<ActionId, LedgerEntry>();
    this.#byEndpoint.set(endpointId, entries);
    if (standingOf(entry) === "closed") entries.delete(actionId);
    else entries.set(actionId, entry);
  }

  #apply(write: LedgerWrite): void {
    switch (write.kind) {
      case "entry":
        this.#put(write.entry);
        return;
      case "status":
        this.statuses.set(write.record.seq, write.record);
        return;
      case "occupancy":
        this.occupancy.set(write.occupancy.endpointId, write.occupancy);
        return;
      case "meta":
        this.#meta = { ...this.#meta, ...write.meta };
        return;
      case "acked":
        this.#meta = { ...this.#meta, statusAcked: write.cursor };
        for (const seq of this.statuses.keys()) if (seq <= write.cursor) this.statuses.delete(seq);
        return;
      case "prune":
        return;
    }
  }
}
