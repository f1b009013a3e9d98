import type { ActionId } from "../kernel/index.ts";
import type { ExtendedAction, Plan, PlannedAction, SupersededAction } from "./decision.ts";
import { createOpenActions, longerOf, type OpenAction } from "./open-actions.ts";

export type Put =
  /** Another action does it, too. */
  | { readonly kind: "served"; readonly by: OpenAction }
  | {
      readonly kind: "ordered";
      readonly actionId: ActionId;
      /** An unsent isolation that would end sooner and is not needed any more. */
      readonly insteadOf?: ActionId;
    };

/** The actions of one plan, as they come together. */
export interface ActionBook {
  put(action: PlannedAction): Put;
  plan(): Pick<Plan, "actions" | "extended" | "superseded">;
}

/** [P10] [P14] One action for what is wished for several times, in this event or by earlier ones (`stored`). */
export function createActionBook(stored: readonly OpenAction[]): ActionBook {
  const open = createOpenActions(stored);
  const own = new Map<ActionId, PlannedAction>();
  const extended = new Map<ActionId, ExtendedAction>();
  const superseded: SupersededAction[] = [];

  const order = (action: PlannedAction): void => {
    own.set(action.actionId, action);
    open.put(action);
  };

  /** Whoever grants more time wins, or an action would expire although one that it serves is still wanted. */
  const serve = (by: OpenAction, { spec, deadline }: PlannedAction): Put => {
    const mine = own.get(by.actionId);
    const granted = mine?.deadline ?? extended.get(by.actionId)?.deadline ?? by.deadline;
    const last = deadline > granted ? deadline : granted;
    if (mine !== undefined) order({ ...mine, spec, deadline: last });
    else if (last > by.deadline) extended.set(by.actionId, { actionId: by.actionId, deadline: last });
    return { kind: "served", by };
  };

  return {
    put(action) {
      const found = open.find(action);
      if (found.kind === "serves") return serve(found.action, { ...action, spec: found.action.spec });
      if (found.kind === "none") {
        order(action);
        return { kind: "ordered", actionId: action.actionId };
      }
      const spec = longerOf(found.action.spec, action.spec);
      // What this plan has not handed out yet can still be made longer; what is stored may have been read already, and a chain's
      // action keeps its place.
      if (own.has(found.action.actionId)) return serve(found.action, { ...action, spec });
      if (action.waits !== undefined) {
        order(action);
        return { kind: "ordered", actionId: action.actionId };
      }
      const { actionId } = found.action;
      order({ ...action, spec });
      superseded.push({ actionId, by: action.actionId });
      return { kind: "ordered", actionId: action.actionId, insteadOf: actionId };
    },
    plan: () => ({
      actions: [...own.values()].toSorted(queuedFirst),
      extended: [...extended.values()],
      superseded,
    }),
  };
}

function queuedFirst(left: PlannedAction, right: PlannedAction): number {
  return Number(left.state === "held") - Number(right.state === "held");
}
