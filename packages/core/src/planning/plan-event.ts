import { type ActionArgs, classOf, DEADLINE_MS } from "../action/index.ts";
import type { CorrelationEvent } from "../event/index.ts";
import {
  type Attempt,
  actsAsked,
  attemptOf,
  type CoolDownKey,
  decisive,
  type GuardFacts,
  type Objection as GuardObjection,
  HISTORY_GUARDS,
  REACH_GUARDS,
  type RuleHold,
  runGuards,
  STANDING_GUARDS,
} from "../guards/index.ts";
import { type ActionId, addMs, assert, deriveActionId, deriveDecisionId, type EpochMs } from "../kernel/index.ts";
import type { Rule, RuleAction, RuleMatch } from "../rules/index.ts";
import { type CapabilityFacts, explainCapability } from "./check-capability.ts";
import type { DecidedEndpoint, Decision, DecisionOutcome, DecisionReason, Plan, PlannedAction } from "./decision.ts";
import { mapArguments } from "./map-arguments.ts";
import { explainArguments, explainResolution } from "./reasons.ts";
import type { Resolution, ResolutionFacts } from "./resolution.ts";
import { resolveTarget } from "./resolve-target.ts";

export interface RuleSetRef {
  readonly version: number;
  /** Of its content: two installations that number alike do not derive alike. */
  readonly hash: string;
}

export interface PlanInput {
  readonly event: CorrelationEvent;
  readonly matches: readonly RuleMatch[];
  /** Of `resolveMatches`: one per match, in the same order. */
  readonly resolutions: readonly Resolution[];
  readonly facts: GuardFacts;
  /** Absent: nothing is known against any action. */
  readonly capability?: CapabilityFacts;
  readonly ruleSet: RuleSetRef;
  readonly now: EpochMs;
}

/** The endpoint of each match. */
export function resolveMatches(
  matches: readonly RuleMatch[],
  event: CorrelationEvent,
  facts: ResolutionFacts,
): readonly Resolution[] {
  return matches.map(({ rule }) => resolveTarget(rule.target, event, facts));
}

/** A cool-down, and how many of its last acts it is made of. */
export interface AskedCoolDown extends CoolDownKey {
  readonly actsMax: number;
}

/** The past that the guards will ask about, to be fetched in one go. */
export function coolDownsFor(
  matches: readonly RuleMatch[],
  resolutions: readonly Resolution[],
): readonly AskedCoolDown[] {
  return matches.flatMap(({ rule }, index) => {
    const resolution = resolutions[index];
    const actsMax = actsAsked(rule.limits);
    if (resolution?.kind !== "resolved" || actsMax === 0) return [];
    const { siteId, endpointId } = resolution.endpoint;
    const kinds = new Set(rule.actions.map(({ kind }) => kind));
    return [...kinds].map((actionKind) => ({ ruleId: rule.id, siteId, endpointId, actionKind, actsMax }));
  });
}

/**
 * What one event leads to. The same input gives the same plan, with the same ids [D4]; every match and action gets exactly
 * one decision with its reason [S5, T2]; observing rules go through all of it but the action [S1].
 */
export function planEvent(input: PlanInput): Plan {
  const decisions: Decision[] = [];
  const attempts: Attempt[] = [];
  const trips: RuleHold[] = [];
  const actions: OpenActions = { queued: new Map(), held: new Map() };
  for (const [matchIndex, { rule }] of input.matches.entries()) {
    const resolution = input.resolutions[matchIndex] ?? { kind: "no_target", fields: [] };
    for (const [actionIndex, ruleAction] of rule.actions.entries()) {
      const judgement = judge(input, attempts, { rule, ruleAction, resolution });
      if (judgement.attempt !== undefined) attempts.push(judgement.attempt);
      trips.push(...judgement.trips);
      decisions.push(decide(input, { rule, ruleAction, actionIndex, judgement, actions }));
    }
  }
  return { decisions, actions: [...actions.queued.values(), ...actions.held.values()], attempts, trips };
}

interface Objection {
  readonly kind: "suppress" | "hold";
  readonly reason: DecisionReason;
}

interface Judgement {
  readonly endpoint?: DecidedEndpoint;
  /** Absent: there is nothing that could be done, and an objection says why. */
  readonly spec?: ActionArgs;
  /** In the order in which reasons count. */
  readonly objections: readonly Objection[];
  /** Absent: it counts as none. */
  readonly attempt?: Attempt;
  readonly trips: readonly RuleHold[];
}

interface Wanted {
  readonly rule: Rule;
  readonly ruleAction: RuleAction;
  readonly resolution: Resolution;
}

/** Everything that speaks against an action: target, what people ordered, capability, arguments, what happened before. */
function judge(input: PlanInput, earlier: readonly Attempt[], { rule, ruleAction, resolution }: Wanted): Judgement {
  if (resolution.kind !== "resolved") return { objections: [suppress(explainResolution(resolution))], trips: [] };
  const { endpoint: found, trace } = resolution;
  const { siteId, endpointId, name } = found;
  const { kind } = ruleAction;
  const facts = { ...input.facts, earlier };
  const subject = { tenantId: input.event.tenantId, rule, endpoint: found, kind, now: input.now };
  const lacking = input.capability && explainCapability(kind, found, input.capability);
  const mapped = mapArguments(ruleAction, input.event);
  const history = runGuards(HISTORY_GUARDS, subject, facts);
  // [S3] Whatever else speaks against it, it was asked for; only what a cool-down swallows is no attempt.
  const isAttempt = history.length === 0;
  const reach = isAttempt ? runGuards(REACH_GUARDS, subject, facts) : [];
  const objections = [
    ...runGuards(STANDING_GUARDS, subject, facts).map(toObjection),
    ...(lacking === undefined ? [] : [suppress(lacking)]),
    ...(mapped.kind === "mapped" ? [] : [suppress(explainArguments(kind, mapped))]),
    ...[...history, ...reach].map(toObjection),
    ...(rule.mode === "hold" ? [holdOf(rule)] : []),
  ];
  return {
    endpoint: { siteId, endpointId, name, trace },
    ...(mapped.kind === "mapped" ? { spec: mapped.spec } : {}),
    objections,
    ...(isAttempt ? { attempt: attemptOf(subject) } : {}),
    trips: reach.flatMap((each) => each.trips ?? []).slice(0, 1),
  };
}

function toObjection({ guard, kind, code, message, details }: GuardObjection): Objection {
  return { kind, reason: { code, message, details: { guard, ...details } } };
}

function suppress(reason: DecisionReason): Objection {
  return { kind: "suppress", reason };
}

function holdOf({ id }: Rule): Objection {
  const message = `Rule "${id}" holds what it asks for until a person lets it go.`;
  return { kind: "hold", reason: { code: "rule.holds", message, details: {} } };
}

/** What the plan has so far, by what would be done: the place where duplicates meet. */
interface OpenActions {
  readonly queued: Map<string, PlannedAction>;
  readonly held: Map<string, PlannedAction>;
}

interface Subject {
  readonly rule: Rule;
  readonly ruleAction: RuleAction;
  readonly actionIndex: number;
  readonly judgement: Judgement;
  readonly actions: OpenActions;
}

function decide(input: PlanInput, subject: Subject): Decision {
  const { event, ruleSet, now } = input;
  const { rule, ruleAction, actionIndex, judgement, actions } = subject;
  const { endpoint, spec } = judgement;
  const origin = [event.tenantId, event.id, rule.id, String(ruleSet.version), ruleSet.hash];
  const decisionId = deriveDecisionId([...origin, ruleAction.kind, String(actionIndex)]);
  const objection = decisive(judgement.objections);
  const decision = (outcome: DecisionOutcome, reason: DecisionReason, actionId?: ActionId): Decision => ({
    decisionId,
    tenantId: event.tenantId,
    eventId: event.id,
    ruleId: rule.id,
    ruleSetVersion: ruleSet.version,
    mode: rule.mode,
    outcome,
    reason: { ...reason, details: { ...reason.details, ...others(judgement.objections, objection) } },
    actionIndex,
    actionKind: ruleAction.kind,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(actionId === undefined ? {} : { actionId }),
    decidedAt: now,
  });

  if (objection?.kind === "suppress") return decision("suppress", objection.reason);
  assert(endpoint !== undefined && spec !== undefined, "what cannot be done was not objected to");
  const asked = `Rule "${rule.id}" met the event; ${spec.kind} on ${endpoint.name}`;
  if (rule.mode === "observe") {
    const message =
      objection === undefined
        ? `${asked} would be ordered, but the rule only observes.`
        : `${asked} would be held, but the rule only observes. ${objection.reason.message}`;
    const held = objection === undefined ? {} : { heldBy: objection.reason.code, ...objection.reason.details };
    return decision("observe", { code: "rule.observes", message, details: { spec, ...held } });
  }

  const held = objection !== undefined;
  const actionClass = classOf(spec.kind);
  const deadline = addMs(now, ruleAction.deadlineMs ?? DEADLINE_MS[actionClass]);
  const sameThing = JSON.stringify([endpoint.siteId, endpoint.endpointId, spec]);
  // What is on its way serves one that would be held, too; what is held serves nobody who need not wait.
  const place = held && !actions.queued.has(sameThing) ? actions.held : actions.queued;
  const earlier = place.get(sameThing);
  if (earlier !== undefined) {
    // Whoever grants more time wins, or a merged action would expire although its own rule still wants it.
    if (deadline > earlier.deadline) place.set(sameThing, { ...earlier, deadline });
    const message = `${asked} is already ordered by rule "${earlier.ruleId}" for the same event: one action serves both.`;
    return decision("merge", { code: "plan.merged", message, details: { ruleId: earlier.ruleId } }, earlier.actionId);
  }
  const { siteId, endpointId, name: endpointName } = endpoint;
  const actionId = deriveActionId([...origin, siteId, endpointId, spec.kind, String(actionIndex)]);
  place.set(sameThing, {
    actionId,
    tenantId: event.tenantId,
    siteId,
    endpointId,
    endpointName,
    spec,
    actionClass,
    deadline,
    decisionId,
    eventId: event.id,
    ruleId: rule.id,
    ruleSetVersion: ruleSet.version,
    createdAt: now,
    state: held ? "held" : "queued",
  });
  return held
    ? decision("hold", objection.reason, actionId)
    : decision("act", { code: "rule.matched", message: `${asked} is ordered.`, details: {} }, actionId);
}

/** [T2] What else spoke against it, so that whoever removes the first reason knows the next. */
function others(objections: readonly Objection[], decisiveOne: Objection | undefined) {
  const rest = objections.filter((each) => each !== decisiveOne);
  if (rest.length === 0) return {};
  return { alsoAgainst: rest.map(({ kind, reason: { code, message } }) => ({ outcome: kind, code, message })) };
}
