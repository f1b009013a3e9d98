import { isSettled } from "@cordon/core/action";
import type { EpochMs } from "@cordon/core/kernel";
import type { ProbeEnd, ProbeStage, WatchedProbe } from "../ports/canaries.ts";

/**
 * What a probe's action says of its site by now; undefined: nothing new. Only what is proven has passed; what ends otherwise has
 * failed; what takes too long is late, and has failed when a whole interval has passed and it still is not proven.
 */
export function judgeProbe(probe: WatchedProbe, now: EpochMs): ProbeEnd | undefined {
  const { action, orderedAt, lateAfterMs, everyMs, state } = probe;
  if (action.state === "succeeded") return { state: "passed", at: now, stages: stagesOf(probe) };
  if (isSettled(action.state)) {
    const code = action.detail?.code ?? `action.${action.state}`;
    const said = action.detail?.message ?? action.detail?.code;
    const reason = `The probe ended as ${action.state}${said === undefined ? "" : `: ${said}`}.`;
    return { state: "failed", at: now, code, reason };
  }
  if (now < orderedAt + lateAfterMs) return undefined;
  const minutes = Math.floor((now - orderedAt) / 60_000);
  const reason = `The probe is not proven after ${minutes} min; its action is ${action.state}${action.detail?.message === undefined ? "" : `: ${action.detail.message}`}.`;
  if (now >= orderedAt + everyMs) return { state: "failed", at: now, code: "canary.late", reason };
  return state === "late" ? undefined : { state: "late", at: now, reason };
}

/** How long each stage took, and all of it; states that were skipped count to the next one that was told. */
export function stagesOf({ orderedAt, action }: Pick<WatchedProbe, "orderedAt" | "action">): readonly ProbeStage[] {
  const stages: ProbeStage[] = [];
  let before = orderedAt;
  const seen = new Set<string>(["queued"]);
  for (const { state, at } of action.steps) {
    if (seen.has(state)) continue;
    seen.add(state);
    stages.push({ stage: state, ms: Math.max(0, at - before) });
    if (at > before) before = at;
  }
  return [...stages, { stage: "total", ms: before - orderedAt }];
}
