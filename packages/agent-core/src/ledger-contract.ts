import type { ActionState } from "@cordon/core/action";
import type { EndpointBudget } from "@cordon/core/endpoint";
import type { ActionId, Clock, EndpointId, EpochMs } from "@cordon/core/kernel";
import type { Admission, Drift, LedgerPolicy, Placement, Turn } from "@cordon/core/ledger";
import type { DriftFacts } from "./drift-log.ts";
import type { ForeignTask, LedgerEntry, Occupancy } from "./entry.ts";
import type { LedgerMeta, LedgerStore, StatusRecord } from "./ledger-store.ts";
import type { LedgerSummary } from "./uplink.ts";

/** What a change says of itself beside the new state. */
export type EntryPatch = Partial<Omit<LedgerEntry, "order" | "state" | "admittedAt" | "changedAt">>;

/** Facts that a change may take back. */
export type Passing = "earliest" | "pacedUntil" | "serves" | "awaitsOffer";

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
   * `renews`: the isolation that the agent itself keeps up with this order. `firstOfferedAt`: another agent or another copy of the
   * ledger may have sent it since then, so it starts in doubt [L8]. An entry that is `servedBy` another needs no sending of its own.
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
  /**
   * [L8] This book may be an older copy, which wrote anew under numbers that the coordinator already has from its later self: of every
   * action that a status between the last acknowledged one and this one tells of, the present state is told again.
   */
  tellAgain(upTo: number): void;
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
