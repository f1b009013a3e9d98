import { type ActionState, isSettled } from "@cordon/core/action";
import type { ActionDesk, ActionDeskDeps, OrderAnswer } from "./action-desk.ts";
import { createPlaceOrder } from "./order-action.ts";

/**
 * Another try of an action that has ended: a new action with a new id, the same arguments and the same endpoint, through the same
 * guards as any order by hand. Both timelines name the other one. A chain that stopped at the first does not go on by it.
 */
export function createRetry(deps: Omit<ActionDeskDeps, "linkOf">): ActionDesk["retry"] {
  const placeOrder = createPlaceOrder(deps);
  return async (tenantId, actionId, { actor, reason, force, requestKey }) => {
    const old = await deps.store.getAction(tenantId, actionId);
    if (old === undefined) return { kind: "not_found", code: "action.not_found" };
    const objection = force ? notEnded(old.state) : (notEnded(old.state) ?? mayTakeEffectTwice(old.state));
    if (objection !== undefined) return objection;
    const { kind, ...args } = old.spec;
    const { siteId, endpointId } = old;
    const key = requestKey === undefined ? {} : { requestKey };
    return placeOrder(tenantId, { siteId, endpointId, kind, args, actor, reason, ...key }, old);
  };
}

function notEnded(state: ActionState): OrderAnswer | undefined {
  if (isSettled(state)) return undefined;
  const reason = `It is ${state} and has not ended yet. Follow it, or cancel it first.`;
  return { kind: "refused", code: "action.not_ended", reason };
}

const TWICE: Readonly<Partial<Record<ActionState, string>>> = {
  unknown: "Whether it took effect is not known: another try may do it twice.",
  no_console: "KSC has it and may still work it off: another try may do it twice.",
  succeeded: "It has succeeded: another try does it again.",
};

function mayTakeEffectTwice(state: ActionState): OrderAnswer | undefined {
  const why = TWICE[state];
  return why === undefined ? undefined : { kind: "refused", code: "action.retry_unsafe", reason: why };
}
