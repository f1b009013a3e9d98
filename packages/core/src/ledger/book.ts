import { type ActionClass, type ActionKind, classRank } from "../action/index.ts";
import type { EndpointId, EpochMs } from "../kernel/index.ts";

/**
 * Where a slot's owner stands. `held`: admitted, not sent yet. `in_flight`: sent or perhaps sent, its task not seen yet.
 * `present`: KSC shows the task.
 */
export type SlotStage = "held" | "in_flight" | "present";

/** One owner of a slot: an action of ours, or a task that someone else made. */
export interface Slot {
  /** Action id for ours, KSC task id for others'. Unique within a book. */
  readonly key: string;
  readonly origin: "ours" | "foreign";
  /** Absent when a foreign task's name does not tell; then the worst is assumed. */
  readonly actionClass: ActionClass | undefined;
  readonly kind: ActionKind | undefined;
  readonly stage: SlotStage;
  /** The task has run to its end, well or badly. A finished task still occupies its slot (kaspersky.md 6.2). */
  readonly finished: boolean;
  /** Isolation or prevention whose effect should hold until then; `Infinity` when nothing ends it. */
  readonly effectUntil?: number;
  /** When the slot was taken, by the agent's clock: the order of age. */
  readonly heldAt: EpochMs;
  /** When KSC created the task, by KSC's clock: from there its lifespan counts (kaspersky.md 6.5). */
  readonly createdAt?: EpochMs;
}

/** What waits for a slot [L4]. */
export interface Waiting {
  readonly key: string;
  readonly actionClass: ActionClass;
  readonly heldAt: EpochMs;
  readonly kind?: ActionKind;
}

/** The ledger's page for one endpoint. */
export interface EndpointBook {
  readonly endpointId: EndpointId;
  /** When KSC's tasks of this endpoint were last seen; absent when never [L2]. */
  readonly measuredAt?: EpochMs;
  readonly slots: readonly Slot[];
  readonly waiting: readonly Waiting[];
}

export function emptyBook(endpointId: EndpointId): EndpointBook {
  return { endpointId, slots: [], waiting: [] };
}

/** [D7] Class first, then age; the key makes it total. Everything in the agent that has an order has this one. */
export function compareUrgency(
  a: { readonly actionClass: ActionClass; readonly heldAt: EpochMs; readonly key: string },
  b: { readonly actionClass: ActionClass; readonly heldAt: EpochMs; readonly key: string },
): number {
  const byClass = classRank(a.actionClass) - classRank(b.actionClass);
  if (byClass !== 0) return byClass;
  if (a.heldAt !== b.heldAt) return a.heldAt - b.heldAt;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
