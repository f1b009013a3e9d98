import type { AgentId, Clock, Logger } from "@cordon/core/kernel";
import type { ActionStore, AgentStatus, StatusesApplied } from "../ports/action-store.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";

/** The session that a message came in on. */
export interface SessionRef extends SiteRef {
  readonly agentId: AgentId;
  readonly epoch: number;
}

/** Acknowledge `cursor` to the agent; on `fenced` end the session. Throws `store.unavailable`: acknowledge nothing. */
export type ApplyStatuses = (session: SessionRef, statuses: readonly AgentStatus[]) => Promise<StatusesApplied>;

export declare function createApplyStatuses(deps: {
  readonly store: Pick<ActionStore, "applyStatuses">;
  readonly clock: Clock;
  readonly logger: Logger;
}): ApplyStatuses;
