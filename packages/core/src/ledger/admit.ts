import { type ActionOrder, type ActionState, classOf, classRank } from "../action/index.ts";
import type { EpochMs } from "../kernel/index.ts";
import { compareUrgency, type Waiting } from "./book.ts";
import { type Placement, type PlaceView, place, standsBefore } from "./place.ts";
import type { LedgerPolicy } from "./policy.ts";

export type Admission =
  /** [L2] The slot is held from here on. Whether the task may be created is asked once more before it is sent. */
  | { readonly kind: "accepted"; readonly placement: "held" }
  /** [L4] */
  | { readonly kind: "accepted"; readonly placement: "deferred"; readonly reason: string; readonly earliest?: EpochMs }
  | { readonly kind: "duplicate"; readonly state: ActionState }
  | { readonly kind: "refused"; readonly code: "action.expired" | "ledger.full"; readonly message: string };

export interface AdmitInput extends PlaceView {
  readonly order: ActionOrder;
  /** The state of the entry with this action id, when there is one. */
  readonly known: ActionState | undefined;
  /** Another agent, or a ledger that was lost, may have sent it [L8]. */
  readonly inDoubt?: boolean;
}

/** Rules A1-A5 and A7 of SPEC.md. */
export function admit(input: AdmitInput, now: EpochMs, policy: LedgerPolicy): Admission {
  const { book, order, known } = input;
  if (known !== undefined) return { kind: "duplicate", state: known };
  // It may be at KSC already: whether it is, is found out first, and what is not there is placed, or expires, then.
  if (input.inDoubt === true) return { kind: "accepted", placement: "held" };
  if (order.deadline <= now) {
    return { kind: "refused", code: "action.expired", message: "its deadline had passed when the site received it" };
  }
  const actionClass = classOf(order.spec.kind);
  const request = { key: order.actionId, actionClass, heldAt: now, kind: order.spec.kind };
  // Why the others wait matters only where groups have limits of their own.
  const blocks = (waiting: Waiting) =>
    policy.groups === undefined || standsBefore(place(input, waiting, now, policy), order.spec.kind);
  const ahead = book.waiting.find(
    (waiting) => classRank(waiting.actionClass) <= classRank(actionClass) && blocks(waiting),
  );
  const placement: Placement =
    ahead === undefined
      ? place(input, request, now, policy)
      : { kind: "full", reason: `others of the same or a higher class already wait for a slot (${ahead.key})` };
  if (placement.kind !== "full") return { kind: "accepted", placement: "held" };
  if (book.waiting.length >= policy.deferredPerEndpointMax) {
    return {
      kind: "refused",
      code: "ledger.full",
      message: `${book.waiting.length} actions already wait for a slot of this endpoint`,
    };
  }
  const { reason, earliest } = placement;
  return { kind: "accepted", placement: "deferred", reason, ...(earliest === undefined ? {} : { earliest }) };
}

/**
 * Which of the waiting now get a slot, the most urgent first. Called when something about the endpoint changed; never on a
 * timer alone [L4].
 */
export function promote(view: PlaceView, now: EpochMs, policy: LedgerPolicy): readonly Waiting[] {
  const promoted: Waiting[] = [];
  const stuck: Placement[] = [];
  let book = view.book;
  for (const waiting of [...view.book.waiting].sort(compareUrgency)) {
    if (stuck.some((placement) => standsBefore(placement, waiting.kind))) continue;
    const placement = place({ ...view, book }, waiting, now, policy);
    if (placement.kind === "full") {
      stuck.push(placement);
      continue;
    }
    promoted.push(waiting);
    const slot = {
      ...waiting,
      origin: "ours",
      kind: waiting.kind,
      stage: "held",
      finished: false,
    } as const;
    book = { ...book, slots: [...book.slots, slot] };
  }
  return promoted;
}
