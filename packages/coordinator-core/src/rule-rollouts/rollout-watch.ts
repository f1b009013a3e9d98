import { asAppError, type Clock, type Logger } from "@cordon/core/kernel";
import { stepRollout } from "@cordon/core/rollout";
import type { ActionDesk } from "../actions/action-desk.ts";
import type { RuleRolloutRecord, RuleRolloutStore } from "../ports/rule-rollouts.ts";
import { createRepeating } from "../repeating.ts";
import type { ActiveRules } from "../rules/active-rules.ts";
import { measureRollout } from "./measure-rollout.ts";

/**
 * Moves rollouts of rule sets on. One per process; several may do it side by side, and each move is made once: it rests on the
 * revision that was looked at [R8]. Nothing is kept here, so a process that dies takes nothing with it.
 */
export interface RuleRolloutWatch {
  start(): void;
  /** One look at every rollout that is at work. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface RuleRolloutWatchDeps {
  readonly store: RuleRolloutStore;
  readonly active: Pick<ActiveRules, "refresh">;
  readonly cancel: ActionDesk["cancel"];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two looks; default 2 s. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 2_000;
const WITHDRAWN_PER_LOOK_MAX = 500;
/** Processes that have not heard of a rollback yet may still order by the old word: longer than they need to hear of it. */
const STRAGGLERS_MS = 10_000;
/** Who moves a rollout on when no person does. */
const BY = "cordon";

export function createRuleRolloutWatch(deps: RuleRolloutWatchDeps): RuleRolloutWatch {
  const { store, clock, logger } = deps;

  async function step(record: RuleRolloutRecord): Promise<void> {
    const { rolloutId, policy, rollout, sitesPerWave, tenants } = record;
    const evidence = await measureRollout(store, record);
    const move = stepRollout(policy, rollout, evidence, sitesPerWave, clock.now());
    if (move === undefined) return;
    const outcome = await store.move(record, move, BY);
    if (outcome !== "moved") return;
    await Promise.all(tenants.map(({ tenantId }) => deps.active.refresh(tenantId)));
    const { state, wave } = move.next;
    const level = state === "paused" || state === "rolled_back" ? "warn" : "info";
    logger[level]("rule_rollout.step", { rolloutId, move: move.kind, state, wave, reason: move.reason });
  }

  /** What the bad set ordered and nobody has yet is called off; a site that was away does not get it when it is back. */
  async function withdraw({ rolloutId, rollout, reason, changedBy }: RuleRolloutRecord): Promise<void> {
    const unsent = await store.listUnsent(rolloutId, WITHDRAWN_PER_LOOK_MAX);
    const why = `Its rule set was rolled back: ${reason}`;
    let actions = 0;
    for (const { tenantId, actionId } of unsent) {
      if ((await deps.cancel(tenantId, actionId, changedBy, why)).kind === "cancelled") actions++;
    }
    if (actions > 0) {
      const said = `called off before they were sent: ${actions}`;
      await store.note(rolloutId, { at: clock.now(), by: BY, kind: "withdrawn", reason: said });
      logger.warn("rule_rollout.withdraw", { rolloutId, actions });
    }
    if (unsent.length === 0 && clock.now() - rollout.changedAt > STRAGGLERS_MS)
      await store.markWithdrawn(rolloutId, clock.now());
  }

  async function look(): Promise<void> {
    for (const rolloutId of await store.listAtWork()) {
      const record = await store.get(rolloutId);
      if (record?.rollout.state === "running") await step(record);
      else if (record?.rollout.state === "rolled_back") await withdraw(record);
    }
  }

  const repeating = createRepeating({
    clock,
    restMs: deps.intervalMs ?? INTERVAL_MS,
    work: look,
    onFailure: (error) => {
      // The record is away: sites go on with what they run.
      logger.warn("rule_rollout.step", { outcome: "failed", code: asAppError(error).code });
    },
  });

  return {
    look,
    start: repeating.start,
    stop: repeating.stop,
  };
}
