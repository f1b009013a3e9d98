import { addMs, type EpochMs } from "../kernel/index.ts";
import { type GateVerdict, judgeGates, type RolloutEvidence } from "./gates.ts";
import type { PauseCause, RolloutPolicy, RuleRollout } from "./rollout.ts";

/** One move, as the record keeps it. */
export interface RolloutMove {
  readonly kind:
    | "started"
    | "wave_began"
    | "extended"
    | "paused"
    | "resumed"
    | "advanced"
    | "aborted"
    | "rolled_back"
    | "done";
  readonly next: RuleRollout;
  /** For a person: why it came to this. */
  readonly reason: string;
}

/** A soak of no length would be prolonged by nothing for ever. */
const EXTENSION_MS_MIN = 60_000;

/** The first wave that has sites runs the new set from now on. Undefined: no wave has any. */
export function startRollout(
  policy: RolloutPolicy,
  sitesPerWave: readonly number[],
  now: EpochMs,
): RolloutMove | undefined {
  const wave = nextWave(sitesPerWave, -1);
  if (wave === undefined) return undefined;
  const next = begun(policy, wave, now);
  return { kind: "started", next, reason: `wave ${wave + 1} begins: ${sitesOf(sitesPerWave[wave] ?? 0)}` };
}

/**
 * What comes of a look at a rollout; undefined: nothing yet. The same input gives the same move, so whoever looks may make it, and
 * of several that look at once one is recorded [R8].
 */
export function stepRollout(
  policy: RolloutPolicy,
  rollout: RuleRollout,
  evidence: RolloutEvidence,
  sitesPerWave: readonly number[],
  now: EpochMs,
): RolloutMove | undefined {
  if (rollout.state !== "running") return undefined;
  const verdicts = judgeGates(policy.gates, evidence);
  const bad = verdicts.filter(({ verdict }) => verdict === "bad");
  // [R3] At once, not at the soak's end.
  if (bad.length > 0) {
    const reason = `${said(bad)}: more than allowed`;
    return policy.onBad === "rollback" ? rolledBack(rollout, reason, now) : paused(rollout, "gate", reason, now);
  }
  if (now < rollout.soakUntil) return undefined;
  const inconclusive = verdicts.filter(({ verdict }) => verdict === "inconclusive");
  if (inconclusive.length > 0) return wait(policy, rollout, said(inconclusive), now);
  const reason = verdicts.length === 0 ? "its soak is over" : `its soak is over: ${said(verdicts)}`;
  return goOn(policy, rollout, sitesPerWave, reason, now);
}

/** [R4] Longer first; when that is used up, a person. */
function wait(policy: RolloutPolicy, rollout: RuleRollout, reason: string, now: EpochMs): RolloutMove {
  const own = Math.max(policy.waves[rollout.wave]?.soakMs ?? 0, EXTENSION_MS_MIN);
  const byMs = Math.min(own, policy.extendMsMax - rollout.extendedMs);
  if (byMs <= 0) return paused(rollout, "inconclusive", reason, now);
  const extendedMs = rollout.extendedMs + byMs;
  return { kind: "extended", reason, next: { ...rollout, soakUntil: addMs(now, byMs), extendedMs, changedAt: now } };
}

/** The next wave that has sites, or the end. */
export function goOn(
  policy: RolloutPolicy,
  rollout: RuleRollout,
  sitesPerWave: readonly number[],
  reason: string,
  now: EpochMs,
): RolloutMove {
  const wave = nextWave(sitesPerWave, rollout.wave);
  if (wave === undefined) {
    const { pausedFor: _over, ...rest } = rollout;
    return { kind: "done", reason, next: { ...rest, state: "done", changedAt: now } };
  }
  return { kind: "wave_began", reason, next: begun(policy, wave, now) };
}

export function paused(rollout: RuleRollout, pausedFor: PauseCause, reason: string, now: EpochMs): RolloutMove {
  return { kind: "paused", reason, next: { ...rollout, state: "paused", pausedFor, changedAt: now } };
}

export function rolledBack(rollout: RuleRollout, reason: string, now: EpochMs): RolloutMove {
  const { pausedFor: _over, ...rest } = rollout;
  return { kind: "rolled_back", reason, next: { ...rest, state: "rolled_back", changedAt: now } };
}

function begun(policy: RolloutPolicy, wave: number, now: EpochMs): RuleRollout {
  const soakUntil = addMs(now, policy.waves[wave]?.soakMs ?? 0);
  return { state: "running", wave, waveSince: now, evidenceSince: now, soakUntil, extendedMs: 0, changedAt: now };
}

function nextWave(sitesPerWave: readonly number[], after: number): number | undefined {
  const wave = sitesPerWave.findIndex((sites, index) => index > after && sites > 0);
  return wave < 0 ? undefined : wave;
}

function said(verdicts: readonly GateVerdict[]): string {
  return verdicts.map(({ message }) => message).join("; ");
}

const sitesOf = (count: number) => (count === 1 ? "1 site" : `${count} sites`);
