import { asAppError, type Clock, epochMs, type Logger } from "@cordon/core/kernel";
import type { ChainSteps } from "../chains/chain-steps.ts";
import type { QueuedCount, QueuedRow, SweepStore } from "../ports/action-store.ts";
import type { DispatchQueue } from "../ports/dispatch-queue.ts";
import type { SessionStore } from "../ports/sessions.ts";
import { createRepeating } from "../repeating.ts";
import { toJob } from "./enqueue.ts";
import type { Redelivery } from "./redeliver.ts";

export interface SweepReport {
  /** False: another process is sweeping. */
  readonly ran: boolean;
  /** Actions that were handed to the queue; it leaves alone what it has. */
  readonly requeued: number;
  readonly expired: number;
  readonly silentSites: number;
}

export interface Sweep {
  runOnce(): Promise<SweepReport>;
  /** Runs at once and then on the interval, until stopped; failures are logged and tried again at the next turn. */
  start(): void;
  stop(): Promise<void>;
}

export interface SweepDeps {
  readonly store: SweepStore;
  readonly sessions: Pick<SessionStore, "markSilent">;
  readonly redelivery: Redelivery;
  readonly chains: Pick<ChainSteps, "run">;
  readonly queue: Pick<DispatchQueue, "add" | "remove" | "stats">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default 15 s. */
  readonly intervalMs?: number;
  /** A session unheard of for so long is silent; default 90 s. */
  readonly silentMs?: number;
}

const PAGE_ROWS = 1_000;
/**
 * A site's jobs are handed in again when the queue holds fewer than the record has queued. A stale job could hide a missing
 * one from that count, so every so often, and after any trouble with the queue, all are handed in.
 */
const SWEEPS_PER_FULL_ONE = 20;

/** Heals what crashes and a lost queue left behind [D2], ends what is overdue [D6], and notices silent sites. */
export function createSweep(deps: SweepDeps): Sweep {
  const { store, queue, clock, logger } = deps;
  const intervalMs = deps.intervalMs ?? 15_000;
  const silentMs = deps.silentMs ?? 90_000;
  let untilFull = 0;

  const expire = async (): Promise<number> => {
    let expired = 0;
    for (;;) {
      const rows = await store.expireOverdue(clock.now(), PAGE_ROWS);
      expired += rows.length;
      await removeJobs(rows);
      if (rows.length < PAGE_ROWS) return expired;
    }
  };

  const forgetCounts = async (): Promise<void> => {
    while ((await store.forgetCounts(clock.now(), PAGE_ROWS)) === PAGE_ROWS);
  };

  /** A job that stays behind is dropped when it is taken, for its action is not queued any more. */
  const removeJobs = async (rows: readonly QueuedRow[]): Promise<void> => {
    for (const [first, ...rest] of Map.groupBy(rows, ({ tenantId, siteId }) => `${tenantId}/${siteId}`).values()) {
      if (!first) continue;
      await queue
        .remove(
          first,
          [first, ...rest].map(({ actionId }) => actionId),
        )
        .catch((error: unknown) => {
          untilFull = 0;
          logger.warn("sweep.remove", { tenantId: first.tenantId, siteId: first.siteId, error: String(error) });
        });
    }
  };

  const isMissing = async (site: QueuedCount): Promise<boolean> => {
    const { waiting, delayed, active } = await queue.stats(site);
    return waiting + delayed + active < site.queued;
  };

  const requeueSite = async (site: QueuedCount): Promise<number> => {
    let requeued = 0;
    for (let last: QueuedRow | undefined; ; ) {
      const rows = await store.listQueued(site.tenantId, site.siteId, last?.actionId, PAGE_ROWS);
      if (rows.length > 0) await queue.add(rows.map(toJob));
      requeued += rows.length;
      last = rows.at(-1);
      if (rows.length < PAGE_ROWS) return requeued;
    }
  };

  const requeue = async (): Promise<number> => {
    const isFull = untilFull <= 0;
    untilFull = (isFull ? SWEEPS_PER_FULL_ONE : untilFull) - 1;
    let requeued = 0;
    try {
      for (const site of await store.countQueued()) {
        if (isFull || (await isMissing(site))) requeued += await requeueSite(site);
      }
    } catch (error) {
      untilFull = 0;
      throw error;
    }
    return requeued;
  };

  const runOnce = async (): Promise<SweepReport> => {
    const report = { requeued: 0, expired: 0, silentSites: 0 };
    const startedMs = clock.monotonicMs();
    const ran = await store.exclusively(async () => {
      report.silentSites = (await deps.sessions.markSilent(epochMs(clock.now() - silentMs))).length;
      report.expired = await expire();
      // Of a process that ended before it had collected everything.
      await deps.redelivery.run();
      report.requeued = await requeue();
      // Last, so that trouble with them keeps nothing else back.
      await deps.chains.run();
      await forgetCounts();
    });
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    logger[report.expired + report.requeued + report.silentSites > 0 ? "info" : "debug"]("sweep.run", {
      ran,
      ...report,
      durationMs,
    });
    return { ran, ...report };
  };

  const repeating = createRepeating({
    clock,
    restMs: intervalMs,
    work: runOnce,
    onFailure: (error) => {
      const { code, message } = asAppError(error);
      logger.error("sweep.run", { outcome: "failed", code, error: message });
    },
  });

  return {
    runOnce,
    start: repeating.start,
    stop: repeating.stop,
  };
}
