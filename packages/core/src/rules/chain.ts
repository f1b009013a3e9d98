import type { RuleAction } from "./rule.ts";

/** Where one action of a chain stands. `other`: it ended without success, or was never ordered. */
export type LinkState = "not_ordered" | "open" | "succeeded" | "other";

export type ChainStep =
  /** The action at `index` goes out now. */
  | { readonly kind: "order"; readonly index: number }
  /** The action at `index` is under way; nothing is to be done before it ends. */
  | { readonly kind: "wait"; readonly index: number }
  /** The action at `by` did not succeed and stops the rest, from `from` on: they are never ordered. */
  | { readonly kind: "stopped"; readonly by: number; readonly from: number }
  | { readonly kind: "done" };

/** [R24] What a chain does next; `states` has one entry per action, in order. Asking twice changes nothing. */
export function nextInChain(
  actions: readonly Pick<RuleAction, "onFailure">[],
  states: readonly LinkState[],
): ChainStep {
  for (const [index, action] of actions.entries()) {
    switch (states[index]) {
      case "open":
        return { kind: "wait", index };
      case "succeeded":
        break;
      case "other":
        if ((action.onFailure ?? "stop") === "continue") break;
        return index + 1 < actions.length ? { kind: "stopped", by: index, from: index + 1 } : { kind: "done" };
      default:
        return { kind: "order", index };
    }
  }
  return { kind: "done" };
}
