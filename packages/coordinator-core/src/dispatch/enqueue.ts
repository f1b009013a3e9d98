import type { ActionClass } from "@cordon/core/action";
import type { ActionId, EpochMs, Logger } from "@cordon/core/kernel";
import type { DispatchJob, DispatchQueue, SiteRef } from "../ports/dispatch-queue.ts";

/** What of an action a job needs. */
export interface Queueable extends SiteRef {
  readonly actionId: ActionId;
  readonly actionClass: ActionClass;
  readonly createdAt: EpochMs;
}

export interface Enqueuer {
  /** Never fails and never waits: what does not reach the queue is found by the sweep [D2]. */
  enqueue(actions: readonly Queueable[]): void;
  idle(): Promise<void>;
}

const JOBS_PER_ADD_MAX = 1_000;
/** Beyond it the queue is far behind, and the record holds everything anyway. */
const WAITING_JOBS_MAX = 50_000;

export function toJob({ tenantId, siteId, actionId, actionClass, createdAt }: Queueable): DispatchJob {
  return { tenantId, siteId, actionId, actionClass, createdAt };
}

/** Hands stored actions to the queue, one call at a time: a flood makes few large calls, a single action an immediate one. */
export function createEnqueuer(deps: {
  readonly queue: Pick<DispatchQueue, "add">;
  readonly logger: Logger;
}): Enqueuer {
  const waiting: DispatchJob[] = [];
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const jobs = waiting.splice(0, JOBS_PER_ADD_MAX);
      try {
        await deps.queue.add(jobs);
      } catch (error) {
        deps.logger.warn("action.enqueue", { outcome: "left_to_sweep", actions: jobs.length, error: String(error) });
      }
    }
    running = undefined;
  };

  return {
    enqueue: (actions) => {
      if (actions.length === 0) return;
      const room = Math.max(0, WAITING_JOBS_MAX - waiting.length);
      waiting.push(...actions.slice(0, room).map(toJob));
      if (room < actions.length) {
        deps.logger.warn("action.enqueue", { outcome: "left_to_sweep", actions: actions.length - room });
      }
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
  };
}
