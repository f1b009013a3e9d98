import type { ActionId, Clock, EpochMs, Logger, TenantId } from "@cordon/core/kernel";
import type { ActionDesk } from "../actions/action-desk.ts";
import type { ActionStore } from "../ports/action-store.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";
import type { LeaseFilter, LeaseRecord, LeaseStore, ReleaseVerdict } from "../ports/leases.ts";
import type { ActionRecord } from "../ports/records.ts";
import type { SiteLink } from "../ports/site-link.ts";

export type ReleaseAnswer =
  /** The site has answered. */
  | ({ readonly kind: "answered" } & ReleaseVerdict)
  /** Nobody can be asked now: it is stored, and the site is asked when it is back. */
  | { readonly kind: "stored" }
  | { readonly kind: "not_found"; readonly code: "action.not_found" }
  | { readonly kind: "not_an_isolation"; readonly code: "lease.not_an_isolation" };

/** What a person does with isolations. No brake stops a release [S4]. */
export interface LeaseDesk {
  list(tenantId: TenantId, filter: LeaseFilter): Promise<readonly LeaseRecord[]>;
  get(tenantId: TenantId, actionId: ActionId): Promise<LeaseRecord | undefined>;
  release(tenantId: TenantId, actionId: ActionId, actor: string, reason: string): Promise<ReleaseAnswer>;
  /** Stores the same wish without waiting for the site, which is asked within seconds, or when it is back. */
  ask(tenantId: TenantId, actionId: ActionId, actor: string, reason: string): Promise<ReleaseAnswer>;
}

export interface LeaseDeskDeps {
  readonly leases: LeaseStore;
  readonly actions: Pick<ActionStore, "getAction" | "move">;
  readonly cancel: ActionDesk["cancel"];
  readonly linkOf: (site: SiteRef) => Pick<SiteLink, "release"> | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createLeaseDesk(deps: LeaseDeskDeps): LeaseDesk {
  const { leases, actions, clock, logger } = deps;

  /** Who asked and why stands in the action's timeline before anything is done. */
  async function record(action: ActionRecord, actor: string, reason: string, at: EpochMs): Promise<void> {
    const { tenantId, actionId, state } = action;
    await leases.askRelease(tenantId, actionId, { askedAt: at, askedBy: actor, reason });
    const evidence = action.detail?.evidence ?? { rung: "none" };
    const detail = { evidence, code: "lease.released", message: `Release asked for: ${reason}` } as const;
    await actions.move(tenantId, [{ actionId, state, at, source: "api", detail, actor }], at);
    logger.info("lease.release", { tenantId, siteId: action.siteId, actionId, state, actor });
  }

  /** An isolation that has not left for its site need not go there at all. */
  async function callOff(action: ActionRecord, actor: string, reason: string): Promise<ReleaseAnswer | undefined> {
    if (action.state !== "queued" && action.state !== "held") return undefined;
    const answer = await deps.cancel(action.tenantId, action.actionId, actor, reason);
    if (answer.kind !== "cancelled") return undefined;
    const verdict = {
      outcome: "released",
      steps: "The isolation had not been sent to its site and is called off.",
    } as const;
    await leases.answerRelease(action, action.actionId, verdict, clock.now());
    return { kind: "answered", ...verdict };
  }

  /** `stored`: the site is to be asked. */
  async function wish(
    tenantId: TenantId,
    actionId: ActionId,
    actor: string,
    reason: string,
  ): Promise<{ readonly action?: ActionRecord; readonly answer: ReleaseAnswer }> {
    const action = await actions.getAction(tenantId, actionId);
    if (action === undefined) return { answer: { kind: "not_found", code: "action.not_found" } };
    if (action.spec.kind !== "isolateHost") {
      return { answer: { kind: "not_an_isolation", code: "lease.not_an_isolation" } };
    }
    await record(action, actor, reason, clock.now());
    return { action, answer: (await callOff(action, actor, reason)) ?? { kind: "stored" } };
  }

  return {
    list: (tenantId, filter) => leases.listLeases(tenantId, filter),
    get: (tenantId, actionId) => leases.getLease(tenantId, actionId),

    ask: async (tenantId, actionId, actor, reason) => (await wish(tenantId, actionId, actor, reason)).answer,

    async release(tenantId, actionId, actor, reason) {
      const { action, answer } = await wish(tenantId, actionId, actor, reason);
      if (action === undefined || answer.kind !== "stored") return answer;
      const link = deps.linkOf(action);
      if (link === undefined) return { kind: "stored" };
      try {
        // Whoever holds the socket records the answer before it hands it on.
        return { kind: "answered", ...(await link.release(actionId, reason)) };
      } catch (error) {
        logger.warn("lease.release", {
          tenantId,
          siteId: action.siteId,
          actionId,
          outcome: "left_to_courier",
          error: String(error),
        });
        return { kind: "stored" };
      }
    },
  };
}
