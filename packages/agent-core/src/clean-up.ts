import type { Clock, EndpointId, Logger } from "@cordon/core/kernel";
import { type CleanUpPolicy, chooseDeletions } from "@cordon/core/ledger";
import { entryKey, type LedgerEntry } from "./entry.ts";
import { troubleOf } from "./ksc-trouble.ts";
import type { Edr } from "./ports.ts";
import type { SiteHealth } from "./site-health.ts";
import type { SiteLedger } from "./site-ledger.ts";

/**
 * [L7] Deletes finished tasks of ours through KSC to free their slots, when that is configured: after a look that found an endpoint
 * above its watermark, one endpoint and one task at a time. What fails is left to the next look.
 */
export interface CleanUp {
  /** A look at the endpoint showed so many tasks. */
  looked(endpointId: EndpointId, count: number): void;
  stop(): Promise<void>;
}

/** Endpoints that wait for their turn; one that finds no place is looked at again anyway while its orders wait. */
const ENDPOINTS_MAX = 1_000;
const FAILURE_REST_MS = 10 * 60_000;

export function createCleanUp(deps: {
  readonly edr: Pick<Edr, "deleteTask">;
  readonly ledger: SiteLedger;
  readonly health: SiteHealth;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policy: CleanUpPolicy | undefined;
  /** Asked before each deletion: whether this agent may change anything at KSC just now. */
  readonly mayAct: () => boolean;
  readonly onFreed: (endpointId: EndpointId) => void;
  readonly signal: AbortSignal;
}): CleanUp {
  const { edr, ledger, health, clock, policy, signal } = deps;
  const waiting = new Map<EndpointId, number>();
  let working: Promise<void> | undefined;
  /** After a failure nothing is deleted for a while: what KSC refuses once, as a right that is missing, it refuses again. */
  let restsUntilMs = Number.NEGATIVE_INFINITY;

  async function work(rules: CleanUpPolicy): Promise<void> {
    for (const [endpointId, count] of waiting) {
      waiting.delete(endpointId);
      await cleanUp(endpointId, count, rules);
    }
    working = undefined;
  }

  async function cleanUp(endpointId: EndpointId, count: number, rules: CleanUpPolicy): Promise<void> {
    const chosen = chooseDeletions(finishedOn(endpointId), count, clock.now(), rules);
    let deleted = 0;
    try {
      for (const { key, task } of chosen) {
        if (signal.aborted || !deps.mayAct() || health.pausedMs() > 0) break;
        await edr.deleteTask({ taskId: task.taskId, scope: task.scope, endpointId }, signal);
        health.succeeded();
        ledger.amend(key, { slotFreed: true }, "silent");
        deleted++;
      }
    } catch (thrown) {
      const trouble = troubleOf(thrown);
      if (!signal.aborted) health.failed(trouble);
      restsUntilMs = clock.monotonicMs() + FAILURE_REST_MS;
      deps.logger.warn("ledger.clean_up", { endpointId, code: trouble.code, reason: trouble.message });
    }
    if (deleted === 0) return;
    deps.logger.info("ledger.clean_up", { endpointId, deleted, tasks: count });
    deps.onFreed(endpointId);
  }

  function finishedOn(endpointId: EndpointId) {
    return ledger.entriesOf(endpointId).flatMap((entry) => {
      const { task, slotFreed, changedAt, order } = entry;
      const finished = entry.state === "succeeded" || entry.state === "failed";
      if (!finished || task === undefined || slotFreed || !isSurelyOurs(entry)) return [];
      return [{ key: entryKey(entry), kind: order.spec.kind, finishedAt: changedAt, told: isTold(entry), task }];
    });
  }

  /** [U1] A likeness is enough to count a task, not to delete it: it may be another's. */
  function isSurelyOurs({ task, evidence }: LedgerEntry): boolean {
    const number = /(?:^|\D)(\d+)$/.exec(task?.name ?? "")?.[1];
    return number !== undefined && Number(number) === evidence.incidentId;
  }

  /** [U2] What is not remembered any more was told long ago. */
  function isTold(entry: LedgerEntry): boolean {
    const served = (entry.serves ?? []).flatMap((rider) => ledger.find(rider) ?? []);
    return [entry, ...served].every(({ endSeq }) => endSeq !== undefined && endSeq <= ledger.meta.statusAcked);
  }

  return {
    looked(endpointId, count) {
      if (policy === undefined || count <= policy.watermark || waiting.size >= ENDPOINTS_MAX) return;
      if (clock.monotonicMs() < restsUntilMs) return;
      waiting.set(endpointId, count);
      working ??= work(policy);
    },
    async stop() {
      waiting.clear();
      await working;
    },
  };
}
