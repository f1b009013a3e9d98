import type { AgentId, Clock, Logger } from "@cordon/core/kernel";
import type { ActionStore, AgentStatus, StatusesApplied } from "../ports/action-store.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";

/** The session that a message came in on. */
export interface SessionRef extends SiteRef {
  readonly agentId: AgentId;
  readonly epoch: number;
}

/**
 * On `applied` acknowledge `cursor`; on `gap` and `fenced` end the session. Throws `store.unavailable`: acknowledge nothing and
 * end the session, so that the agent starts again after what is stored. Calls of one session are applied in their order.
 */
export type ApplyStatuses = (session: SessionRef, statuses: readonly AgentStatus[]) => Promise<StatusesApplied>;

export declare function createApplyStatuses(deps: {
  readonly store: Pick<ActionStore, "applyStatuses">;
  readonly clock: Clock;
  readonly logger: Logger;
}): ApplyStatuses;
