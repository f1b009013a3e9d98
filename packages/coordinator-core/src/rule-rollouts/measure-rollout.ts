import { DEFAULT_GATES, type RolloutEvidence } from "@cordon/core/rollout";
import type { RuleRolloutRecord, RuleRolloutStore } from "../ports/rule-rollouts.ts";

/** What the present wave's gates go by. What is not asked for is measured as by default, to be shown. */
export function measureRollout(
  store: Pick<RuleRolloutStore, "measure">,
  { rolloutId, policy, rollout }: RuleRolloutRecord,
): Promise<RolloutEvidence> {
  const { withinMs } = policy.gates.releases ?? DEFAULT_GATES.releases;
  return store.measure(rolloutId, rollout.evidenceSince, withinMs);
}
