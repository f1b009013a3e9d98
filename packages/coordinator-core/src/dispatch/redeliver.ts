import { asAppError, type Clock, type Logger } from "@cordon/core/kernel";
import type { QueuedRow } from "../ports/action-store.ts";
import type { DispatchQueue } from "../ports/dispatch-queue.ts";
import type { RedeliveryDue, RedeliveryStore } from "../ports/redelivery-store.ts";
import { toJob } from "./enqueue.ts";

export interface Redelivery {
  /** Collects what is due at all sites, unless that is under way here; failures are logged, and the next sweep goes on. */
  run(): Promise<void>;
}

const PAGE_ROWS = 1_000;

/**
 * [L8] After a change of a site's active ledger what the earlier one had accepted goes to the queue again, newest first, page by
 * page. The queue orders it among the new: by class, and new containment before old [D7].
 */
export function createRedelivery(deps: {
  readonly store: RedeliveryStore;
  readonly queue: Pick<DispatchQueue, "add">;
  readonly clock: Clock;
  readonly logger: Logger;
}): Redelivery {
  const { store, queue, clock, logger } = deps;
  let running: Promise<void> | undefined;
  let again = false;

  const collect = async (due: RedeliveryDue): Promise<void> => {
    let actions = 0;
    for (let last: QueuedRow | undefined; ; ) {
      const rows = await store.collect(due.tenantId, due.siteId, last, PAGE_ROWS, clock.now());
      // A job that does not reach the queue is handed in by the sweep: the row says that it is missing.
      if (rows.length > 0) await queue.add(rows.map(toJob));
      actions += rows.length;
      last = rows.at(-1);
      if (rows.length < PAGE_ROWS) break;
    }
    await store.collected(due);
    logger.info("site.redeliver", { ...due, actions });
  };

  const work = async (): Promise<void> => {
    try {
      do {
        again = false;
        for (const due of await store.due()) await collect(due);
      } while (again);
    } catch (error) {
      logger.warn("site.redeliver", { outcome: "failed", code: asAppError(error).code });
    } finally {
      running = undefined;
    }
  };

  return {
    run() {
      again = true;
      running ??= work();
      return running;
    },
  };
}
