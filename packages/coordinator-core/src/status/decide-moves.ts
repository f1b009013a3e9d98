import { type ActionState, advance } from "@cordon/core/action";
import type { ActionId } from "@cordon/core/kernel";
import type { MoveResult } from "../ports/action-store.ts";
import type { ReadStatus } from "./read-status.ts";

export interface WantedMove {
  readonly actionId: ActionId;
  readonly state: ActionState;
}

/** What each wish comes to, in order: a later wish of the batch meets the state that an earlier one made. */
export function decideMoves(
  present: ReadonlyMap<ActionId, ActionState>,
  wanted: readonly WantedMove[],
  read: ReadStatus = (_current, state) => state,
): readonly MoveResult[] {
  const states = new Map(present);
  return wanted.map(({ actionId, state }) => {
    const current = states.get(actionId);
    if (current === undefined) return { actionId, outcome: "not_found" };
    const next = read(current, state);
    const outcome = next === undefined ? "ignored" : advance(current, next).kind;
    if (next === undefined || outcome !== "moved") return { actionId, outcome, state: current };
    states.set(actionId, next);
    return { actionId, outcome, state: next };
  });
}
