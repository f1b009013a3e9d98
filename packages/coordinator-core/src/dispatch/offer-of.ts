import { type ActionOrder, type ActionState, isSettled } from "@cordon/core/action";
import { type EpochMs, epochMs } from "@cordon/core/kernel";
import type { DispatchableAction } from "../ports/action-store.ts";

/** An isolation that succeeded is offered again too, so that the ledger that took over keeps it up and can release it. */
export function isToBeOffered({ state, spec, redelivered }: DispatchableAction): boolean {
  if (state === "queued") return true;
  return redelivered && (!isSettled(state) || (spec.kind === "isolateHost" && state === "succeeded"));
}

export function isAtKsc(state: ActionState): boolean {
  return AT_KSC.has(state);
}

const AT_KSC: ReadonlySet<ActionState> = new Set(["submitted", "task_seen", "running", "succeeded"]);

/**
 * [D4] What KSC is known to have must not be sent again even if KSC should not show it any more. Nothing is sent past its
 * deadline, so it is offered with one that has passed: the agent only looks for it and watches it.
 */
export function offerOf(action: DispatchableAction): {
  readonly order: ActionOrder;
  readonly firstOfferedAt?: EpochMs;
} {
  const { actionId, endpointId, spec, deadline, firstOfferedAt } = action;
  if (firstOfferedAt === undefined) return { order: { actionId, endpointId, spec, deadline } };
  const until = AT_KSC.has(action.state) ? epochMs(Math.min(deadline, firstOfferedAt)) : deadline;
  return { order: { actionId, endpointId, spec, deadline: until }, firstOfferedAt };
}
