import { asAppError, type Clock, epochMs, type Logger } from "@cordon/core/kernel";
import type { ListStore } from "../ports/tenant-lists.ts";
import { createRepeating } from "../repeating.ts";

/** Takes out of the record what is over. Rules do not wait for it: they never see an entry whose time is over. */
export interface ListSweep {
  runOnce(): Promise<{ readonly expired: number; readonly forgotten: number }>;
  start(): void;
  stop(): Promise<void>;
}

const INTERVAL_MS = 60_000;
/** Rows of one transaction. */
const STEP_ROWS = 5_000;
/** Of one run; the next goes on. */
const STEPS_MAX = 100;
/** What became of single entries. Who changed a list, when and how much is kept for ever. */
const ENTRY_HISTORY_MS = 400 * 86_400_000;

export function createListSweep(deps: {
  readonly store: Pick<ListStore, "removeExpired" | "forgetEntryRevisions">;
  readonly clock: Clock;
  readonly logger: Logger;
}): ListSweep {
  const { store, clock, logger } = deps;

  const repeat = async (step: () => Promise<number>): Promise<number> => {
    let sum = 0;
    for (let steps = 0; steps < STEPS_MAX && !repeating.signal.aborted; steps++) {
      const rows = await step();
      sum += rows;
      if (rows < STEP_ROWS) break;
    }
    return sum;
  };

  const runOnce = async () => {
    const now = clock.now();
    const before = epochMs(Math.max(0, now - ENTRY_HISTORY_MS));
    const expired = await repeat(() => store.removeExpired(now, STEP_ROWS));
    const forgotten = await repeat(() => store.forgetEntryRevisions(before, STEP_ROWS));
    if (expired > 0 || forgotten > 0) logger.info("lists.sweep", { expired, forgotten });
    return { expired, forgotten };
  };

  const repeating = createRepeating({
    clock,
    restMs: INTERVAL_MS,
    work: runOnce,
    onFailure: (error) => {
      logger.warn("lists.sweep", { outcome: "failed", code: asAppError(error).code });
    },
  });

  return {
    runOnce,
    start: repeating.start,
    stop: repeating.stop,
  };
}
