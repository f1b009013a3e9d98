import { type AgentId, AppError, type Clock, type Logger } from "@cordon/core/kernel";
import { siteKey } from "../dispatch/site-key.ts";
import type { ActionStore, AgentStatus, StatusesApplied } from "../ports/action-store.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";

/** The session that a message came in on. */
export interface SessionRef extends SiteRef {
  readonly agentId: AgentId;
  readonly epoch: number;
}

export type StatusAnswer = Exclude<StatusesApplied, { kind: "gap" }>;

/**
 * On `applied` acknowledge `cursor`; on `fenced` end the session. Throws `store.unavailable`: acknowledge nothing and end the
 * session, so that the agent starts again after what is stored. Calls of one session are applied in their order.
 */
export type ApplyStatuses = (session: SessionRef, statuses: readonly AgentStatus[]) => Promise<StatusAnswer>;

interface Line {
  readonly epoch: number;
  tail: Promise<unknown>;
  started: boolean;
}

export function createApplyStatuses(deps: {
  readonly store: Pick<ActionStore, "applyStatuses">;
  readonly clock: Clock;
  readonly logger: Logger;
}): ApplyStatuses {
  const { store, clock, logger } = deps;
  /** One per site that ever connected here. */
  const lines = new Map<string, Line>();

  const apply = async (
    session: SessionRef,
    statuses: readonly AgentStatus[],
    isFirst: boolean,
  ): Promise<StatusAnswer> => {
    const { tenantId, siteId, agentId, epoch } = session;
    const startedMs = clock.monotonicMs();
    // The first batch may start anywhere: the agent has forgotten what was acknowledged before a restored record. After it, a
    // hole means that an earlier batch of this session failed, and moving the cursor past it would lose that batch.
    const batch = { agentId, epoch, statuses, gap: isFirst ? "accept" : "refuse" } as const;
    const result = await store.applyStatuses(tenantId, siteId, batch, clock.now());
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    logger.info("status.apply", { tenantId, siteId, agentId, epoch, statuses: statuses.length, ...result, durationMs });
    if (result.kind === "gap") {
      throw new AppError(
        "store.unavailable",
        `statuses of ${tenantId}/${siteId} after ${result.cursor} were not stored`,
      );
    }
    return result;
  };

  return (session, statuses) => {
    const key = siteKey(session);
    let line = lines.get(key);
    if (!line || line.epoch !== session.epoch) {
      line = { epoch: session.epoch, tail: Promise.resolve(), started: false };
      lines.set(key, line);
    }
    const isFirst = !line.started;
    line.started = true;
    const applied = line.tail.then(() => apply(session, statuses, isFirst));
    line.tail = applied.catch(() => {});
    return applied;
  };
}
