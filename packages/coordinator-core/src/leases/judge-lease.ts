import { addMs, type EpochMs } from "@cordon/core/kernel";
import { compareEnds } from "@cordon/core/lease";
import type { LeaseFacts, LeaseJudgement } from "../ports/leases.ts";

/** The coordinator's own end of an isolation, and whether the three agree [M1-M4 of core/lease]. */
export function judgeLease(facts: LeaseFacts, now: EpochMs): LeaseJudgement {
  const { view, releaseAskedAt, kscSkewMs, reportedAt } = facts;
  const coordinatorEndsAt = facts.coordinatorEndsAt ?? ownEndOf(facts);
  const own = coordinatorEndsAt === undefined ? {} : { coordinatorEndsAt };
  const asked = releaseAskedAt === undefined ? {} : { releaseAskedAt };
  const skew = kscSkewMs === undefined ? {} : { kscSkewMs };
  const mismatch = compareEnds({ view, reportedAt, ...own, ...asked, ...skew }, now);
  return { ...own, ...(mismatch === undefined ? {} : { mismatch }) };
}

/**
 * Counted from when the success was recorded, by the coordinator's clock; it is compared with the agent's count, so the agent's clock
 * must not be in it. Only what happened while the site was away is known by the agent's time alone.
 */
function ownEndOf({ spec, succeeded, connectedSince }: LeaseFacts): EpochMs | undefined {
  if (succeeded === undefined || spec.kind !== "isolateHost") return undefined;
  const seconds = Math.max(spec.durationSeconds, spec.holdSeconds ?? 0);
  const live = connectedSince !== undefined && connectedSince <= succeeded.at;
  const start = live || succeeded.at > succeeded.recordedAt ? succeeded.recordedAt : succeeded.at;
  return addMs(start, seconds * 1_000);
}
