import type { ActionKind, ActionState, StatusDetail } from "@cordon/core/action";
import type { ActionId, EndpointId, EpochMs } from "@cordon/core/kernel";
import type { Slot } from "@cordon/core/ledger";
import type { LedgerEntry, Occupancy } from "./entry.ts";

/** One step of an action's timeline on its way to the coordinator. */
export interface StatusRecord {
  /** Gap-free in this ledger from 1; the cursor. */
  readonly seq: number;
  readonly actionId: ActionId;
  readonly state: ActionState;
  readonly at: EpochMs;
  readonly detail: StatusDetail;
}

export interface LedgerMeta {
  /** Made at random with the ledger's file: it tells a ledger that was lost and made anew from the one before. */
  readonly ledgerId: string;
  /** Highest fencing epoch seen. */
  readonly epoch: number;
  /** The last signed order that was taken [O4]. */
  readonly orderEpoch: number;
  readonly orderSequence: number;
  /** The last welcome named no lease, so that no other agent can take over: it may act without a coordinator. */
  readonly actsAlone: boolean;
  /** Highest status sequence written, and how far the coordinator has stored them. */
  readonly statusSeq: number;
  readonly statusAcked: number;
  /** Version of the inventory that was last sent completely; 0 = none. */
  readonly inventoryVersion: number;
  /** Result events of KSC up to here were read. */
  readonly eventCursor: number;
  /** Task names of this KSC were seen to end with our incident id. */
  readonly namesCarryIncident: boolean;
}

export const EMPTY_META: LedgerMeta = {
  ledgerId: "",
  epoch: 0,
  orderEpoch: 0,
  orderSequence: 0,
  actsAlone: false,
  statusSeq: 0,
  statusAcked: 0,
  inventoryVersion: 0,
  eventCursor: 0,
  namesCarryIncident: false,
};

/** One action that was handed to KSC, at its first send. */
export interface SentAction {
  readonly actionId: ActionId;
  readonly kind: ActionKind;
  readonly endpointId: EndpointId;
  readonly at: EpochMs;
}

export type LedgerWrite =
  | { readonly kind: "entry"; readonly entry: LedgerEntry }
  /** A record with the `seq` of one that is not sent yet takes its place. */
  | { readonly kind: "status"; readonly record: StatusRecord }
  /** Statuses up to the cursor are stored at the coordinator and are forgotten here. */
  | { readonly kind: "acked"; readonly cursor: number }
  | { readonly kind: "occupancy"; readonly occupancy: Occupancy }
  | { readonly kind: "meta"; readonly meta: Partial<LedgerMeta> }
  /** Forgets closed entries that changed, and whose deadline passed, before then; at most `max`. */
  | { readonly kind: "prune"; readonly before: EpochMs; readonly max: number };

/**
 * The durable book. Reads show what is committed. A failed or torn disk is `ledger.unreadable` or `ledger.unwritable`: the
 * process then ends, and its next start reconciles.
 */
export interface LedgerStore {
  find(actionId: ActionId): LedgerEntry | undefined;
  /** Entries of the endpoint that are settled and still take a slot, and their slots alone: far cheaper to read. */
  settledOf(endpointId: EndpointId): readonly LedgerEntry[];
  slotsOf(endpointId: EndpointId): readonly Slot[];
  occupancyOf(endpointId: EndpointId): Occupancy | undefined;
  openEntries(): readonly LedgerEntry[];
  /** Endpoints with an entry that is not closed. */
  endpointsInUse(): readonly EndpointId[];
  /** Actions first sent at or after then; the agent's own renewals left out. Reads the whole file. */
  sentSince(since: EpochMs): readonly SentAction[];
  /** Entries that are closed and changed at or after then. */
  closedSince(since: EpochMs): readonly LedgerEntry[];
  statusesAfter(seq: number, limit: number): readonly StatusRecord[];
  meta(): LedgerMeta;
  /**
   * Applies the writes in the order of the calls, all of one call or none. Resolves when they are on disk, which they are soon.
   * Calls that follow one another closely share one transaction.
   */
  write(writes: readonly LedgerWrite[]): Promise<void>;
  /** Somebody waits for what was written so far. */
  hurry(): void;
  close(): Promise<void>;
}
