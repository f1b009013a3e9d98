import { type ActionState, advance, isSettled, STATUS_MESSAGE_CHARS_MAX } from "@cordon/core/action";
import type { EndpointBudget } from "@cordon/core/endpoint";
import { type ActionId, assert, type Clock, type EndpointId, type EpochMs } from "@cordon/core/kernel";
import {
  type Admission,
  admit,
  budgetOf,
  chooseCarrier,
  compareUrgency,
  type Drift,
  type LedgerPolicy,
  mergeKeyOf,
  type Placement,
  type PlaceView,
  place,
  promote,
  type Turn,
} from "@cordon/core/ledger";
import { createDriftLog, type DriftFacts } from "./drift-log.ts";
import {
  entryKey,
  type ForeignTask,
  isDeferred,
  isUnsent,
  type LedgerEntry,
  NEW_LEASE,
  type Occupancy,
  standingOf,
  urgencyOf,
} from "./entry.ts";
import { createHeavyTurns } from "./heavy-turns.ts";
import { createLedgerPages } from "./ledger-pages.ts";
import type { LedgerMeta, LedgerStore, LedgerWrite, StatusRecord } from "./ledger-store.ts";
import { createRiderIndex } from "./rider-index.ts";
import { handOver, share, sharers, takenApart } from "./riders.ts";
import { createStatusOutbox } from "./status-outbox.ts";
import type { LedgerSummary } from "./uplink.ts";

/** What a change says of itself beside the new state. */
export type EntryPatch = Partial<Omit<LedgerEntry, "order" | "state" | "admittedAt" | "changedAt">>;

/** Facts that a change may take back. */
export type Passing = "earliest" | "pacedUntil" | "serves";

/**
 * The site's book: the present truth in memory, every change written through. A change is visible here at once and durable
 * when its promise resolves; whoever acts on it towards KSC or the coordinator awaits that first [D5].
 *
 * Of actions that one task serves [L5] only the carrier is worked with: its steps are shared by those that ride with it, in the
 * same write, and when it leaves unsent another carries on.
 */
export interface SiteLedger {
  readonly meta: LedgerMeta;
  readonly openCount: number;
  find(actionId: ActionId): LedgerEntry | undefined;
  openEntries(): Iterable<LedgerEntry>;
  /** Entries of the endpoint that are open or take a slot; without those that ride with another. */
  entriesOf(endpointId: EndpointId): readonly LedgerEntry[];
  /** Those that ride with this one. */
  ridersOf(actionId: ActionId): readonly LedgerEntry[];
  /**
   * `renews`: the isolation that the agent itself keeps up with this order. `firstOfferedAt`: another agent or a lost ledger may have
   * sent it since then, so it starts in doubt [L8]. An entry that is `servedBy` another needs no sending of its own.
   */
  admit(
    order: LedgerEntry["order"],
    renews?: ActionId,
    firstOfferedAt?: EpochMs,
  ): { readonly admission: Admission; readonly entry?: LedgerEntry };
  place(entry: LedgerEntry, lookFailed: boolean): Placement;
  /** [L6] When it may go, and why not now; undefined: now. */
  turnOf(entry: LedgerEntry): Turn | undefined;
  /**
   * Moves an entry on and notes the status for the coordinator. A step that the table of states does not allow changes
   * nothing and is undefined: evidence comes late and twice.
   */
  move(actionId: ActionId, state: ActionState, patch: EntryPatch): LedgerEntry | undefined;
  /** Changes an entry without a step of its state; `tell` notes a status all the same. */
  amend(actionId: ActionId, patch: EntryPatch, tell: "tell" | "silent", without?: readonly Passing[]): LedgerEntry;
  /** [M6] What was to be sent together, and cannot be, is sent each by itself. */
  takeApart(actionId: ActionId): void;
  /** [L8] It was found to be served by what was sent for another. */
  join(actionId: ActionId, carrier: ActionId): void;
  occupy(occupancy: Occupancy): void;
  occupancyOf(endpointId: EndpointId): Occupancy | undefined;
  foreignOf(endpointId: EndpointId): readonly ForeignTask[];
  noteDrift(endpointId: EndpointId, drift: Drift): void;
  drift(): DriftFacts;
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
  /** An entry that rode with another is to be sent by itself, or has got another turn; it waits where its state says. */
  readonly onRunnable?: (entry: LedgerEntry) => void;
}

interface Change {
  readonly before: LedgerEntry | undefined;
  readonly entry: LedgerEntry;
  readonly status: StatusRecord | undefined;
}

export function createSiteLedger(deps: SiteLedgerDeps): SiteLedger {
  const { store, clock, policy } = deps;
  const open = new Map<ActionId, LedgerEntry>();
  const uncommitted = new Map<ActionId, LedgerEntry>();
  const changed = new Set<EndpointId>();
  const riders = createRiderIndex(find);
  const drift = createDriftLog();
  let meta = store.meta();
  let written: Promise<void> = Promise.resolve();
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
    startedAt: clock.now(),
    open,
    uncommitted,
    isNeeded: (endpointId) =>
      changed.has(endpointId) || [...uncommitted.values()].some(({ order }) => order.endpointId === endpointId),
  });
  const turns = createHeavyTurns({ store, pages, clock, policy });

  function write(writes: readonly LedgerWrite[]): void {
    written = store.write(writes);
    written.catch(deps.onBroken);
  }

  function viewOf(endpointId: EndpointId, lookFailed = false): PlaceView {
    return { book: pages.book(pages.page(endpointId)), lookFailed, ...pages.shared() };
  }

  /** All of the changes reach the disk, or none. */
  function commit(changes: readonly Change[]): void {
    for (const { before, entry } of changes) keep(before, entry);
    write(
      changes.flatMap(({ entry, status }): LedgerWrite[] =>
        status === undefined
          ? [{ kind: "entry", entry }]
          : [
              { kind: "entry", entry },
              { kind: "status", record: status },
            ],
      ),
    );
    const settle = () => {
      for (const { entry, status } of changes) {
        if (uncommitted.get(entryKey(entry)) === entry) uncommitted.delete(entryKey(entry));
        if (status !== undefined) outbox.settled(status);
      }
    };
    written.then(settle, settle);
    if (changes.some(({ status }) => status !== undefined)) deps.onNews();
    if (deps.onEntry !== undefined) for (const { entry } of changes) deps.onEntry(entry);
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

  function current(actionId: ActionId): LedgerEntry {
    const entry = find(actionId);
    assert(entry !== undefined, `the ledger has an entry for ${actionId}`);
    return entry;
  }

  /** One change of an entry with everything that follows from it for those that ride with it. */
  function change(before: LedgerEntry, after: LedgerEntry, at: EpochMs | undefined): LedgerEntry {
    const told = tell(before, after, at);
    const riding = riders.ridingWith(told.entry);
    if (riding.length === 0) {
      commit([told]);
      if (before.pacedUntil !== undefined && isSettled(after.state)) moveUp(before.order.endpointId);
      return told.entry;
    }
    const sharing = sharers(before, told.entry, riding);
    const shared = sharing.flatMap((rider) => {
      const next = share(rider, told.entry);
      return next === undefined ? [] : [tell(rider, next, at)];
    });
    const leaves = isUnsent(before) && !isUnsent(after);
    const left = leaves ? riding.filter((rider) => !sharing.includes(rider)) : [];
    const next = handOver(before, left);
    const handed = next === undefined ? [] : [next.carrier, ...next.riders];
    commit([told, ...shared, ...handed.map((entry) => ({ before: find(entryKey(entry)), entry, status: undefined }))]);
    if (next !== undefined) deps.onRunnable?.(next.carrier);
    return told.entry;
  }

  /** `at`: the time to tell of; undefined: nothing is told. */
  function tell(before: LedgerEntry | undefined, entry: LedgerEntry, at: EpochMs | undefined): Change {
    const status = at === undefined ? undefined : outbox.tell(entry, at);
    if (status === undefined) return { before, entry, status };
    meta = { ...meta, statusSeq: outbox.lastSeq };
    const ends = before?.state !== entry.state && isSettled(entry.state);
    return { before, entry: ends ? { ...entry, endSeq: status.seq } : entry, status };
  }

  function amend(
    actionId: ActionId,
    patch: EntryPatch,
    telling: "tell" | "silent",
    without: readonly Passing[] = [],
  ): LedgerEntry {
    const before = current(actionId);
    const kept = { ...before };
    for (const fact of without) delete kept[fact];
    return change(before, applyPatch(kept, patch), telling === "tell" ? clock.now() : undefined);
  }

  /** [M1-M3] With which of the unsent ones this order can ride. */
  function carrierFor(order: LedgerEntry["order"]): LedgerEntry | undefined {
    const mergeKey = policy.merging === undefined ? undefined : mergeKeyOf(order.spec);
    if (policy.merging === undefined || mergeKey === undefined) return undefined;
    const carriers = [...pages.page(order.endpointId).open.values()]
      .filter((entry) => isUnsent(entry) && entry.alone !== true && mergeKeyOf(entry.order.spec) === mergeKey)
      .sort((a, b) => compareUrgency(urgencyOf(a), urgencyOf(b)))
      .map((entry) => ({
        key: entryKey(entry),
        spec: entry.order.spec,
        riders: riders.ridingWith(entry).map((rider) => rider.order.spec),
      }));
    const chosen = chooseCarrier(carriers, order.spec, policy.merging);
    return chosen === undefined ? undefined : find(chosen.key as ActionId);
  }

  function enter(order: LedgerEntry["order"], facts: Partial<LedgerEntry>): LedgerEntry {
    const now = clock.now();
    const fresh: LedgerEntry = {
      order,
      state: "delivered",
      admittedAt: now,
      changedAt: now,
      evidence: { rung: "none" },
      sends: 0,
      inDoubt: false,
      promoted: false,
      slotFreed: false,
    };
    const entry = { ...fresh, ...facts };
    // Of what is merely delivered the receipt tells.
    const told = entry.state === "delivered" && entry.code === undefined ? undefined : now;
    const made = tell(undefined, entry, told);
    commit([made]);
    return made.entry;
  }

  /** One that had a turn is gone: those behind it need not wait for it. */
  function moveUp(endpointId: EndpointId): void {
    for (const [actionId, { at }] of turns.turnsOn(endpointId)) {
      const entry = find(actionId as ActionId);
      if (entry?.pacedUntil === undefined || at >= entry.pacedUntil) continue;
      deps.onRunnable?.(amend(actionId as ActionId, { pacedUntil: at, earliest: at }, "silent"));
    }
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
      const page = pages.page(endpointId);
      return [...page.open.values(), ...pages.settledEntries(page).values()];
    },
    ridersOf: riders.live,
    occupancyOf: (endpointId) => pages.page(endpointId).occupancy,
    foreignOf: (endpointId) => pages.page(endpointId).occupancy?.foreign ?? [],

    admit(order, renews, firstOfferedAt) {
      const now = clock.now();
      const known = find(order.actionId)?.state;
      const inDoubt = firstOfferedAt !== undefined;
      const fresh = known === undefined && !inDoubt && order.deadline > now;
      const carrier = fresh ? carrierFor(order) : undefined;
      if (carrier !== undefined) {
        const { state, code, message, earliest } = carrier;
        const waits = {
          ...(code === undefined ? {} : { code }),
          ...(message === undefined ? {} : { message }),
          ...(earliest === undefined ? {} : { earliest }),
        };
        const entry = enter(order, { state, servedBy: entryKey(carrier), ...waits });
        return { admission: { kind: "accepted", placement: "held" }, entry };
      }
      const admission = admit({ ...viewOf(order.endpointId), order, known, inDoubt }, now, policy);
      if (admission.kind !== "accepted") return { admission };
      const waits = admission.placement === "deferred" ? admission : undefined;
      const entry = enter(order, {
        ...(waits === undefined ? {} : { state: "deferred", code: "ledger.full", message: waits.reason }),
        ...(waits?.earliest === undefined ? {} : { earliest: waits.earliest }),
        ...(renews === undefined ? leaseOf(order) : { renews }),
        ...(inDoubt ? { inDoubt, firstSentAt: firstOfferedAt } : {}),
      });
      return { admission, entry };
    },

    place(entry, lookFailed) {
      return place(viewOf(entry.order.endpointId, lookFailed), urgencyOf(entry), clock.now(), policy);
    },

    turnOf: turns.turnOf,

    move(actionId, state, patch) {
      const before = current(actionId);
      if (advance(before.state, state).kind !== "moved") return undefined;
      // A step leaves behind what was said of the state before it.
      const { code: _code, message: _message, earliest: _earliest, pacedUntil: _pacedUntil, ...kept } = before;
      if (state === "submitting") delete kept.serves;
      const now = clock.now();
      return change(before, applyPatch({ ...kept, state, changedAt: now }, patch), now);
    },

    amend,

    takeApart(actionId) {
      const together = [current(actionId), ...riders.ridingWith(current(actionId))];
      const apart = together.map((before) => ({ before, entry: takenApart(before), status: undefined }));
      commit(apart);
      for (const { entry } of apart.slice(1)) deps.onRunnable?.(entry);
    },

    join(actionId, carrier) {
      const before = current(actionId);
      const of = current(carrier);
      const { lastSentAt: _lastSentAt, ...own } = before;
      const joined = share({ ...own, servedBy: carrier }, of);
      assert(joined !== undefined, `${actionId} can take the state of ${carrier}`);
      const serving = { ...of, serves: [...(of.serves ?? []), actionId] };
      commit([tell(before, joined, clock.now()), { before: of, entry: serving, status: undefined }]);
    },

    occupy(occupancy) {
      pages.occupy(occupancy);
      changed.add(occupancy.endpointId);
      write([{ kind: "occupancy", occupancy }]);
    },

    noteDrift: (endpointId, measured) => drift.note(endpointId, measured, clock.now()),
    drift: drift.facts,

    promote(endpointId) {
      const promoted = promote(viewOf(endpointId), clock.now(), policy);
      return promoted.map(({ key }) => amend(key as ActionId, { promoted: true }, "silent"));
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

    statusesAfter: outbox.after,
    markSent: outbox.markSent,
    durable: () => written,

    takeChanged(max) {
      const taken = [...changed].slice(0, max);
      for (const endpointId of taken) changed.delete(endpointId);
      return taken.map((endpointId) => budgetOf(pages.book(pages.page(endpointId)), clock.now(), policy));
    },

    summary() {
      const endpoints = new Set([...open.values()].map((entry) => entry.order.endpointId));
      return { endpoints: endpoints.size, open: open.size, deferred };
    },

    prune: (before, max) => write([{ kind: "prune", before, max }]),
  };
}

function leaseOf(order: LedgerEntry["order"]): Pick<LedgerEntry, "lease"> {
  return order.spec.kind === "isolateHost" ? { lease: NEW_LEASE } : {};
}

function applyPatch(entry: LedgerEntry, patch: EntryPatch): LedgerEntry {
  const message = patch.message?.slice(0, STATUS_MESSAGE_CHARS_MAX);
  return { ...entry, ...patch, ...(message === undefined ? {} : { message }) };
}
