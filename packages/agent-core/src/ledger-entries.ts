import { isSettled } from "@cordon/core/action";
import { type ActionId, assert, type EndpointId, type EpochMs } from "@cordon/core/kernel";
import { entryKey, isDeferred, type LedgerEntry, type Occupancy, standingOf } from "./entry.ts";
import { createHeavyTurns, type HeavyTurns } from "./heavy-turns.ts";
import type { SiteLedgerDeps } from "./ledger-contract.ts";
import { createLedgerPages, type LedgerPages } from "./ledger-pages.ts";
import type { LedgerMeta, LedgerWrite, StatusRecord } from "./ledger-store.ts";
import { createRiderIndex, type RiderIndex } from "./rider-index.ts";
import { createStatusOutbox, type StatusOutbox } from "./status-outbox.ts";
import type { LedgerSummary } from "./uplink.ts";

/** An entry that was made or changed, with what the coordinator is told of it. */
export interface Change {
  readonly before: LedgerEntry | undefined;
  readonly entry: LedgerEntry;
  readonly status: StatusRecord | undefined;
}

/** The entries as they stand, and the only way in which they change: seen here at once, on disk all together or not at all. */
export interface LedgerEntries {
  readonly meta: LedgerMeta;
  readonly open: ReadonlyMap<ActionId, LedgerEntry>;
  readonly riders: RiderIndex;
  readonly pages: LedgerPages;
  readonly turns: HeavyTurns;
  readonly outbox: Pick<StatusOutbox, "after" | "markSent">;
  find(actionId: ActionId): LedgerEntry | undefined;
  /** The entry must be there. */
  current(actionId: ActionId): LedgerEntry;
  /** `at`: the time to tell of; undefined: nothing is told. The change is still to be committed. */
  tell(before: LedgerEntry | undefined, entry: LedgerEntry, at: EpochMs | undefined): Change;
  commit(changes: readonly Change[]): void;
  occupy(occupancy: Occupancy): void;
  setMeta(meta: Partial<LedgerMeta>): void;
  acked(cursor: number): void;
  prune(before: EpochMs, max: number): void;
  durable(): Promise<void>;
  /** Endpoints where something changed since the last call, at most `max`. */
  takeChanged(max: number): readonly EndpointId[];
  summary(): LedgerSummary;
}

export function createLedgerEntries(deps: SiteLedgerDeps): LedgerEntries {
  const { store, clock, policy } = deps;
  const open = new Map<ActionId, LedgerEntry>();
  const uncommitted = new Map<ActionId, LedgerEntry>();
  const changed = new Set<EndpointId>();
  const riders = createRiderIndex(find);
  let meta = store.meta();
  let written: Promise<void> = Promise.resolve();
  /** Changes that become durable together. */
  let together: Change[] = [];
  let deferred = 0;
  const outbox = createStatusOutbox(store, meta.statusSeq);

  for (const entry of store.openEntries()) {
    open.set(entryKey(entry), entry);
    riders.note(undefined, entry, true);
    if (isDeferred(entry)) deferred++;
  }
  const pages = createLedgerPages({
    store,
    policy,
    pagesMax: deps.pagesMax,
    clock,
    open,
    uncommitted,
    isNeeded: (endpointId) =>
      changed.has(endpointId) || [...uncommitted.values()].some(({ order }) => order.endpointId === endpointId),
  });
  const turns = createHeavyTurns({ store, pages, clock, policy });

  function write(writes: readonly LedgerWrite[]): void {
    const group = store.write(writes);
    if (group === written) return;
    written = group;
    const changes: Change[] = [];
    together = changes;
    group.then(
      () => settle(changes),
      (cause) => {
        settle(changes);
        deps.onBroken(cause);
      },
    );
  }

  function settle(changes: readonly Change[]): void {
    for (const { entry, status } of changes) {
      if (uncommitted.get(entryKey(entry)) === entry) uncommitted.delete(entryKey(entry));
      if (status !== undefined) outbox.settled(status);
    }
  }

  function keep(before: LedgerEntry | undefined, entry: LedgerEntry): void {
    const actionId = entryKey(entry);
    const standing = standingOf(entry);
    changed.add(entry.order.endpointId);
    deferred += Number(isDeferred(entry)) - Number(before !== undefined && isDeferred(before));
    pages.file(entry);
    uncommitted.set(actionId, entry);
    if (standing === "open") open.set(actionId, entry);
    else open.delete(actionId);
    riders.note(before, entry, standing === "open");
    if (standing === "closed") turns.noteClosed(entry);
  }

  function find(actionId: ActionId): LedgerEntry | undefined {
    return open.get(actionId) ?? uncommitted.get(actionId) ?? store.find(actionId);
  }

  return {
    get meta() {
      return meta;
    },
    open,
    riders,
    pages,
    turns,
    outbox,
    find,

    current(actionId) {
      const entry = find(actionId);
      assert(entry !== undefined, `the ledger has an entry for ${actionId}`);
      return entry;
    },

    tell(before, entry, at) {
      const status = at === undefined ? undefined : outbox.tell(entry, at);
      if (status === undefined) return { before, entry, status };
      meta = { ...meta, statusSeq: outbox.lastSeq };
      const ends = before?.state !== entry.state && isSettled(entry.state);
      return { before, entry: ends ? { ...entry, endSeq: status.seq } : entry, status };
    },

    commit(changes) {
      const writes: LedgerWrite[] = [];
      let isNews = false;
      for (const { before, entry, status } of changes) {
        keep(before, entry);
        writes.push({ kind: "entry", entry });
        if (status === undefined) continue;
        writes.push({ kind: "status", record: status });
        isNews = true;
      }
      write(writes);
      together.push(...changes);
      if (isNews) deps.onNews();
      if (deps.onEntry !== undefined) for (const { entry } of changes) deps.onEntry(entry);
    },

    occupy(occupancy) {
      pages.occupy(occupancy);
      changed.add(occupancy.endpointId);
      write([{ kind: "occupancy", occupancy }]);
    },

    setMeta(next) {
      meta = { ...meta, ...next };
      write([{ kind: "meta", meta: next }]);
    },

    acked(cursor) {
      outbox.atLeast(cursor);
      meta = { ...meta, statusAcked: cursor, statusSeq: outbox.lastSeq };
      write([{ kind: "acked", cursor }]);
    },

    prune: (before, max) => write([{ kind: "prune", before, max }]),

    durable() {
      store.hurry();
      return written;
    },

    takeChanged(max) {
      const taken = [...changed].slice(0, max);
      for (const endpointId of taken) changed.delete(endpointId);
      return taken;
    },

    summary() {
      const endpoints = new Set([...open.values()].map((entry) => entry.order.endpointId));
      return { endpoints: endpoints.size, open: open.size, deferred };
    },
  };
}
