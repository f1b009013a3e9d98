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
import type { ActionId, EndpointId } from "@cordon/core/kernel";
import type { VirtualTime } from "./virtual-time.ts";

/** What is durable of a ledger. A copy is a backup; an empty one is a lost disk. */
export interface LedgerDisk {
  readonly entries: Map<ActionId, LedgerEntry>;
  readonly statuses: Map<number, StatusRecord>;
  readonly occupancy: Map<EndpointId, Occupancy>;
  meta: LedgerMeta;
  /** When this copy first knew that task names carry incident ids; the storm's time. */
  namesLearnedAtMs?: number;
}

export function emptyDisk(ledgerId: string): LedgerDisk {
  return { entries: new Map(), statuses: new Map(), occupancy: new Map(), meta: { ...EMPTY_META, ledgerId } };
}

export function copyOf(disk: LedgerDisk): LedgerDisk {
  return {
    entries: new Map(disk.entries),
    statuses: new Map(disk.statuses),
    occupancy: new Map(disk.occupancy),
    meta: disk.meta,
    ...(disk.namesLearnedAtMs === undefined ? {} : { namesLearnedAtMs: disk.namesLearnedAtMs }),
  };
}

/** How far it says that it has come. */
export function progressOf({ meta, statuses }: LedgerDisk) {
  return { ledgerId: meta.ledgerId, statusSeq: Math.max(meta.statusAcked, ...statuses.keys()), epoch: meta.epoch };
}

export interface DiskStore extends LedgerStore {
  /** The process is gone: what was not committed never is, and nothing is answered any more. */
  kill(): void;
  /** The disk refuses the next commit. */
  fail(): void;
}

/**
 * The ledger's store of one process. It shows what is committed; writes that come while a commit is on its way to the disk
 * share that commit, in their order.
 */
export function openLedgerDisk(
  disk: LedgerDisk,
  deps: {
    readonly time: VirtualTime;
    readonly syncMs: () => number;
    /** The ledger has taken a look at an endpoint into its book. */
    readonly onOccupancy: (endpointId: EndpointId) => void;
  },
): DiskStore {
  const { time, syncMs, onOccupancy } = deps;
  /** What is not closed. */
  const byEndpoint = new Map<EndpointId, Map<ActionId, LedgerEntry>>();
  let group: { readonly writes: LedgerWrite[]; readonly done: Promise<void> } | undefined;
  let alive = true;
  let failing = false;

  function index(entry: LedgerEntry): void {
    const { endpointId, actionId } = entry.order;
    const entries = byEndpoint.get(endpointId) ?? new Map<ActionId, LedgerEntry>();
    byEndpoint.set(endpointId, entries);
    if (standingOf(entry) === "closed") entries.delete(actionId);
    else entries.set(actionId, entry);
  }
  for (const entry of disk.entries.values()) index(entry);

  function apply(write: LedgerWrite): void {
    switch (write.kind) {
      case "entry":
        disk.entries.set(write.entry.order.actionId, write.entry);
        index(write.entry);
        return;
      case "status":
        disk.statuses.set(write.record.seq, write.record);
        return;
      case "occupancy":
        disk.occupancy.set(write.occupancy.endpointId, write.occupancy);
        return;
      case "meta":
        disk.meta = { ...disk.meta, ...write.meta };
        if (write.meta.namesCarryIncident === true) disk.namesLearnedAtMs ??= time.elapsedMs();
        return;
      case "acked":
        disk.meta = { ...disk.meta, statusAcked: write.cursor };
        for (const seq of disk.statuses.keys()) if (seq <= write.cursor) disk.statuses.delete(seq);
        return;
      case "prune":
        return;
    }
  }

  function openGroup(): NonNullable<typeof group> {
    const writes: LedgerWrite[] = [];
    const done = new Promise<void>((resolve, reject) => {
      time.after(syncMs(), () => {
        if (!alive) return;
        group = undefined;
        if (failing) return reject(new Error("the storm's disk refused a commit"));
        for (const write of writes) apply(write);
        resolve();
      });
    });
    return { writes, done };
  }

  const settledOf = (endpointId: EndpointId): readonly LedgerEntry[] =>
    [...(byEndpoint.get(endpointId)?.values() ?? [])].filter((entry) => standingOf(entry) === "slot");

  return {
    find: (actionId) => disk.entries.get(actionId),
    settledOf,
    slotsOf: (endpointId) => settledOf(endpointId).flatMap((entry) => slotOf(entry) ?? []),
    occupancyOf: (endpointId) => disk.occupancy.get(endpointId),
    openEntries: () => [...disk.entries.values()].filter((entry) => standingOf(entry) === "open"),
    endpointsInUse: () => [...byEndpoint].filter(([, entries]) => entries.size > 0).map(([endpointId]) => endpointId),
    sentSince: (since) =>
      [...disk.entries.values()].flatMap(({ order, firstSentAt, renews }) => {
        if (renews !== undefined || firstSentAt === undefined || firstSentAt < since) return [];
        return [{ actionId: order.actionId, kind: order.spec.kind, endpointId: order.endpointId, at: firstSentAt }];
      }),
    closedSince: (since) =>
      [...disk.entries.values()].filter((entry) => entry.changedAt >= since && standingOf(entry) === "closed"),
    statusesAfter: (seq, limit) =>
      [...disk.statuses.values()]
        .filter((record) => record.seq > seq)
        .sort((a, b) => a.seq - b.seq)
        .slice(0, limit),
    meta: () => ({ ...disk.meta, ...progressOf(disk) }),
    write(writes) {
      for (const write of writes) if (write.kind === "occupancy") onOccupancy(write.occupancy.endpointId);
      group ??= openGroup();
      group.writes.push(...writes);
      return group.done;
    },
    close: async () => {},
    kill: () => {
      alive = false;
    },
    fail: () => {
      failing = true;
    },
  };
}
