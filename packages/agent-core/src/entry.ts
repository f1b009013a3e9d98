import { type ActionOrder, type ActionState, classOf, type Evidence, isSettled } from "@cordon/core/action";
import type { LeaseView, LeaseRelease as ToldRelease } from "@cordon/core/endpoint";
import type { ActionId, EndpointId, EpochMs, ErrorCode } from "@cordon/core/kernel";
import type { Slot, Waiting } from "@cordon/core/ledger";

/** One action in the site's book: what was ordered, how far it is, and what that rests on. Durable after every change. */
export interface LedgerEntry {
  readonly order: ActionOrder;
  readonly state: ActionState;
  readonly admittedAt: EpochMs;
  readonly changedAt: EpochMs;
  readonly evidence: Evidence;
  /** How often the request was handed to KSC. */
  readonly sends: number;
  /** When it was first (and last) handed over: a look for its incident starts there [D4]. */
  readonly firstSentAt?: EpochMs;
  readonly lastSentAt?: EpochMs;
  /** A send may have had an effect that nobody has seen yet. Written with the intent, cleared by an answer [D5]. */
  readonly inDoubt: boolean;
  readonly task?: EntryTask;
  /** A deferred order that has got its slot. */
  readonly promoted: boolean;
  /** The slot was seen to be free again, or nothing will ever come of this entry. */
  readonly slotFreed: boolean;
  readonly code?: ErrorCode;
  readonly message?: string;
  readonly earliest?: EpochMs;
  /** When the task's event says that it ended, by KSC's clock: from there the endpoint's own timer runs. */
  readonly endedAt?: EpochMs;
  /** Of an isolation that was ordered: how it is kept up [S6]. */
  readonly lease?: LeaseRecord;
  /** An isolation that the agent itself made, to renew this one; the coordinator hears of it as part of that one's lease. */
  readonly renews?: ActionId;
  /** A later renewal holds the endpoint: losing this one's task undoes nothing any more. */
  readonly superseded?: true;
  /** [L5] It rides with this action: that one's task serves both, and this one takes no slot. */
  readonly servedBy?: ActionId;
  /** [L5] Of one that carries others: who was in it when its intent was written. They share its steps from there on. */
  readonly serves?: readonly ActionId[];
  /** [L5] It went with others and KSC refused them together, so it is sent by itself. */
  readonly alone?: true;
  /** [L6] Its turn among the heavy actions of its endpoint. It keeps its slot meanwhile. */
  readonly pacedUntil?: EpochMs;
  /** It was to be cancelled when it might have been at KSC: it is as soon as that is known not to be so. */
  readonly calledOff?: { readonly code: ErrorCode; readonly message: string };
  /** Others may have acted since it was admitted, so it may have been ended: it is sent only when the coordinator offers it again. */
  readonly awaitsOffer?: true;
  /** [L7] Sequence of the status that tells its end. */
  readonly endSeq?: number;
}

/** What the lease of an isolation must remember beside what its entry and its renewals' entries show. */
export interface LeaseRecord {
  /** Renewals made so far; their action ids follow from the isolation's and their number. */
  readonly renewals: number;
  readonly heard: LeaseView["heard"];
  readonly released?: LeaseRelease;
  /** Nothing is done for it any more. */
  readonly ended?: "over" | "lost";
  /** The coordinator was told of the end. */
  readonly told?: true;
}

export interface LeaseRelease extends ToldRelease {
  /** What the site's release method did, or the steps for a person; absent until it has ended. */
  readonly steps?: string;
}

export const NEW_LEASE: LeaseRecord = { renewals: 0, heard: "unknown" };

/** The isolation has taken effect and is kept up, runs out under observation, or its end is still to be told. */
export function isLeaseLive(entry: LedgerEntry): boolean {
  return entry.lease !== undefined && entry.lease.told !== true && entry.state === "succeeded";
}

export interface EntryTask {
  readonly taskId: string;
  readonly scope: "global" | "local";
  readonly name: string;
  /** KSC's clock. */
  readonly createdAt: EpochMs;
}

/** A task of someone else, as the last look at the endpoint showed it. */
export interface ForeignTask {
  readonly taskId: string;
  readonly kind: Slot["kind"];
  readonly createdAt: EpochMs;
  readonly finished: boolean;
  /** When a look first showed it as someone else's, by our clock; absent in what an older version wrote. */
  readonly seenAt?: EpochMs;
}

/** What the last look at an endpoint showed of others' tasks. */
export interface Occupancy {
  readonly endpointId: EndpointId;
  readonly measuredAt: EpochMs;
  readonly foreign: readonly ForeignTask[];
}

/** `open`: someone works on it or watches for it. `slot`: settled, its task still takes a slot. `closed`: kept as memory. */
export type Standing = "open" | "slot" | "closed";

export function standingOf(entry: LedgerEntry): Standing {
  if (!isSettled(entry.state) || isLeaseLive(entry)) return "open";
  if (entry.slotFreed) return "closed";
  if (isRevivable(entry.state)) return "open";
  // The slot is the carrier's.
  if (entry.servedBy !== undefined) return "closed";
  return entry.state === "succeeded" || entry.state === "failed" ? "slot" : "closed";
}

/** Settled for people, but later evidence may still settle it otherwise. */
export function isRevivable(state: ActionState): boolean {
  return state === "no_console" || state === "unknown";
}

/** The order has not reached KSC, for certain: it can still be cancelled or expire. */
export function isUnsent(entry: LedgerEntry): boolean {
  return !entry.inDoubt && UNSENT.has(entry.state);
}

const UNSENT: ReadonlySet<ActionState> = new Set<ActionState>(["delivered", "deferred", "submitting"]);

/** As far as the book knows it has not come to KSC. */
export function isBeforeKsc(entry: LedgerEntry): boolean {
  return UNSENT.has(entry.state);
}

/** It waits, and the coordinator knows why: for a slot, for its turn, or with the one that carries it. */
export function isDeferred(entry: LedgerEntry): boolean {
  return entry.state === "deferred" && (!entry.promoted || entry.pacedUntil !== undefined);
}

/** KSC has the request; from here on the site is watched for what comes of it. */
export function isWatched(entry: LedgerEntry): boolean {
  if (entry.state === "submitted" || entry.state === "task_seen" || entry.state === "running") return true;
  return isRevivable(entry.state) && !entry.slotFreed;
}

export function isContain(entry: LedgerEntry): boolean {
  return classOf(entry.order.spec.kind) === "contain";
}

export function entryKey(entry: LedgerEntry): ActionId {
  return entry.order.actionId;
}

/** The entry as the pure ledger sees it; undefined when it takes no slot. */
export function slotOf(entry: LedgerEntry): Slot | undefined {
  const stage = stageOf(entry);
  if (stage === undefined) return undefined;
  const { kind } = entry.order.spec;
  const finished = entry.state === "succeeded" || entry.state === "failed";
  const effectUntil = effectUntilOf(entry);
  return {
    key: entry.order.actionId,
    origin: "ours",
    kind,
    actionClass: classOf(kind),
    stage,
    finished,
    heldAt: entry.admittedAt,
    ...(entry.task === undefined ? {} : { createdAt: entry.task.createdAt }),
    ...(effectUntil === undefined ? {} : { effectUntil }),
  };
}

export function waitingOf(entry: LedgerEntry): Waiting | undefined {
  if (entry.state !== "deferred" || entry.promoted || entry.inDoubt || entry.servedBy !== undefined) return undefined;
  return urgencyOf(entry);
}

/** What decides its place among others, and in which groups of tasks it counts. */
export function urgencyOf(entry: LedgerEntry) {
  const { actionId, spec } = entry.order;
  return { key: actionId, kind: spec.kind, actionClass: classOf(spec.kind), heldAt: entry.admittedAt };
}

function stageOf(entry: LedgerEntry): Slot["stage"] | undefined {
  if (entry.servedBy !== undefined) return undefined;
  if (entry.slotFreed || standingOf(entry) === "closed" || waitingOf(entry) !== undefined) return undefined;
  if (isUnsent(entry)) return "held";
  const finished = entry.state === "succeeded" || entry.state === "failed";
  return entry.task === undefined && !finished ? "in_flight" : "present";
}

/** The endpoint's timer started at some time before we saw the end of the task, so counting from there is the safe side. */
function effectUntilOf(entry: LedgerEntry): number | undefined {
  if (entry.state !== "succeeded" || entry.superseded === true) return undefined;
  if (entry.order.spec.kind === "isolateHost") return entry.changedAt + entry.order.spec.durationSeconds * 1_000;
  return entry.order.spec.kind === "preventExecution" ? Number.POSITIVE_INFINITY : undefined;
}
