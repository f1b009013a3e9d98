import { asAppError, type Clock, type EpochMs, epochMs, type Logger, type TenantId } from "@cordon/core/kernel";
import { KEPT_FOR_A_TIME, type KeptForATime, type RetentionStore, type TenantRetention } from "../ports/retention.ts";
import { createRepeating } from "../repeating.ts";
import { keptFrom, RETENTION_DAYS } from "./kept-from.ts";

export interface RetentionReport {
  /** False: another process was at it. */
  readonly ran: boolean;
  readonly made: number;
  readonly dropped: readonly string[];
  readonly removed: Readonly<Record<KeptForATime, number>>;
  /** There is more to remove than one run does; the next goes on. */
  readonly more: boolean;
}

/** What a tenant keeps, and who said so. */
export interface RetentionView {
  readonly days: number;
  /** Absent: the installation's default. */
  readonly own?: TenantRetention;
  /** The oldest that is surely there, if it ever was. */
  readonly keptFrom: EpochMs;
}

/** Keeps the record bounded in time. */
export interface Retention {
  view(tenantId: TenantId): Promise<RetentionView>;
  /** Without `days` the installation's default counts again. */
  set(tenantId: TenantId, days: number | undefined, by: string): Promise<RetentionView>;
  runOnce(): Promise<RetentionReport>;
  start(): void;
  stop(): Promise<void>;
}

export interface RetentionDeps {
  readonly store: RetentionStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of tenants that have not set their own; `RETENTION_DAYS.default` when absent. */
  readonly defaultDays?: number;
  readonly intervalMs?: number;
  readonly stepRows?: number;
  readonly stepsMax?: number;
}

/** A week's partition is made weeks ahead, and nobody minds an hour more of the past. */
const INTERVAL_MS = 3_600_000;
/** Rows of one transaction: a step takes some ten milliseconds, and intake waits for none of them. */
const STEP_ROWS = 5_000;
/** Of one run: a filled record that is cut for the first time takes some runs and no hour at full load. */
const STEPS_MAX = 400;
/** Between two steps, for everybody else. */
const REST_MS = 20;

export function createRetention(deps: RetentionDeps): Retention {
  const { store, clock, logger } = deps;
  const { defaultDays = RETENTION_DAYS.default, intervalMs = INTERVAL_MS } = deps;
  const { stepRows = STEP_ROWS, stepsMax = STEPS_MAX } = deps;

  const view = async (tenantId: TenantId): Promise<RetentionView> => {
    const own = await store.getRetention(tenantId);
    const days = own?.days ?? defaultDays;
    return { days, keptFrom: keptFrom(clock.now(), days), ...(own === undefined ? {} : { own }) };
  };

  const removeOld = async (now: EpochMs, keeping: readonly { tenantId: TenantId; from: EpochMs }[]) => {
    const removed: Record<KeptForATime, number> = { decisions: 0, events: 0, quarantine: 0, budgetChanges: 0 };
    let steps = 0;
    for (const { tenantId, from } of keeping) {
      for (const what of KEPT_FOR_A_TIME) {
        for (let rows = stepRows; rows === stepRows; ) {
          if (steps++ >= stepsMax || repeating.signal.aborted) return { removed, more: true };
          rows = await store.removeOld(what, tenantId, from, stepRows, now);
          removed[what] += rows;
          if (rows > 0) await clock.sleep(REST_MS, repeating.signal).catch(() => {});
        }
      }
    }
    return { removed, more: false };
  };

  const runOnce = async (): Promise<RetentionReport> => {
    const startedMs = clock.monotonicMs();
    let report: Omit<RetentionReport, "ran"> = {
      made: 0,
      dropped: [],
      removed: { decisions: 0, events: 0, quarantine: 0, budgetChanges: 0 },
      more: false,
    };
    const ran = await store.exclusively(async () => {
      const now = clock.now();
      const made = await store.keepPartitions(now);
      const keeping = (await store.listRetentions()).map(({ tenantId, days = defaultDays }) => ({
        tenantId,
        from: keptFrom(now, days),
      }));
      // Whole weeks that nobody wants any more go at once; only who keeps less than others has rows of its own removed.
      const oldest = epochMs(Math.min(...keeping.map(({ from }) => from), keptFrom(now, defaultDays)));
      const dropped = await store.dropPartitions(oldest, now);
      report = { made, dropped, ...(await removeOld(now, keeping)) };
    });
    const did =
      report.made + report.dropped.length + Object.values(report.removed).reduce((sum, rows) => sum + rows, 0);
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    logger[did > 0 ? "info" : "debug"]("retention.run", { ran, ...report, durationMs });
    return { ran, ...report };
  };

  const repeating = createRepeating({
    clock,
    restMs: intervalMs,
    work: runOnce,
    onFailure: (error) => {
      const { code, message } = asAppError(error);
      logger.error("retention.run", { outcome: "failed", code, error: message });
    },
  });

  return {
    view,
    async set(tenantId, days, by) {
      const setting = days === undefined ? undefined : { days, changedAt: clock.now(), changedBy: by };
      await store.putRetention(tenantId, setting);
      logger.info("retention.set", { tenantId, days: days ?? "default", by });
      return view(tenantId);
    },
    runOnce,
    start: repeating.start,
    stop: repeating.stop,
  };
}
