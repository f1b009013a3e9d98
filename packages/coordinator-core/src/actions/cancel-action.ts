import { isSettled } from "@cordon/core/action";
import type { ActionMove } from "../ports/action-store.ts";
import type { ActionRecord } from "../ports/records.ts";
import type { CancelVerdict, SiteLink } from "../ports/site-link.ts";
import type { ActionDesk, ActionDeskDeps, CancelAnswer } from "./action-desk.ts";

/**
 * Answers what is known and not what was hoped for: an action that the agent may have is only `cancelled` when the agent
 * says so.
 */
export function createCancel(deps: Omit<ActionDeskDeps, "inventory" | "random">): ActionDesk["cancel"] {
  const { store, queue, linkOf, clock, logger } = deps;

  const moveToCancelled = async (action: ActionRecord, actor: string, reason: string) => {
    const at = clock.now();
    const detail = { evidence: { rung: "none" }, code: "action.cancelled", message: reason } as const;
    const move: ActionMove = { actionId: action.actionId, state: "cancelled", at, source: "api", detail, actor };
    const [result] = await store.move(action.tenantId, [move], at);
    return result;
  };

  const ask = async (link: SiteLink, action: ActionRecord, reason: string): Promise<CancelVerdict | undefined> => {
    try {
      return await link.cancel(action.actionId, reason);
    } catch (error) {
      logger.warn("action.cancel", {
        tenantId: action.tenantId,
        siteId: action.siteId,
        actionId: action.actionId,
        error: String(error),
      });
      return undefined;
    }
  };

  /** Not known to be at the agent: the record decides. An offer may still be on its way, so a connected agent is asked too. */
  const cancelQueued = async (
    action: ActionRecord,
    actor: string,
    reason: string,
  ): Promise<CancelAnswer | undefined> => {
    const result = await moveToCancelled(action, actor, reason);
    if (result?.outcome !== "moved") return undefined;
    const site = { tenantId: action.tenantId, siteId: action.siteId };
    await queue.remove(site, [action.actionId]).catch((error: unknown) => {
      // A job that stays behind is dropped when it is taken.
      logger.warn("action.cancel", { ...site, actionId: action.actionId, error: String(error) });
    });
    const link = linkOf(site);
    const verdict = link && (await ask(link, action, reason));
    return verdict?.outcome === "too_late"
      ? { kind: "too_late", state: verdict.state ?? "submitting" }
      : { kind: "cancelled" };
  };

  const cancelDelivered = async (action: ActionRecord, actor: string, reason: string): Promise<CancelAnswer> => {
    const link = linkOf(action);
    const verdict = link && (await ask(link, action, reason));
    if (!verdict) return { kind: "site_offline", code: "site.offline", state: action.state };
    if (verdict.outcome !== "cancelled") return { kind: "too_late", state: verdict.state ?? action.state };
    await moveToCancelled(action, actor, reason);
    return { kind: "cancelled" };
  };

  /** Before the action itself: its end must not let any of them go. */
  const cancelWaiting = async (action: ActionRecord, actor: string, reason: string): Promise<void> => {
    const waiting = await store.listWaiting(action.tenantId, action.actionId);
    for (const each of waiting) if (each.actionId !== action.actionId) await moveToCancelled(each, actor, reason);
  };

  return async (tenantId, actionId, actor, reason, chain = false) => {
    const action = await store.getAction(tenantId, actionId);
    if (!action) return { kind: "not_found", code: "action.not_found" };
    if (chain) await cancelWaiting(action, actor, reason);
    if (action.state === "queued" || action.state === "held") {
      const answer = await cancelQueued(action, actor, reason);
      if (answer) return answer;
    }
    // It may have moved between look and move.
    const present = (await store.getAction(tenantId, actionId)) ?? action;
    if (isSettled(present.state)) return { kind: "settled", state: present.state };
    return cancelDelivered(present, actor, reason);
  };
}
