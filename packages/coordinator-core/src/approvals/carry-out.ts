import type { Clock, TenantId } from "@cordon/core/kernel";
import type { HeldRelease, ReleaseHeld } from "../actions/release-held.ts";
import type { ActionMove, ActionStore } from "../ports/action-store.ts";
import type { ApprovalStore, DecidedApproval } from "../ports/approvals.ts";

export interface CarryOutDeps {
  readonly approvals: Pick<ApprovalStore, "settle">;
  readonly store: Pick<ActionStore, "move">;
  readonly release: ReleaseHeld;
  readonly clock: Clock;
}

/** Answers what became of those that were approved. At most `RELEASE_ACTIONS_MAX` at once. */
export type CarryOut = (tenantId: TenantId, decided: readonly DecidedApproval[]) => Promise<readonly HeldRelease[]>;

/**
 * [A6] The second step after a decision: what was approved is released, what was rejected ends as `refused`. Repeated, it does
 * nothing twice; what a brake holds back stays, and is tried again by the watch.
 */
export function createCarryOut({ approvals, store, release, clock }: CarryOutDeps): CarryOut {
  return async (tenantId, decided) => {
    const releases: HeldRelease[] = [];
    const approved = decided.filter(({ state }) => state === "approved");
    const alike = Map.groupBy(approved, ({ by, reason }) => JSON.stringify([by, reason]));
    for (const group of alike.values()) {
      const [{ by, reason }] = group as [DecidedApproval, ...DecidedApproval[]];
      const wishes = group.map(({ actionId }) => ({ actionId }));
      const who =
        by === undefined
          ? ({ source: "sweep", reason: "Nobody said no in time, and silence means yes." } as const)
          : ({ source: "api", actor: by, reason: `Approved: ${reason ?? ""}` } as const);
      releases.push(...(await release(tenantId, wishes, who)));
    }
    const rejected = decided.filter(({ state }) => state === "rejected");
    if (rejected.length > 0) await store.move(tenantId, rejected.map(toRefusal), clock.now());
    await approvals.settle(
      tenantId,
      decided.map(({ actionId }) => actionId),
    );
    return releases;
  };
}

function toRefusal({ actionId, by, reason, at }: DecidedApproval): ActionMove {
  const silent = by === undefined;
  const message = silent ? "Nobody approved it in time, and silence means no." : `${by} said no: ${reason ?? ""}`;
  return {
    actionId,
    state: "refused",
    at,
    source: silent ? "sweep" : "api",
    detail: { evidence: { rung: "none" }, code: silent ? "approval.timed_out" : "approval.rejected", message },
    ...(silent ? {} : { actor: by }),
  };
}
