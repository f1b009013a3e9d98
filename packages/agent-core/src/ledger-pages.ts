import type { ActionId, Clock, EndpointId } from "@cordon/core/kernel";
import {
  type EndpointBook,
  isInGroup,
  isShared,
  type LedgerPolicy,
  type ServerCounts,
  type Slot,
} from "@cordon/core/ledger";
import { bookWithNew, buildBook, type OpenSlots } from "./build-book.ts";
import { entryKey, type LedgerEntry, type Occupancy, slotOf, standingOf } from "./entry.ts";
import { createKnownLooks } from "./known-looks.ts";
import type { LedgerStore } from "./ledger-store.ts";

/** What the agent keeps of one endpoint in memory. Those that ride with others are not in it: they take no slot. */
export interface Page {
  readonly endpointId: EndpointId;
  /** Entries that are open. */
  readonly open: Map<ActionId, LedgerEntry>;
  readonly openSlots: OpenSlots;
  /** Slots of settled entries. */
  readonly settled: Map<string, Slot>;
  /** Those entries whole; read when someone first asks for them: an admission needs their slots only. */
  settledEntries: Map<ActionId, LedgerEntry> | undefined;
  occupancy: Occupancy | undefined;
  book: EndpointBook | undefined;
  /** What the server's counts hold of this page. */
  counted: ServerCounts;
}

/**
 * Pages in memory, read from the store when they are first asked for; those without open work give way to others. Where endpoints share a
 * limit, of a page that gave way its counts are kept, and its slots are read again when the limit is near enough for them to matter.
 */
export interface LedgerPages {
  page(endpointId: EndpointId): Page;
  /** Puts an entry where its standing belongs. */
  file(entry: LedgerEntry): Page;
  occupy(occupancy: Occupancy): void;
  book(page: Page): EndpointBook;
  settledEntries(page: Page): Map<ActionId, LedgerEntry>;
  /** What the endpoints share, when the policy has such a limit. */
  shared(): { readonly serverSlots: Iterable<Slot>; readonly serverCounts: ServerCounts } | undefined;
}

export function createLedgerPages(deps: {
  readonly store: LedgerStore;
  readonly policy: LedgerPolicy;
  readonly pagesMax: number;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Every open entry as it stands. */
  readonly open: ReadonlyMap<ActionId, LedgerEntry>;
  /** Written and not committed yet: the store does not show them. */
  readonly uncommitted: ReadonlyMap<ActionId, LedgerEntry>;
  /** The page is still needed, although nothing is open there. */
  readonly isNeeded: (endpointId: EndpointId) => boolean;
}): LedgerPages {
  const { store, policy, open, uncommitted } = deps;
  const shares = isShared(policy);
  const looks = createKnownLooks(deps.clock, policy.occupancyMaxAgeMs);
  const pages = new Map<EndpointId, Page>();
  const openOf = new Map<EndpointId, Map<ActionId, LedgerEntry>>();
  /** Pages whose slots changed since they were counted. */
  const uncounted = new Set<Page>();
  /** What pages that gave way hold, if anything: three numbers for each endpoint of the site, at most. */
  const away = new Map<EndpointId, ServerCounts>();
  const counts: Record<keyof ServerCounts, number> = { ...NO_SLOTS };

  for (const entry of open.values()) {
    if (entry.servedBy !== undefined) continue;
    const { endpointId } = entry.order;
    openOf.set(endpointId, (openOf.get(endpointId) ?? new Map()).set(entryKey(entry), entry));
  }
  if (shares) for (const endpointId of store.endpointsInUse()) page(endpointId);

  function page(endpointId: EndpointId): Page {
    const known = pages.get(endpointId);
    if (known !== undefined) return known;
    if (pages.size >= deps.pagesMax) evict();
    const loaded: Page = {
      endpointId,
      open: openOf.get(endpointId) ?? new Map(),
      openSlots: new Map(),
      settled: new Map(store.slotsOf(endpointId).map((slot) => [slot.key, slot])),
      settledEntries: undefined,
      occupancy: store.occupancyOf(endpointId),
      book: undefined,
      counted: away.get(endpointId) ?? NO_SLOTS,
    };
    away.delete(endpointId);
    openOf.set(endpointId, loaded.open);
    for (const entry of uncommitted.values()) if (entry.order.endpointId === endpointId) put(loaded, entry);
    pages.set(endpointId, loaded);
    touch(loaded);
    return loaded;
  }

  function put(to: Page, entry: LedgerEntry): void {
    const actionId = entryKey(entry);
    const standing = entry.servedBy === undefined ? standingOf(entry) : "closed";
    const slot = standing === "slot" ? slotOf(entry) : undefined;
    const isNew = standing === "open" && !to.open.has(actionId) && !to.settled.has(actionId);
    const { book: before } = to;
    touch(to);
    if (isNew && before !== undefined) to.book = bookWithNew(to, before, entry);
    if (standing === "open") to.open.set(actionId, entry);
    else if (to.open.delete(actionId)) to.openSlots.delete(actionId);
    if (slot === undefined) to.settled.delete(actionId);
    else to.settled.set(actionId, slot);
    if (standing === "slot") to.settledEntries?.set(actionId, entry);
    else to.settledEntries?.delete(actionId);
  }

  function touch(changed: Page): void {
    changed.book = undefined;
    if (shares) uncounted.add(changed);
  }

  /** The page that was loaded longest ago and has nothing open; its content is in the store. */
  function evict(): void {
    for (const candidate of pages.values()) {
      const { endpointId } = candidate;
      if (candidate.open.size > 0 || deps.isNeeded(endpointId)) continue;
      if (shares) recount();
      if (candidate.counted.all > 0) away.set(endpointId, candidate.counted);
      pages.delete(endpointId);
      openOf.delete(endpointId);
      return;
    }
  }

  function book(of: Page): EndpointBook {
    of.book ??= buildBook(of, of.openSlots);
    if (of.book.measuredAt !== undefined && !looks.isFresh(of.endpointId)) {
      const { measuredAt: _measuredAt, ...unknown } = of.book;
      of.book = unknown;
    }
    return of.book;
  }

  function recount(): void {
    for (const changed of uncounted) {
      const now = countsOf(book(changed).slots);
      for (const name of COUNTS) counts[name] += now[name] - changed.counted[name];
      changed.counted = now;
    }
    uncounted.clear();
  }

  function* serverSlots(): Generator<Slot> {
    for (const each of pages.values()) yield* book(each).slots;
    for (const endpointId of away.keys()) {
      const settled = new Map(store.slotsOf(endpointId).map((slot) => [slot.key, slot]));
      yield* buildBook({ endpointId, open: NOBODY, settled, occupancy: store.occupancyOf(endpointId) }).slots;
    }
  }

  return {
    page,
    file(entry) {
      const to = page(entry.order.endpointId);
      put(to, entry);
      return to;
    },
    occupy(occupancy) {
      const of = page(occupancy.endpointId);
      of.occupancy = occupancy;
      looks.looked(occupancy.endpointId);
      touch(of);
    },
    book,
    settledEntries(of) {
      if (of.settledEntries !== undefined) return of.settledEntries;
      of.settledEntries = new Map();
      for (const stored of store.settledOf(of.endpointId)) {
        const entry = uncommitted.get(entryKey(stored)) ?? open.get(entryKey(stored)) ?? stored;
        if (isSettledSlot(entry)) of.settledEntries.set(entryKey(entry), entry);
      }
      for (const entry of uncommitted.values()) {
        if (entry.order.endpointId === of.endpointId && isSettledSlot(entry)) {
          of.settledEntries.set(entryKey(entry), entry);
        }
      }
      return of.settledEntries;
    },
    shared() {
      if (!shares) return undefined;
      recount();
      // Gone through anew for each limit that counts them.
      return { serverSlots: { [Symbol.iterator]: serverSlots }, serverCounts: counts };
    },
  };
}

const NOBODY: Page["open"] = new Map();
const NO_SLOTS: ServerCounts = { all: 0, IOC: 0, IRP: 0 };
const COUNTS = ["all", "IOC", "IRP"] as const;

function countsOf(slots: readonly Slot[]): ServerCounts {
  const inGroup = (group: "IOC" | "IRP") => slots.filter((slot) => isInGroup(slot, group)).length;
  return { all: slots.length, IOC: inGroup("IOC"), IRP: inGroup("IRP") };
}

function isSettledSlot(entry: LedgerEntry): boolean {
  return entry.servedBy === undefined && standingOf(entry) === "slot";
}
