import { advance, isSettled } from "@cordon/core/action";
import type { ActionId } from "@cordon/core/kernel";
import { nextCarrier, unite } from "@cordon/core/ledger";
import { entryKey, isUnsent, type LedgerEntry } from "./entry.ts";
import type { SentOrder } from "./ports.ts";

/**
 * [L5] One task that serves several actions (rules M1-M6 of the ledger's SPEC.md): the carrier is sent, the others ride with it.
 * Everything here is a decision about entries; the ledger writes what it says together with the carrier's own change.
 */

export const servedByWords = (carrier: ActionId) =>
  `One task does the work of several actions: this one is served by the task of ${carrier}.`;

/** What is sent for a carrier: its own order while it is alone, else one that serves all of them. */
export function sentOrderOf(carrier: LedgerEntry, riders: readonly LedgerEntry[]): SentOrder {
  if (riders.length === 0) return carrier.order;
  const spec = unite([carrier.order.spec, ...riders.map(({ order }) => order.spec)]) ?? carrier.order.spec;
  return { ...carrier.order, spec, serves: riders.map(entryKey) };
}

/**
 * Which of those that ride share the carrier's step. Until the intent to send is written all do, but for an end: then each has an
 * end of its own to find. From the intent on it is those that were in it.
 */
export function sharers(
  before: LedgerEntry,
  after: LedgerEntry,
  riding: readonly LedgerEntry[],
): readonly LedgerEntry[] {
  if (isUnsent(before) && isUnsent(after)) return riding;
  const endsUnsent = isUnsent(before) && isSettled(after.state);
  // Sent as often as is allowed, and never settled: so were those that were in it.
  if (endsUnsent && after.state !== "unknown") return [];
  return riding.filter((entry) => after.serves?.includes(entryKey(entry)) === true);
}

/** The rider after a step of its carrier; undefined when that says nothing new of it. */
export function share(rider: LedgerEntry, carrier: LedgerEntry): LedgerEntry | undefined {
  const moves = advance(rider.state, carrier.state).kind === "moved";
  if (!moves && (rider.state !== carrier.state || SHARED.every((fact) => rider[fact] === carrier[fact])))
    return undefined;
  const { code: _code, message: _message, earliest: _earliest, firstSentAt: _first, lastSentAt: _last, ...own } = rider;
  return {
    ...own,
    state: carrier.state,
    changedAt: moves ? carrier.changedAt : rider.changedAt,
    evidence: carrier.evidence,
    sends: carrier.sends,
    inDoubt: carrier.inDoubt,
    slotFreed: carrier.slotFreed,
    ...(carrier.code === undefined ? {} : { code: carrier.code }),
    ...(carrier.message === undefined ? {} : { message: carrier.message }),
    ...(carrier.earliest === undefined ? {} : { earliest: carrier.earliest }),
    ...(carrier.firstSentAt === undefined ? {} : { firstSentAt: carrier.firstSentAt }),
    ...(carrier.lastSentAt === undefined ? {} : { lastSentAt: carrier.lastSentAt }),
  };
}

const SHARED = [
  "evidence",
  "sends",
  "inDoubt",
  "slotFreed",
  "code",
  "message",
  "earliest",
  "firstSentAt",
  "lastSentAt",
] as const satisfies readonly (keyof LedgerEntry)[];

/** [M4] The carrier left without them: who carries on, and those that ride with it from now on. */
export function handOver(
  before: LedgerEntry,
  riding: readonly LedgerEntry[],
): { readonly carrier: LedgerEntry; readonly riders: readonly LedgerEntry[] } | undefined {
  const candidates = riding.map((entry) => ({ key: entryKey(entry), deadline: entry.order.deadline, entry }));
  const next = nextCarrier(candidates);
  if (next === undefined) return undefined;
  const { servedBy: _servedBy, ...freed } = next.entry;
  // It takes the place of the one before it: its slot or its place among the waiting, and its turn.
  const carrier = {
    ...freed,
    promoted: before.promoted,
    ...(before.pacedUntil === undefined ? {} : { pacedUntil: before.pacedUntil }),
  };
  const riders = riding.filter((entry) => entry !== next.entry).map((entry) => ({ ...entry, servedBy: next.key }));
  return { carrier, riders };
}

/** [M6] By itself from now on. */
export function takenApart(entry: LedgerEntry): LedgerEntry {
  const { servedBy: _servedBy, serves: _serves, ...own } = entry;
  return { ...own, alone: true };
}
