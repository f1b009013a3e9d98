import { type ActionKind, classOf, DEADLINE_MS } from "../action/index.ts";
import { type ActionId, addMs, type DecisionId, type EpochMs } from "../kernel/index.ts";
import { RULE_LIMITS, type Rule, type RuleAction } from "../rules/index.ts";
import type { Decision, DecisionReason } from "./decision.ts";
import type { ChainWait } from "./open-actions.ts";

/** Actions of one match that go one after another [R24]: stored beside them, for whoever lets the next one go. */
export interface PlannedChain {
  /** The decision about its first action. */
  readonly chainId: DecisionId;
  readonly links: readonly PlannedLink[];
}

export interface PlannedLink {
  readonly place: number;
  /** Absent: it was never ordered. Several links may have the same one. */
  readonly actionId?: ActionId;
  readonly onFailure: "stop" | "continue";
  /** From its release on. */
  readonly deadlineMs: number;
  /** The action of which it waits for the end. */
  readonly waitsFor?: ActionId;
}

/** How an action of a chain stands when its turn to be planned comes. */
export type Standing =
  /** Nothing before it is under way. */
  | { readonly kind: "free" }
  | { readonly kind: "waits"; readonly before: OrderedLink }
  /** One before it was refused and stops the rest. */
  | { readonly kind: "stopped"; readonly by: ActionKind; readonly because: DecisionReason };

export interface OrderedLink {
  readonly kind: ActionKind;
  readonly onFailure: "stop" | "continue";
  /** Absent where nothing was ordered, because the rule observes. */
  readonly actionId?: ActionId;
}

/** Goes along a chain while its actions are planned. */
export interface ChainWalk {
  standing(): Standing;
  /** When the action expires: what waits has the time of all before it, too, and never longer than KES keeps a task. */
  deadline(now: EpochMs, action: RuleAction): EpochMs;
  /** What became of the action. */
  note(action: RuleAction, decision: Decision, waits: ChainWait | undefined): void;
  /** Undefined when nothing waits. */
  chain(): PlannedChain | undefined;
}

export function createChainWalk({ chain }: Pick<Rule, "chain">): ChainWalk {
  const links: PlannedLink[] = [];
  let chainId: DecisionId | undefined;
  let before: OrderedLink | undefined;
  let stopped: Extract<Standing, { kind: "stopped" }> | undefined;
  let earlierMs = 0;
  return {
    standing() {
      if (chain === undefined) return { kind: "free" };
      if (stopped !== undefined) return stopped;
      return before === undefined ? { kind: "free" } : { kind: "waits", before };
    },
    deadline: (now, action) => addMs(now, Math.min(earlierMs + ownMs(action), RULE_LIMITS.deadlineMsMax)),
    note(action, { decisionId, outcome, actionIndex, actionId, reason }, waits) {
      if (chain === undefined) return;
      chainId ??= decisionId;
      const onFailure = action.onFailure ?? "stop";
      links.push({
        place: actionIndex,
        onFailure,
        deadlineMs: ownMs(action),
        ...(actionId === undefined ? {} : { actionId }),
        ...(waits === undefined ? {} : { waitsFor: waits.on }),
      });
      if (outcome !== "suppress") {
        earlierMs += ownMs(action);
        before = { kind: action.kind, onFailure, ...(actionId === undefined ? {} : { actionId }) };
      } else if (onFailure === "stop") stopped ??= { kind: "stopped", by: action.kind, because: reason };
    },
    chain() {
      const waiting = links.some(({ waitsFor }) => waitsFor !== undefined);
      return chainId === undefined || !waiting ? undefined : { chainId, links };
    },
  };
}

function ownMs({ kind, deadlineMs }: RuleAction): number {
  return deadlineMs ?? DEADLINE_MS[classOf(kind)];
}
