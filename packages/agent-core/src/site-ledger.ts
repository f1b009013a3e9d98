import { type ActionState, advance, classOf, STATUS_MESSAGE_CHARS_MAX, type StatusDetail } from "@cordon/core/action";
import type { EndpointBudget } from "@cordon/core/endpoint";
import { type ActionId, assert, type Clock, type EndpointId, type EpochMs } from "@cordon/core/kernel";
import {
  type Admission,
  admit,
  budgetOf,
  type EndpointBook,
  type LedgerPolicy,
  type Placement,
  place,
  promote,
  type Slot,
} from "@cordon/core/ledger";
import {
  entryKey,
  type ForeignTask,
  type LedgerEntry,
  NEW_LEASE,
  type Occupancy,
  slotOf,
  standingOf,
  waitingOf,
} from "./entry.ts";
import type { LedgerMeta, LedgerStore, LedgerWrite, StatusRecord } from "./ledger-store.ts";
import type { LedgerSummary } from "./uplink.ts";

/** What a change says of itself beside the new state. */
export type EntryPatch = Partial<Omit<LedgerEntry, "order" | "state" | "admittedAt" | "changedAt">>;

/**
 * The site's book: the present truth in memory, every change written through. A change is visible here at once and durable
 * when its promise resolves; whoever acts on it towards KSC or the coordinator awaits that first [D5].
 */
export interface SiteLedger {
  readonly meta: LedgerMeta;
  readonly openCount: number;
  find(actionId: ActionId): LedgerEntry | undefined;
  openEntries(): Iterable<LedgerEntry>;
  /** Entries of the endpoint that are open or take a slot. */
  entriesOf(endpointId: EndpointId): readonly LedgerEntry[];
  /** `renews`: the isolation that the agent itself keeps up with this order. */
  admit(
    order: LedgerEntry["order"],
    renews?: ActionId,
  ): { readonly admission: Admission; readonly entry?: LedgerEntry };
  place(entry: LedgerEntry, lookFailed: boolean): Placement;
  /**
   * Moves an entry on and notes the status for the coordinator. A step that the table of states does not allow changes
   * nothing and is undefined: evidence comes late and twice.
   */
  move(actionId: ActionId, state: ActionState, patch: EntryPatch): LedgerEntry | undefined;
  /** Changes an entry without a step of its state; `tell` notes a status all the same. */
  amend(actionId: ActionId, patch: EntryPatch, tell: "tell" | "silent"): LedgerEntry;
  occupy(occupancy: Occupancy): void;
  foreignOf(endpointId: EndpointId): readonly ForeignTask[];
  /** Gives freed slots to the waiting; returns those that got one. */
  promote(endpointId: EndpointId): readonly LedgerEntry[];
  setMeta(meta: Partial<LedgerMeta>): void;
  acked(cursor: number): void;
  statusesAfter(seq: number, limit: number): readonly StatusRecord[];
  /** Statuses up to here were handed to the link: none of them is rewritten any more. */
  markSent(seq: number): void;
  /** Resolves when everything changed so far is on disk. */
  durable(): Promise<void>;
  /** Endpoints whose budget may have changed since the last call, at most `max`; the rest stays for the next. */
  takeChanged(max: number): readonly EndpointBudget[];
  summary(): LedgerSummary;
  prune(before: EpochMs, max: number): void;
}

interface Page {
  readonly endpointId: EndpointId;
  /** Entries that are open. */
  readonly open: Map<ActionId, LedgerEntry>;
  /** Slots of settled entries. */
  readonly settled: Map<string, Slot>;
  /** Those entries whole; read when someone first asks for them: an admission needs their slots only. */
  settledEntries: Map<ActionId, LedgerEntry> | undefined;
  occupancy: Occupancy | undefined;
  book: EndpointBook | undefined;
}

export interface SiteLedgerDeps {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly policy: LedgerPolicy;
  readonly pagesMax: number;
  /** A write failed: memory is ahead of the disk, so the process must end; its next start reconciles. */
  readonly onBroken: (cause: unknown) => void;
  /** A status for the coordinator was written. */
  readonly onNews: () => void;
  /** An entry was made or changed; called within the same turn, so what it changes is on disk together with it. */
  readonly onEntry?: (entry: LedgerEntry) => void;
}

export function createSiteLedger(deps: SiteLedgerDeps): SiteLedger {
  const { store, clock, policy } = deps;
  const startedAt = clock.now();
  const pages = new Map<EndpointId, Page>();
  const open = new Map<ActionId, LedgerEntry>();
  const openOf = new Map<EndpointId, Map<ActionId, LedgerEntry>>();
  /** Written and not committed yet: the store does not show them. */
  const uncommitted = new Map<ActionId, LedgerEntry>();
  const changed = new Set<EndpointId>();
  /** The unsent `submitting` status of an action, which the next status may replace. */
  const replaceable = new Map<ActionId, number>();
  /** Statuses that were replaced here and not on disk yet: nothing from there on may be sent before it is. */
  const rewriting = new Set<number>();
  let meta = store.meta();
  let written: Promise<void> = Promise.resolve();
  let deferred = 0;

  for (const entry of store.openEntries()) {
    open.set(entryKey(entry), entry);
    const { endpointId } = entry.order;
    openOf.set(endpointId, (openOf.get(endpointId) ?? new Map()).set(entryKey(entry), entry));
    if (waitingOf(entry) !== undefined) deferred++;
  }
  // The limit per server counts every slot, so every page with one is needed.
  if (policy.server !== undefined) for (const endpointId of store.endpointsInUse()) pageOf(endpointId);

  function write(writes: readonly LedgerWrite[]): void {
    written = store.write(writes);
    written.catch(deps.onBroken);
  }

  function pageOf(endpointId: EndpointId): Page {
    const known = pages.get(endpointId);
    if (known !== undefined) return known;
    if (pages.size >= deps.pagesMax && policy.server === undefined) evictPage();
    const page: Page = {
      endpointId,
      open: openOf.get(endpointId) ?? new Map(),
      settled: new Map(store.slotsOf(endpointId).map((slot) => [slot.key, slot])),
      settledEntries: undefined,
      occupancy: store.occupancyOf(endpointId),
      book: undefined,
    };
    openOf.set(endpointId, page.open);
    for (const entry of uncommitted.values()) if (entry.order.endpointId === endpointId) file(page, entry);
    pages.set(endpointId, page);
    return page;
  }

  /** Puts an entry where its standing belongs. */
  function file(page: Page, entry: LedgerEntry): void {
    const actionId = entryKey(entry);
    const standing = standingOf(entry);
    const slot = standing === "slot" ? slotOf(entry) : undefined;
    page.book = undefined;
    if (standing === "open") page.open.set(actionId, entry);
    else page.open.delete(actionId);
    if (slot === undefined) page.settled.delete(actionId);
    else page.settled.set(actionId, slot);
    if (standing === "slot") page.settledEntries?.set(actionId, entry);
    else page.settledEntries?.delete(actionId);
  }

  function settledEntriesOf(page: Page): Map<ActionId, LedgerEntry> {
    if (page.settledEntries !== undefined) return page.settledEntries;
    page.settledEntries = new Map();
    for (const stored of store.settledOf(page.endpointId)) {
      const entry = uncommitted.get(entryKey(stored)) ?? open.get(entryKey(stored)) ?? stored;
      if (standingOf(entry) === "slot") page.settledEntries.set(entryKey(entry), entry);
    }
    for (const entry of uncommitted.values()) {
      if (entry.order.endpointId !== page.endpointId || standingOf(entry) !== "slot") continue;
      page.settledEntries.set(entryKey(entry), entry);
    }
    return page.settledEntries;
  }

  /** The page that was loaded longest ago and has nothing open; its content is in the store. */
  function evictPage(): void {
    for (const page of pages.values()) {
      const busy = page.open.size > 0 || [...uncommitted.values()].some(isOf(page.endpointId));
      if (busy || changed.has(page.endpointId)) continue;
      pages.delete(page.endpointId);
      openOf.delete(page.endpointId);
      return;
    }
  }

  function bookOf(page: Page): EndpointBook {
    page.book ??= buildBook(page, startedAt);
    return page.book;
  }

  function* serverSlots(): Iterable<Slot> {
    for (const page of pages.values()) yield* bookOf(page).slots;
  }

  function viewOf(endpointId: EndpointId, lookFailed = false) {
    const book = bookOf(pageOf(endpointId));
    return { book, lookFailed, ...(policy.server === undefined ? {} : { serverSlots: serverSlots() }) };
  }

  function put(entry: LedgerEntry, before: LedgerEntry | undefined, status: StatusRecord | undefined): void {
    const actionId = entryKey(entry);
    const page = pageOf(entry.order.endpointId);
    changed.add(page.endpointId);
    deferred +=
      Number(waitingOf(entry) !== undefined) - Number(before !== undefined && waitingOf(before) !== undefined);
    file(page, entry);
    if (page.open.has(actionId)) open.set(actionId, entry);
    else open.delete(actionId);
    uncommitted.set(actionId, entry);
    const rewritten = status !== undefined && replacing(status) ? status.seq : undefined;
    if (rewritten !== undefined) rewriting.add(rewritten);
    write([{ kind: "entry", entry }, ...(status === undefined ? [] : [{ kind: "status", record: status } as const])]);
    const settle = () => {
      if (uncommitted.get(actionId) === entry) uncommitted.delete(actionId);
      if (rewritten !== undefined) rewriting.delete(rewritten);
    };
    written.then(settle, settle);
    if (status !== undefined) deps.onNews();
    deps.onEntry?.(entry);
  }

  let lastSeq = meta.statusSeq;
  const replacing = (status: StatusRecord) => status.seq <= lastSeq;

  function statusOf(entry: LedgerEntry): StatusRecord | undefined {
    // The coordinator did not order it: it hears of it with the lease that it renews.
    if (entry.renews !== undefined) return undefined;
    const actionId = entryKey(entry);
    lastSeq = meta.statusSeq;
    const seq = replaceable.get(actionId) ?? meta.statusSeq + 1;
    replaceable.delete(actionId);
    if (seq > meta.statusSeq) meta = { ...meta, statusSeq: seq };
    // Milliseconds of `submitting` are news only when they last; if the answer overtakes the report, it takes its place.
    if (entry.state === "submitting" && entry.code === undefined) replaceable.set(actionId, seq);
    return { seq, actionId, state: entry.state, at: entry.changedAt, detail: detailOf(entry) };
  }

  function find(actionId: ActionId): LedgerEntry | undefined {
    return open.get(actionId) ?? uncommitted.get(actionId) ?? store.find(actionId);
  }

  function current(actionId: ActionId): LedgerEntry {
    const entry = find(actionId);
    assert(entry !== undefined, `the ledger has an entry for ${actionId}`);
    return entry;
  }

  function amend(actionId: ActionId, patch: EntryPatch, tell: "tell" | "silent"): LedgerEntry {
    const before = current(actionId);
    const entry = applyPatch(before, patch);
    const status = tell === "tell" ? statusOf(entry) : undefined;
    put(entry, before, status && { ...status, at: clock.now() });
    return entry;
  }

  return {
    get meta() {
      return meta;
    },
    get openCount() {
      return open.size;
    },
    find,
    openEntries: () => open.values(),
    entriesOf(endpointId) {
      const page = pageOf(endpointId);
      return [...page.open.values(), ...settledEntriesOf(page).values()];
    },
    foreignOf: (endpointId) => pageOf(endpointId).occupancy?.foreign ?? [],

    admit(order, renews) {
      const now = clock.now();
      const known = find(order.actionId)?.state;
      const admission = admit({ ...viewOf(order.endpointId), order, known }, now, policy);
      if (admission.kind !== "accepted") return { admission };
      const waits = admission.placement === "deferred" ? admission : undefined;
      const entry: LedgerEntry = {
        order,
        state: waits === undefined ? "delivered" : "deferred",
        admittedAt: now,
        changedAt: now,
        evidence: { rung: "none" },
        sends: 0,
        inDoubt: false,
        promoted: false,
        slotFreed: false,
        ...(waits === undefined ? {} : { code: "ledger.full", message: waits.reason }),
        ...(waits?.earliest === undefined ? {} : { earliest: waits.earliest }),
        ...(renews === undefined ? leaseOf(order) : { renews }),
      };
      put(entry, undefined, waits === undefined ? undefined : statusOf(entry));
      return { admission, entry };
    },

    place(entry, lookFailed) {
      const request = {
        key: entry.order.actionId,
        actionClass: classOf(entry.order.spec.kind),
        heldAt: entry.admittedAt,
      };
      return place(viewOf(entry.order.endpointId, lookFailed), request, clock.now(), policy);
    },

    move(actionId, state, patch) {
      const before = current(actionId);
      if (advance(before.state, state).kind !== "moved") return undefined;
      // A step leaves behind what was said of the state before it.
      const { code: _code, message: _message, earliest: _earliest, ...kept } = before;
      const entry = applyPatch({ ...kept, state, changedAt: clock.now() }, patch);
      put(entry, before, statusOf(entry));
      return entry;
    },

    amend,

    occupy(occupancy) {
      const page = pageOf(occupancy.endpointId);
      page.occupancy = occupancy;
      page.book = undefined;
      changed.add(occupancy.endpointId);
      write([{ kind: "occupancy", occupancy }]);
    },

    promote(endpointId) {
      const promoted = promote(viewOf(endpointId), clock.now(), policy);
      return promoted.map(({ key }) => amend(key as ActionId, { promoted: true }, "silent"));
    },

    setMeta(next) {
      meta = { ...meta, ...next };
      write([{ kind: "meta", meta: next }]);
    },

    acked(cursor) {
      // A ledger that was lost or restored starts behind the coordinator: its next status must be news there.
      meta = { ...meta, statusAcked: cursor, statusSeq: Math.max(meta.statusSeq, cursor) };
      write([{ kind: "acked", cursor }]);
    },

    statusesAfter(seq, limit) {
      const records = store.statusesAfter(seq, limit);
      const cut = rewriting.size === 0 ? -1 : records.findIndex((record) => rewriting.has(record.seq));
      return cut === -1 ? records : records.slice(0, cut);
    },

    markSent(seq) {
      for (const [actionId, waiting] of replaceable) if (waiting <= seq) replaceable.delete(actionId);
    },

    durable: () => written,

    takeChanged(max) {
      const taken = [...changed].slice(0, max);
      for (const endpointId of taken) changed.delete(endpointId);
      return taken.map((endpointId) => budgetOf(bookOf(pageOf(endpointId)), clock.now(), policy));
    },

    summary() {
      const endpoints = new Set([...open.values()].map((entry) => entry.order.endpointId));
      return { endpoints: endpoints.size, open: open.size, deferred };
    },

    prune: (before, max) => write([{ kind: "prune", before, max }]),
  };
}

function isOf(endpointId: EndpointId): (entry: LedgerEntry) => boolean {
  return (entry) => entry.order.endpointId === endpointId;
}

function leaseOf(order: LedgerEntry["order"]): Pick<LedgerEntry, "lease"> {
  return order.spec.kind === "isolateHost" ? { lease: NEW_LEASE } : {};
}

function applyPatch(entry: LedgerEntry, patch: EntryPatch): LedgerEntry {
  const message = patch.message?.slice(0, STATUS_MESSAGE_CHARS_MAX);
  return { ...entry, ...patch, ...(message === undefined ? {} : { message }) };
}

function detailOf(entry: LedgerEntry): StatusDetail {
  return {
    evidence: entry.evidence,
    ...(entry.code === undefined ? {} : { code: entry.code }),
    ...(entry.message === undefined ? {} : { message: entry.message }),
    ...(entry.earliest === undefined ? {} : { earliest: entry.earliest }),
  };
}

/**
 * What was measured before this process started is not knowledge any more: after a crash or with a restored file others may
 * have used the slots since, so the first thing on every endpoint is a look [L8].
 */
function buildBook(page: Page, startedAt: EpochMs): EndpointBook {
  const entries = [...page.open.values()];
  const ours = entries.map(slotOf).filter((slot) => slot !== undefined);
  const foreign = (page.occupancy?.foreign ?? []).map(slotOfForeign);
  const waiting = entries.map(waitingOf).filter((one) => one !== undefined);
  const measuredAt = page.occupancy?.measuredAt;
  return {
    endpointId: page.endpointId,
    slots: [...ours, ...page.settled.values(), ...foreign],
    waiting,
    ...(measuredAt === undefined || measuredAt < startedAt ? {} : { measuredAt }),
  };
}

/** How long another's isolation or prevention should hold is not known, so it holds as long as its task is there [L1]. */
function slotOfForeign(task: ForeignTask): Slot {
  const lasting = task.kind === "isolateHost" || task.kind === "preventExecution";
  return {
    key: task.taskId,
    origin: "foreign",
    kind: task.kind,
    actionClass: task.kind === undefined ? undefined : classOf(task.kind),
    stage: "present",
    finished: task.finished,
    heldAt: task.createdAt,
    createdAt: task.createdAt,
    ...(lasting && task.finished ? { effectUntil: Number.POSITIVE_INFINITY } : {}),
  };
}
