import { addMs, type EpochMs } from "../kernel/index.ts";
import type { RolloutPolicy, RuleRollout, RuleRolloutState } from "./rollout.ts";
import { goOn, paused, type RolloutMove, rolledBack } from "./step-rollout.ts";

/** `advance`: the next wave now; a person judged the present one. */
export const RULE_ROLLOUT_CHANGES = ["pause", "resume", "advance", "abort", "rollback"] as const;
export type RuleRolloutChange = (typeof RULE_ROLLOUT_CHANGES)[number];

/** [R7] Total: every change in every state is either allowed or refused. */
const ALLOWED: Readonly<Record<RuleRolloutState, readonly RuleRolloutChange[]>> = {
  running: ["pause", "advance", "abort", "rollback"],
  paused: ["resume", "advance", "abort", "rollback"],
  aborted: ["rollback"],
  done: ["rollback"],
  rolled_back: [],
};

/** What a person's word leads to; undefined: not in this state. */
export function changeRollout(
  policy: RolloutPolicy,
  rollout: RuleRollout,
  sitesPerWave: readonly number[],
  order: { readonly change: RuleRolloutChange; readonly reason: string },
  now: EpochMs,
): RolloutMove | undefined {
  const { change, reason } = order;
  if (!ALLOWED[rollout.state].includes(change)) return undefined;
  switch (change) {
    case "pause":
      return paused(rollout, "person", reason, now);
    case "resume":
      return { kind: "resumed", reason, next: resumed(policy, rollout, now) };
    case "advance": {
      const move = goOn(policy, rollout, sitesPerWave, reason, now);
      return move.kind === "wave_began" ? { ...move, kind: "advanced" } : move;
    }
    case "abort": {
      const { pausedFor: _over, ...rest } = rollout;
      return { kind: "aborted", reason, next: { ...rest, state: "aborted", changedAt: now } };
    }
    case "rollback":
      return rolledBack(rollout, reason, now);
  }
}

export function allowedChanges(state: RuleRolloutState): readonly RuleRolloutChange[] {
  return ALLOWED[state];
}

/**
 * [R6] After a person's own pause the soak goes on where it was. After any other the wave is looked at afresh: what stopped it was
 * seen by the person and would only stop it again.
 */
function resumed(policy: RolloutPolicy, rollout: RuleRollout, now: EpochMs): RuleRollout {
  const { pausedFor, ...rest } = rollout;
  const running = { ...rest, state: "running", changedAt: now } as const;
  if (pausedFor === "person") {
    return { ...running, soakUntil: addMs(rollout.soakUntil, now - rollout.changedAt) };
  }
  const soakUntil = addMs(now, policy.waves[rollout.wave]?.soakMs ?? 0);
  return { ...running, evidenceSince: now, soakUntil, extendedMs: 0 };
}
