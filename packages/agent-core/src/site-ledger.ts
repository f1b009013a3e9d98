import { advance, isSettled, STATUS_MESSAGE_CHARS_MAX } from "@cordon/core/action";
import { type ActionId, assert, type EndpointId, type EpochMs } from "@cordon/core/kernel";
import {
  admit,
  budgetOf,
  chooseCarrier,
  compareUrgency,
  mergeKeyOf,
  type PlaceView,
  place,
  promote,
} from "@cordon/core/ledger";
import { createDriftLog } from "./drift-log.ts";
import { entryKey, isDeferred, isUnsent, type LedgerEntry, NEW_LEASE, standingOf, urgencyOf } from "./entry.ts";
import { createHeavyTurns } from "./heavy-turns.ts";
import type { EntryPatch, Passing, SiteLedger, SiteLedgerDeps } from "./ledger-contract.ts";
import { createLedgerPages } from "./ledger-pages.ts";
import type { LedgerWrite, StatusRecord } from "./ledger-store.ts";
import { createRiderIndex } from "./rider-index.ts";
import { handOver, share, sharers, takenApart } from "./riders.ts";
import { createStatusOutbox } from "./status-outbox.ts";

export type { EntryPatch, SiteLedger, SiteLedgerDeps } from "./ledger-contract.ts";

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
