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
import { entryKey, isUnsent, type LedgerEntry, NEW_LEASE, urgencyOf } from "./entry.ts";
import type { EntryPatch, Passing, SiteLedger, SiteLedgerDeps } from "./ledger-contract.ts";
import { type Change, createLedgerEntries } from "./ledger-entries.ts";
import { handOver, share, sharers, takenApart } from "./riders.ts";

export type { EntryPatch, SiteLedger, SiteLedgerDeps } from "./ledger-contract.ts";

export function createSiteLedger(deps: SiteLedgerDeps): SiteLedger {
  const { clock, policy } = deps;
  const entries = createLedgerEntries(deps);
  const { find, current, tell, commit, pages, riders, turns } = entries;
  const drift = createDriftLog();

  function viewOf(endpointId: EndpointId, lookFailed = false): PlaceView {
    return { book: pages.book(pages.page(endpointId)), lookFailed, ...pages.shared() };
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
    const entry: LedgerEntry = {
      order,
      state: "delivered",
      admittedAt: now,
      changedAt: now,
      evidence: { rung: "none" },
      sends: 0,
      inDoubt: false,
      promoted: false,
      slotFreed: false,
      ...facts,
    };
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
      return entries.meta;
    },
    get openCount() {
      return entries.open.size;
    },
    find,
    openEntries: () => entries.open.values(),
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

    occupy: entries.occupy,
    noteDrift: (endpointId, measured) => drift.note(endpointId, measured, clock.now()),
    drift: drift.facts,

    promote(endpointId) {
      const promoted = promote(viewOf(endpointId), clock.now(), policy);
      return promoted.map(({ key }) => amend(key as ActionId, { promoted: true }, "silent"));
    },

    setMeta: entries.setMeta,
    acked: entries.acked,
    statusesAfter: entries.outbox.after,
    markSent: entries.outbox.markSent,

    tellAgain(upTo) {
      const { outbox, meta } = entries;
      const actionIds = new Set<ActionId>();
      for (let from = meta.statusAcked; from < upTo; ) {
        const records = outbox.after(from, STATUSES_PER_READ);
        for (const { seq, actionId } of records) if (seq <= upTo) actionIds.add(actionId);
        from = records.at(-1)?.seq ?? upTo;
      }
      // None of those that lie there may be replaced by what is told now: their numbers are used up.
      outbox.markSent(upTo);
      commit(
        [...actionIds].flatMap((actionId): Change[] => {
          const entry = find(actionId);
          return entry === undefined ? [] : [{ ...tell(undefined, entry, clock.now()), before: entry }];
        }),
      );
    },

    durable: entries.durable,

    takeChanged: (max) =>
      entries.takeChanged(max).map((endpointId) => budgetOf(pages.book(pages.page(endpointId)), clock.now(), policy)),
    summary: entries.summary,
    prune: entries.prune,
  };
}

const STATUSES_PER_READ = 1_000;

function leaseOf(order: LedgerEntry["order"]): Pick<LedgerEntry, "lease"> {
  return order.spec.kind === "isolateHost" ? { lease: NEW_LEASE } : {};
}

function applyPatch(entry: LedgerEntry, patch: EntryPatch): LedgerEntry {
  const message = patch.message?.slice(0, STATUS_MESSAGE_CHARS_MAX);
  return { ...entry, ...patch, ...(message === undefined ? {} : { message }) };
}
