import { asAppError, type Clock, type Logger } from "@cordon/core/kernel";
import { RELEASE_ACTIONS_MAX } from "../actions/release-held.ts";
import type { ApprovalStore, TenantsDecidedApproval } from "../ports/approvals.ts";
import { createRepeating } from "../repeating.ts";
import { type CarryOutDeps, createCarryOut } from "./carry-out.ts";

/** Lets silence decide in time, and carries out what was decided. Any number of processes may run it. */
export interface ApprovalWatch {
  /** Answers how many silence decided. */
  runOnce(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 5_000;

export function createApprovalWatch(
  deps: Omit<CarryOutDeps, "approvals"> & {
    readonly approvals: ApprovalStore;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): ApprovalWatch {
  const { approvals, clock, logger } = deps;
  const carryOut = createCarryOut(deps);

  const decideDue = async (): Promise<number> => {
    for (let decided = 0; ; ) {
      const some = await approvals.decideDue(clock.now(), RELEASE_ACTIONS_MAX);
      decided += some;
      if (some < RELEASE_ACTIONS_MAX) return decided;
    }
  };

  /** [A6] Of this process, and of one that ended between the two steps. */
  const carryOutAll = async (): Promise<void> => {
    for (let last: TenantsDecidedApproval | undefined; ; ) {
      const rows = await approvals.listUnsettled(last, RELEASE_ACTIONS_MAX);
      for (const [tenantId, decided] of Map.groupBy(rows, (row) => row.tenantId)) await carryOut(tenantId, decided);
      last = rows.at(-1);
      if (rows.length < RELEASE_ACTIONS_MAX) return;
    }
  };

  const runOnce = async (): Promise<number> => {
    const decided = await decideDue();
    await carryOutAll();
    if (decided > 0) logger.info("approval.silence", { decided });
    return decided;
  };

  const repeating = createRepeating({
    clock,
    restMs: EVERY_MS,
    work: runOnce,
    onFailure: (error) => {
      const { code, message } = asAppError(error);
      logger.error("approval.watch", { outcome: "failed", code, error: message });
    },
  });

  return {
    runOnce,
    start: repeating.start,
    stop: repeating.stop,
  };
}
