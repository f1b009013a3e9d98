import { type ActionState, ARGUMENT_LIMITS, isSettled } from "../action/index.ts";
import type { LeaseState, LeaseView } from "../endpoint/index.ts";
import { addMs, assert, type EpochMs } from "../kernel/index.ts";
import { type LeasePolicy, marginMs } from "./policy.ts";
import { earlier, endsOf, later, laterStarted, pendingMsOf, type Term, type TermEnds } from "./term.ts";
import * as words from "./words.ts";

/** Everything that is known of one isolation that was ordered; all of it lies in the entries of it and its renewals. */
export interface LeaseFacts {
  readonly admittedAt: EpochMs;
  /** How long the isolation is wanted, counted from its first success; at least its first term. */
  readonly holdMs: number;
  /** How long each term runs. */
  readonly durationMs: number;
  /** Number 0 first, then the renewals; those that the ledger has forgotten are left out. */
  readonly terms: readonly Term[];
  /** Renewals made so far. */
  readonly renewals: number;
  readonly releasedAt?: EpochMs;
  readonly heard: LeaseView["heard"];
  /** Slots of the endpoint that `contain` may still fill. */
  readonly freeSlots: number;
  /** KSC's clock minus the agent's; absent when not measured. */
  readonly kscSkewMs?: number;
}

export type LeaseStep =
  /** Nothing to do before then; absent: before something changes. */
  | { readonly kind: "wait"; readonly until?: EpochMs }
  /** The next term is wanted now. */
  | { readonly kind: "renew"; readonly durationSeconds: number; readonly deadline: EpochMs }
  /** It has ended, one way or the other. */
  | { readonly kind: "done"; readonly end: "over" | "lost" };

export interface LeaseDecision {
  readonly step: LeaseStep;
  readonly view: Omit<LeaseView, "actionId" | "endpointId">;
}

/** Rules of SPEC.md. Total: the same facts at the same time give the same answer, whatever was decided before. */
export function decideLease(facts: LeaseFacts, now: EpochMs, policy: LeasePolicy): LeaseDecision {
  const [first] = facts.terms;
  assert(first !== undefined && first.number === 0, "a lease begins with the isolation itself");
  if (first.state !== "succeeded") return beforeEffect(facts, first, now, policy);
  const current = facts.terms.filter(({ state }) => state === "succeeded").reduce(laterStarted);
  return inEffect(facts, { first, current, ends: endsOf(current, facts.kscSkewMs, now, policy) }, now, policy);
}

function beforeEffect(facts: LeaseFacts, first: Term, now: EpochMs, policy: LeasePolicy): LeaseDecision {
  const wantedUntil = addMs(facts.admittedAt, facts.holdMs);
  const view = viewOf(facts, policy, wantedUntil);
  if (!isSettled(first.state) || first.state === "unknown" || first.state === "no_console") {
    return { step: { kind: "wait" }, view: view("pending", [tooShort(facts, policy)]) };
  }
  // Nobody misses an isolation that was called off; any other that did not come is missed.
  if (first.state === "cancelled" || facts.releasedAt !== undefined) {
    return { step: { kind: "done", end: "over" }, view: view("over", []) };
  }
  return { step: { kind: "done", end: "lost" }, view: view("lost", [words.neverHeld(first.state, now)]) };
}

interface Effect {
  readonly first: Term;
  readonly current: Term;
  readonly ends: TermEnds;
}

function inEffect(facts: LeaseFacts, effect: Effect, now: EpochMs, policy: LeasePolicy): LeaseDecision {
  const { current, ends } = effect;
  const hold = addMs(heldSince(effect.first, facts.kscSkewMs), facts.holdMs);
  const wantedUntil = facts.releasedAt === undefined ? hold : earlier(hold, facts.releasedAt);
  const view = viewOf(facts, policy, wantedUntil, ends);
  const alarms = [mismatch(facts, ends, policy), facts.heard === "no" ? words.notHeard : undefined];
  const underWay = facts.terms.find(({ number, state }) => number > 0 && !isSettled(state));
  const wanted = now < wantedUntil && facts.releasedAt === undefined;
  const runs = now < ends.overAt;

  const gone = runs && current.gone ? words.taskGone(ends.overAt) : undefined;
  if (gone !== undefined && underWay === undefined && wanted) {
    return { step: { kind: "done", end: "lost" }, view: view("lost", [gone, ...alarms]) };
  }
  if (!wanted) {
    // A renewal that is at KSC already may still start the timer once more, so it is not over before that has ended, too.
    const pending = underWay !== undefined && isAtKsc(underWay.state);
    if (runs || pending) {
      const step = { kind: "wait", ...(runs ? { until: ends.overAt } : {}) } as const;
      return { step, view: view("ending", [pending ? words.renewalOnItsWay : undefined, ...alarms]) };
    }
    return { step: { kind: "done", end: "over" }, view: view("over", []) };
  }
  if (underWay !== undefined) {
    const lapsed = runs ? undefined : words.lapsed(ends.overAt);
    const step = { kind: "wait", ...(runs ? { until: ends.overAt } : {}) } as const;
    return { step, view: view("renewing", [lapsed, gone, ...alarms]) };
  }
  // The term covers the hold, but for less than the shortest isolation that can be ordered.
  if (wantedUntil <= addMs(ends.overAt, ARGUMENT_LIMITS.isolationSecondsMin * 1_000)) {
    if (runs) return { step: { kind: "wait", until: ends.overAt }, view: view("holding", alarms) };
    return { step: { kind: "done", end: "over" }, view: view("over", alarms) };
  }
  return renewable(facts, effect, { wantedUntil, runs, alarms, view }, now, policy);
}

/** Wanted beyond the end of its term, and no renewal is on its way. */
function renewable(
  facts: LeaseFacts,
  { current, ends }: Effect,
  known: {
    readonly wantedUntil: EpochMs;
    readonly runs: boolean;
    readonly alarms: readonly (string | undefined)[];
    readonly view: View;
  },
  now: EpochMs,
  policy: LeasePolicy,
): LeaseDecision {
  const { wantedUntil, runs, alarms, view } = known;
  const leftMs = wantedUntil - now;
  // Less than the shortest isolation is left: nothing to renew for.
  if (!runs && leftMs < ARGUMENT_LIMITS.isolationSecondsMin * 1_000) {
    return { step: { kind: "done", end: "over" }, view: view("over", alarms) };
  }
  const blocked = blockedBy(facts, ends, policy);
  if (blocked !== undefined) {
    if (!runs) return { step: { kind: "done", end: "lost" }, view: view("lost", [blocked, ...alarms]) };
    return { step: { kind: "wait", until: ends.overAt }, view: view("holding", [blocked, ...alarms]) };
  }
  const failed = facts.terms.filter(({ number, state }) => number > current.number && state !== "succeeded").at(-1);
  const margin = marginMs(policy, current.durationMs, pendingMsOf(current, facts.kscSkewMs));
  const dueAt = addMs(ends.surelyUntil, -margin);
  const retryAt = failed === undefined ? dueAt : later(dueAt, addMs(failed.changedAt, policy.retryMs));
  const lapsed = runs ? undefined : words.lapsed(ends.overAt);
  const said = [lapsed, failed === undefined ? undefined : words.renewalFailed(failed.state), ...alarms];
  if (now < retryAt) {
    const problems = [...said, outOfReach(facts, ends, wantedUntil, margin, policy), tooShort(facts, policy)];
    const state = runs ? "holding" : "renewing";
    return { step: { kind: "wait", until: retryAt }, view: { ...view(state, problems), nextRenewalAt: retryAt } };
  }
  const durationMs = Math.min(facts.durationMs, leftMs);
  const durationSeconds = Math.max(ARGUMENT_LIMITS.isolationSecondsMin, Math.ceil(durationMs / 1_000));
  return { step: { kind: "renew", durationSeconds, deadline: wantedUntil }, view: view("renewing", said) };
}

/** [B1][B2] */
function blockedBy(facts: LeaseFacts, ends: TermEnds, policy: LeasePolicy): string | undefined {
  if (facts.renewals >= policy.renewalsMax) return words.budgetUsedUp(policy.renewalsMax, ends.overAt);
  if (facts.freeSlots <= policy.slotsKept) return words.slotsKept(facts.freeSlots, policy.slotsKept, ends.overAt);
  return undefined;
}

/** [B3] Said from the beginning, while there is time to order it otherwise. */
function outOfReach(
  facts: LeaseFacts,
  ends: TermEnds,
  wantedUntil: EpochMs,
  margin: number,
  policy: LeasePolicy,
): string | undefined {
  const reachMs = (policy.renewalsMax - facts.renewals) * (facts.durationMs - margin);
  const reach = addMs(ends.overAt, Math.min(reachMs, Number.MAX_SAFE_INTEGER / 2));
  return reach + policy.toleranceMs >= wantedUntil
    ? undefined
    : words.outOfReach(policy.renewalsMax, reach, wantedUntil);
}

/** [E4] */
function tooShort(facts: LeaseFacts, policy: LeasePolicy): string | undefined {
  const neededMs = 2 * (policy.syncDelayMs + policy.spareMs);
  return facts.holdMs > facts.durationMs && facts.durationMs < neededMs
    ? words.tooShort(facts.durationMs, neededMs)
    : undefined;
}

/** [M1] */
function mismatch(facts: LeaseFacts, ends: TermEnds, policy: LeasePolicy): string | undefined {
  if (ends.endpointEndsAt === undefined || facts.kscSkewMs === undefined) return undefined;
  const byKsc = addMs(ends.endpointEndsAt, -facts.kscSkewMs);
  const apartMs = Math.abs(byKsc - ends.agentEndsAt);
  return apartMs > policy.toleranceMs ? words.endsApart(ends.agentEndsAt, byKsc) : undefined;
}

function heldSince(first: Term, kscSkewMs: number | undefined): EpochMs {
  if (first.endedAt === undefined || kscSkewMs === undefined) return first.changedAt;
  return addMs(first.endedAt, -kscSkewMs);
}

/** From here on it cannot be called back. */
function isAtKsc(state: ActionState): boolean {
  return state === "submitting" || state === "submitted" || state === "task_seen" || state === "running";
}

type View = (state: LeaseState, problems: readonly (string | undefined)[]) => LeaseDecision["view"];

function viewOf(facts: LeaseFacts, policy: LeasePolicy, wantedUntil: EpochMs, ends?: TermEnds): View {
  return (state, problems) => {
    const problem = words.together(problems);
    return {
      state,
      wantedUntil,
      renewals: facts.renewals,
      renewalsMax: policy.renewalsMax,
      heard: facts.heard,
      ...(ends === undefined ? {} : { agentEndsAt: ends.agentEndsAt }),
      ...(ends?.endpointEndsAt === undefined ? {} : { endpointEndsAt: ends.endpointEndsAt }),
      ...(problem === undefined ? {} : { problem }),
    };
  };
}
