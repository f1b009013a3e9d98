import { type ActionState, advance } from "@cordon/core/action";
import type { ActionId } from "@cordon/core/kernel";
import type { MoveResult } from "../ports/action-store.ts";

export interface WantedMove {
  readonly actionId: ActionId;
  readonly state: ActionState;
}

/** What each wish comes to, in order: a later wish of the batch meets the state that an earlier one made. */
export function decideMoves(
  present: ReadonlyMap<ActionId, ActionState>,
  wanted: readonly WantedMove[],
): readonly MoveResult[] {
  const states = new Map(present);
  return wanted.map(({ actionId, state }) => {
    const current = states.get(actionId);
    if (current === undefined) return { actionId, outcome: "not_found" };
    const outcome = advance(current, state).kind;
    if (outcome === "moved") states.set(actionId, state);
    return { actionId, outcome, state: outcome === "moved" ? state : current };
  });
}
