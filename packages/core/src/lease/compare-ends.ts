import type { LeaseView } from "../endpoint/index.ts";
import { addMs, type EpochMs } from "../kernel/index.ts";

/** How far the coordinator's, the agent's and the endpoint's end may be apart: clocks, and reports under way. */
export const LEASE_TOLERANCE_MS = 5 * 60_000;

/** One isolation with the coordinator's own count beside the agent's report. */
export interface LeaseComparison {
  readonly view: LeaseView;
  /** When the isolation is to end by the coordinator's record and clock; absent while its success was not reported. */
  readonly coordinatorEndsAt?: EpochMs;
  readonly releaseAskedAt?: EpochMs;
  /** KSC's clock minus the agent's, as the site measured it. */
  readonly kscSkewMs?: number;
  /** When the agent's report came, by the coordinator's clock. */
  readonly reportedAt: EpochMs;
}

/**
 * [M1-M4] Why the three do not agree, with the mend; undefined when they do. An end that lies in the past and that nobody reported
 * is a mismatch, too: then nobody knows whether the endpoint is isolated.
 */
export function compareEnds(comparison: LeaseComparison, now: EpochMs): string | undefined {
  const { view, coordinatorEndsAt, releaseAskedAt, reportedAt } = comparison;
  const { state, agentEndsAt, endpointEndsAt, problem } = view;
  if (state === "lost") return problem ?? "The isolation was lost before it was to end. Read the action's timeline.";
  if (state === "pending") return undefined;
  if (state === "over") return endedEarly(comparison);
  if (state === "renewing" && agentEndsAt !== undefined && agentEndsAt <= reportedAt) {
    return problem ?? `It ran out at ${at(agentEndsAt)} and is not renewed yet: the endpoint is not isolated.`;
  }
  const byAgentsClock = endpointEndsAt === undefined ? undefined : addMs(endpointEndsAt, -(comparison.kscSkewMs ?? 0));
  if (agentEndsAt !== undefined && byAgentsClock !== undefined && differ(agentEndsAt, byAgentsClock)) {
    return `The agent's timer ends at ${at(agentEndsAt)}, the endpoint's own at ${at(byAgentsClock)}. Compare the clocks of the agent and of KSC; look at the endpoint.`;
  }
  if (coordinatorEndsAt !== undefined && releaseAskedAt === undefined && differ(coordinatorEndsAt, view.wantedUntil)) {
    return `The coordinator counts on an end at ${at(coordinatorEndsAt)}, the agent on ${at(view.wantedUntil)}. Compare the clocks of the coordinator and of the agent.`;
  }
  const ends = agentEndsAt ?? view.wantedUntil;
  if (now > addMs(ends, LEASE_TOLERANCE_MS) && reportedAt <= ends) {
    return `It was to end or to be renewed by ${at(ends)}, and the site has told of neither since ${at(reportedAt)}. See whether the site is connected; look at the endpoint.`;
  }
  return undefined;
}

/** [M3] Over by the agent's word, while by the coordinator's it should still hold. */
function endedEarly({ coordinatorEndsAt, releaseAskedAt, reportedAt }: LeaseComparison): string | undefined {
  if (coordinatorEndsAt === undefined || releaseAskedAt !== undefined) return undefined;
  if (coordinatorEndsAt <= addMs(reportedAt, LEASE_TOLERANCE_MS)) return undefined;
  return `The agent says that it has ended, but by the coordinator's record it should hold until ${at(coordinatorEndsAt)} and nobody released it here. Look at the endpoint; order it again if it is still wanted.`;
}

function differ(a: EpochMs, b: EpochMs): boolean {
  return Math.abs(a - b) > LEASE_TOLERANCE_MS;
}

const at = (time: EpochMs) => new Date(time).toISOString();
