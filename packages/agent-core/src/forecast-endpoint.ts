import type { ActionId, EndpointId, EpochMs } from "@cordon/core/kernel";
import {
  type ActionForecast,
  type EndpointForecast,
  forecast,
  isShared,
  type LedgerPolicy,
  PACING_WINDOW_MS,
  type Slot,
} from "@cordon/core/ledger";
import { buildBook } from "./build-book.ts";
import { entryKey, isUnsent, type LedgerEntry } from "./entry.ts";
import { heavySentAt } from "./heavy-sends.ts";
import type { LedgerStore } from "./ledger-store.ts";

/** An action that rides with another goes when that one does. */
export type PendingForecast = ActionForecast & { readonly ridesWith?: ActionId };

export interface LedgerForecast extends Omit<EndpointForecast, "pending"> {
  readonly pending: readonly PendingForecast[];
}

type Reader = Pick<
  LedgerStore,
  "openEntries" | "settledOf" | "slotsOf" | "occupancyOf" | "endpointsInUse" | "closedSince"
>;

/**
 * What is in store for one endpoint, out of the ledger's file alone: how full it is per class, and what each pending action waits
 * for and how long [L4]. For a reader beside a running agent too.
 */
export function forecastEndpoint(
  reader: Reader,
  endpointId: EndpointId,
  now: EpochMs,
  policy: LedgerPolicy,
): LedgerForecast {
  const open = reader.openEntries();
  const own = open.filter(({ order }) => order.endpointId === endpointId);
  const unsent = own.filter(isUnsent);
  const foretold = forecast(
    {
      book: bookOf(reader, endpointId, open),
      pending: unsent.filter(({ servedBy }) => servedBy === undefined).map(pendingOf),
      heavySent: heavySentOn(reader, endpointId, own, now, policy),
      ...(isShared(policy) ? { serverSlots: serverSlots(reader, open) } : {}),
    },
    now,
    policy,
  );
  return { ...foretold, pending: withRiders(foretold.pending, unsent) };
}

function bookOf(reader: Reader, endpointId: EndpointId, open: readonly LedgerEntry[]) {
  const own = open.filter(({ order, servedBy }) => order.endpointId === endpointId && servedBy === undefined);
  const page = {
    endpointId,
    open: new Map(own.map((entry) => [entryKey(entry), entry])),
    settled: new Map(reader.slotsOf(endpointId).map((slot) => [slot.key, slot])),
    occupancy: reader.occupancyOf(endpointId),
  };
  // Whenever it was measured: how old that is, is told with the forecast.
  return buildBook(page);
}

function pendingOf(entry: LedgerEntry) {
  const { spec, deadline } = entry.order;
  return { key: entryKey(entry), kind: spec.kind, heldAt: entry.admittedAt, deadline };
}

function* serverSlots(reader: Reader, open: readonly LedgerEntry[]): Iterable<Slot> {
  for (const endpointId of reader.endpointsInUse()) yield* bookOf(reader, endpointId, open).slots;
}

function heavySentOn(
  reader: Reader,
  endpointId: EndpointId,
  own: readonly LedgerEntry[],
  now: EpochMs,
  policy: LedgerPolicy,
): readonly EpochMs[] {
  if (policy.pacing === undefined) return [];
  const closed = reader.closedSince((now - PACING_WINDOW_MS) as EpochMs);
  const settled = [...closed.filter(({ order }) => order.endpointId === endpointId), ...reader.settledOf(endpointId)];
  return [...own, ...settled].flatMap((entry) => heavySentAt(entry, policy) ?? []);
}

function withRiders(foretold: readonly ActionForecast[], unsent: readonly LedgerEntry[]): readonly PendingForecast[] {
  return foretold.flatMap((carrier): PendingForecast[] => {
    const riders = unsent.filter(({ servedBy }) => servedBy === carrier.key);
    return [
      carrier,
      ...riders.map((entry) => ({ ...carrier, key: entryKey(entry), ridesWith: carrier.key as ActionId })),
    ];
  });
}
