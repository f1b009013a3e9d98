import type { ActionState } from "../action/index.ts";
import { addMs, type EpochMs, epochMs } from "../kernel/index.ts";
import type { LeasePolicy } from "./policy.ts";

/** One run of the endpoint's own timer: the isolation's (number 0), or that of one of its renewals. */
export interface Term {
  readonly number: number;
  readonly state: ActionState;
  readonly durationMs: number;
  /** When it came into its state, by the agent's clock. */
  readonly changedAt: EpochMs;
  /** When it was last handed to KSC, by the agent's clock. */
  readonly sentAt?: EpochMs;
  /** When KSC created its task, by KSC's clock. */
  readonly createdAt?: EpochMs;
  /** When its task ended according to KSC's event, by KSC's clock. */
  readonly endedAt?: EpochMs;
  /** KSC does not show its task any more. */
  readonly gone: boolean;
}

export interface TermEnds {
  /** The agent's timer: from when it saw the end of the task. */
  readonly agentEndsAt: EpochMs;
  /** By KSC's clock; absent while no event told when the task ended. */
  readonly endpointEndsAt?: EpochMs;
  /** Until then it certainly holds, by the agent's clock: what renewals count from. */
  readonly surelyUntil: EpochMs;
  /** From then on it certainly does not, by the agent's clock. */
  readonly overAt: EpochMs;
}

/**
 * Rules E1-E3 of SPEC.md: when the timer that a succeeded term started runs out. The endpoint starts it when its task ends, and
 * the agent hears of that later; so the agent's own count is late by what it did not see, never early.
 */
export function endsOf(term: Term, kscSkewMs: number | undefined, now: EpochMs, policy: LeasePolicy): TermEnds {
  const agentEndsAt = addMs(term.changedAt, term.durationMs);
  if (term.endedAt === undefined) {
    const told = now - term.changedAt < policy.eventWaitMs;
    const surelyUntil = told
      ? agentEndsAt
      : earlier(agentEndsAt, addMs(startedNotBefore(term, kscSkewMs), term.durationMs));
    return { agentEndsAt, surelyUntil, overAt: agentEndsAt };
  }
  const endpointEndsAt = addMs(term.endedAt, term.durationMs);
  const byKsc = addMs(endpointEndsAt, -(kscSkewMs ?? 0));
  return {
    agentEndsAt,
    endpointEndsAt,
    surelyUntil: earlier(agentEndsAt, byKsc),
    overAt: kscSkewMs === undefined ? later(agentEndsAt, byKsc) : byKsc,
  };
}

/** Without an event nobody knows when the endpoint ran the task while the agent did not look; only that it was made before. */
function startedNotBefore(term: Term, kscSkewMs: number | undefined): EpochMs {
  const sentAt = term.sentAt ?? term.changedAt;
  return term.createdAt === undefined ? sentAt : later(sentAt, addMs(term.createdAt, -(kscSkewMs ?? 0)));
}

/**
 * Of two terms that took effect the one whose timer holds the endpoint: the one that was started last. KSC's clock tells, or else
 * their order; the agent's clock may have been moved in between.
 */
export function laterStarted<T extends Pick<Term, "number" | "endedAt">>(a: T, b: T): T {
  const [first, second] = a.number <= b.number ? [a, b] : [b, a];
  if (first.endedAt === undefined || second.endedAt === undefined) return second;
  return first.endedAt > second.endedAt ? first : second;
}

/** How long its task took from KSC to its end. */
export function pendingMsOf(term: Term, kscSkewMs: number | undefined): number {
  const endedAt = term.endedAt === undefined ? term.changedAt : addMs(term.endedAt, -(kscSkewMs ?? 0));
  return Math.max(0, endedAt - (term.sentAt ?? endedAt));
}

export function earlier(a: EpochMs, b: EpochMs): EpochMs {
  return epochMs(Math.min(a, b));
}

export function later(a: EpochMs, b: EpochMs): EpochMs {
  return epochMs(Math.max(a, b));
}
