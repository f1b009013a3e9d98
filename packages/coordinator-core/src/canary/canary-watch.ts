import { addMs, asAppError, type Clock, epochMs, type Logger } from "@cordon/core/kernel";
import type { ActionDesk, OrderAnswer } from "../actions/action-desk.ts";
import type { CanaryStore, ClaimedProbe, ProbeEnd, ProbeState } from "../ports/canaries.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";
import { createRepeating } from "../repeating.ts";
import { SLOT_HELD_MS } from "./canary-limits.ts";
import { judgeProbe } from "./judge-probe.ts";

/**
 * Sends probes when they are due and watches what becomes of them. The schedule is in the record: every process runs it side by
 * side, each probe is claimed by one and ordered under a key of its own, so it is sent once even when its process dies.
 */
export interface CanaryWatch {
  runOnce(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface CanaryWatchDeps {
  readonly store: CanaryStore;
  readonly actions: Pick<ActionDesk, "order">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs?: number;
}

/** Three small questions to the record; a probe that passed is known so much later at most. */
const INTERVAL_MS = 2_000;
/** Whoever claimed a probe and has not ordered it by then is gone. */
const CLAIM_MS = 60_000;
const PROBES_PER_RUN = 200;
/** What became of them is shown for so long. */
const PROBES_KEPT_MS = 90 * 86_400_000;
const REMOVED_PER_RUN = 1_000;

export function createCanaryWatch(deps: CanaryWatchDeps): CanaryWatch {
  const { store, actions, clock, logger } = deps;
  const intervalMs = deps.intervalMs ?? INTERVAL_MS;

  const move = async (probe: SiteRef & { readonly dueAt: ClaimedProbe["dueAt"] }, from: ProbeState, end: ProbeEnd) => {
    const { tenantId, siteId, dueAt } = probe;
    if (!(await store.moveProbe({ tenantId, siteId }, dueAt, from, end))) return;
    const fields = { tenantId, siteId, dueAt, ...end, outcome: end.state };
    // The one place to be alarmed by, beside the metric: a site that cannot enforce is told before it has to.
    if (end.state === "failed" || end.state === "late") logger.error("canary.alarm", fields);
    else logger.info("canary.probe", fields);
  };

  const order = async (probe: ClaimedProbe): Promise<void> => {
    const { tenantId, siteId, endpointId, dueAt, spec, slots, sentLately } = probe;
    const at = clock.now();
    if (sentLately >= slots) {
      const reason = `${sentLately} probes of the last 30 days may still hold a slot, and ${slots} are allowed.`;
      return move(probe, "planned", { state: "skipped", at, code: "canary.no_slot", reason });
    }
    const { kind, ...args } = spec;
    const answer = await actions.order(tenantId, {
      siteId,
      endpointId,
      kind,
      args,
      actor: "canary",
      reason: "a probe of the whole path",
      consent: "given",
      requestKey: `canary/${siteId}/${dueAt}`,
    });
    return move(probe, "planned", endOf(answer, at));
  };

  const runOnce = async (): Promise<void> => {
    const now = clock.now();
    // First what is under way: a site's next probe has to wait for the end of the one before.
    for (const probe of await store.listOpen(PROBES_PER_RUN)) {
      const end = judgeProbe(probe, clock.now());
      if (end !== undefined) await move(probe, probe.state, end);
    }
    const claimed = await store.claimDue(now, addMs(now, -CLAIM_MS), addMs(now, -SLOT_HELD_MS), PROBES_PER_RUN);
    for (const probe of claimed) {
      await order(probe).catch((error: unknown) => {
        // It stays claimed, and is ordered by whoever finds it so.
        const { code, message } = asAppError(error);
        logger.warn("canary.order", { tenantId: probe.tenantId, siteId: probe.siteId, code, error: message });
      });
    }
    await store.removeProbes(epochMs(Math.max(0, now - PROBES_KEPT_MS)), REMOVED_PER_RUN);
  };

  const repeating = createRepeating({
    clock,
    restMs: intervalMs,
    work: runOnce,
    onFailure: (error) => {
      const { code, message } = asAppError(error);
      logger.error("canary.watch", { outcome: "failed", code, error: message });
    },
  });

  return {
    runOnce,
    start: repeating.start,
    stop: repeating.stop,
  };
}

/** What people stopped says nothing of the site; everything else that cannot be ordered there does. */
function endOf(answer: OrderAnswer, at: ProbeEnd["at"]): ProbeEnd {
  switch (answer.kind) {
    case "ordered":
      return { state: "ordered", at: answer.action.createdAt, actionId: answer.action.actionId };
    case "refused": {
      const { code, reason } = answer;
      return { state: code.startsWith("guard.") ? "skipped" : "failed", at, code, reason };
    }
    case "not_found":
      return { state: "failed", at, code: answer.code, reason: "The canary endpoint is not in the site's inventory." };
    case "invalid":
      return {
        state: "failed",
        at,
        code: answer.code,
        reason: answer.problems.map(({ problem }) => problem).join("; "),
      };
  }
}
