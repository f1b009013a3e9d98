/** The life of an action (design section 7). The first eight are on the way; the rest are ends. */
export const ACTION_STATES = [
  "held",
  "queued",
  "delivered",
  "deferred",
  "submitting",
  "submitted",
  "task_seen",
  "running",
  "succeeded",
  "failed",
  "refused",
  "expired",
  "cancelled",
  "rotated",
  "no_console",
  "deleted_by_operator",
  "unknown",
] as const;

export type ActionState = (typeof ACTION_STATES)[number];

const ENDS: ReadonlySet<ActionState> = new Set<ActionState>([
  "succeeded",
  "failed",
  "refused",
  "expired",
  "cancelled",
  "rotated",
  "no_console",
  "deleted_by_operator",
  "unknown",
]);

/** Settled: nobody is working on it any more. `no_console` and `unknown` can still be settled otherwise by later evidence. */
export function isSettled(state: ActionState): boolean {
  return ENDS.has(state);
}

const AFTER_KSC: readonly ActionState[] = [
  "task_seen",
  "running",
  "succeeded",
  "failed",
  "rotated",
  "no_console",
  "deleted_by_operator",
  "unknown",
];
const AFTER_RECEIPT: readonly ActionState[] = [
  "deferred",
  "submitting",
  "submitted",
  ...AFTER_KSC,
  "refused",
  "expired",
  "cancelled",
];

/**
 * What may follow what; total, so a new state does not compile until its row is written. Rows allow jumps ahead, because the
 * report of a step in between may come late or never.
 */
const NEXT: Readonly<Record<ActionState, readonly ActionState[]>> = {
  held: ["queued", "refused", "expired", "cancelled"],
  queued: ["delivered", ...AFTER_RECEIPT],
  delivered: AFTER_RECEIPT,
  deferred: AFTER_RECEIPT,
  submitting: AFTER_RECEIPT,
  submitted: AFTER_KSC,
  task_seen: AFTER_KSC,
  running: ["succeeded", "failed", "rotated", "deleted_by_operator", "unknown"],
  // The coordinator gave up, but a receipt sent in time may still be on its way. What the endpoint did is the truth.
  expired: ["submitted", ...AFTER_KSC],
  cancelled: ["submitted", ...AFTER_KSC],
  // A console that returns may work off its backlog.
  no_console: ["task_seen", "running", "succeeded", "failed", "rotated", "deleted_by_operator", "unknown"],
  // Settled by a later look at KSC, or by a person.
  unknown: ["submitted", "task_seen", "running", "succeeded", "failed", "rotated", "no_console", "deleted_by_operator"],
  // The task is gone, but an event of its result may arrive after it.
  rotated: ["succeeded", "failed"],
  deleted_by_operator: ["succeeded", "failed"],
  succeeded: [],
  failed: [],
  refused: [],
};

export type Transition =
  | { readonly kind: "moved" }
  | { readonly kind: "unchanged" }
  | { readonly kind: "ignored"; readonly code: "action.illegal_transition" };

/** Statuses arrive late, twice and out of order; applying one twice changes nothing. */
export function advance(current: ActionState, next: ActionState): Transition {
  if (current === next) return { kind: "unchanged" };
  if (NEXT[current].includes(next)) return { kind: "moved" };
  return { kind: "ignored", code: "action.illegal_transition" };
}

export function isActionState(value: string): value is ActionState {
  return (ACTION_STATES as readonly string[]).includes(value);
}
