import { type ActionArgs, classOf } from "../action/index.ts";
import { type ApprovalPolicy, policiesOf } from "../approval/index.ts";
import type { CorrelationEvent } from "../event/index.ts";
import {
  type Attempt,
  actsAsked,
  approvalsFor,
  attemptOf,
  CONSENT_GUARDS,
  type CoolDownKey,
  decisive,
  forecastSlots,
  type GuardFacts,
  type Objection as GuardObjection,
  HISTORY_GUARDS,
  REACH_GUARDS,
  type RuleHold,
  runGuards,
  STANDING_GUARDS,
} from "../guards/index.ts";
import { type ActionId, assert, deriveActionId, deriveDecisionId, type EpochMs } from "../kernel/index.ts";
import { printCount, type Rule, type RuleAction, type RuleMatch } from "../rules/index.ts";
import { type ActionBook, createActionBook } from "./action-book.ts";
import { type ChainWalk, createChainWalk, type PlannedChain, type Standing } from "./chain-walk.ts";
import { type CapabilityFacts, explainCapability } from "./check-capability.ts";
import type { DecidedEndpoint, Decision, DecisionOutcome, DecisionReason, Objection, Plan } from "./decision.ts";
import { mapArguments } from "./map-arguments.ts";
import type { ChainWait, OpenAction } from "./open-actions.ts";
import { explainArguments, explainResolution, explainStanding } from "./reasons.ts";
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
  /** What earlier events left unsent on these endpoints; absent: nothing. */
  readonly open?: readonly OpenAction[];
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
  const chains: PlannedChain[] = [];
  const actions = createActionBook(input.open ?? []);
  for (const [matchIndex, match] of input.matches.entries()) {
    const { rule } = match;
    const resolution = input.resolutions[matchIndex] ?? { kind: "no_target", fields: [] };
    const walk = createChainWalk(rule);
    for (const [actionIndex, ruleAction] of rule.actions.entries()) {
      const judgement = judge(input, attempts, { rule, ruleAction, resolution });
      if (judgement.attempt !== undefined) attempts.push(judgement.attempt);
      trips.push(...judgement.trips);
      decisions.push(decide(input, { match, ruleAction, actionIndex, judgement, walk, actions }));
    }
    const chain = walk.chain();
    if (chain !== undefined) chains.push(chain);
  }
  return { decisions, attempts, trips, chains, ...actions.plan() };
}

interface Judgement {
  readonly endpoint?: DecidedEndpoint;
  /** Absent: there is nothing that could be done, and an objection says why. */
  readonly spec?: ActionArgs;
  /** In the order in which reasons count. */
  readonly objections: readonly Objection[];
  /** Whose yes it needs when it is held for a person; empty where nothing was found. */
  readonly policies: readonly ApprovalPolicy[];
  /** What a forecast warns of, without being against it. */
  readonly warning?: string;
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
  if (resolution.kind !== "resolved") {
    return { objections: [suppress(explainResolution(resolution))], policies: [], trips: [] };
  }
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
    ...(isAttempt ? runGuards(CONSENT_GUARDS, subject, facts) : []).map(toObjection),
    ...(rule.mode === "hold" ? [holdOf(rule)] : []),
  ];
  const { warning } = forecastSlots(subject, facts) ?? {};
  return {
    endpoint: { siteId, endpointId, name, trace },
    ...(mapped.kind === "mapped" ? { spec: mapped.spec } : {}),
    objections,
    policies: policiesOf(approvalsFor(subject, facts.brakes)),
    ...(warning === undefined ? {} : { warning }),
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

interface Subject {
  readonly match: RuleMatch;
  readonly ruleAction: RuleAction;
  readonly actionIndex: number;
  readonly judgement: Judgement;
  readonly walk: ChainWalk;
  readonly actions: ActionBook;
}

function decide(input: PlanInput, subject: Subject): Decision {
  const { event, ruleSet, now } = input;
  const { match, ruleAction, actionIndex, judgement, walk, actions } = subject;
  const { rule, counts = [] } = match;
  const { endpoint, spec } = judgement;
  const standing = walk.standing();
  const objections = [...judgement.objections, ...explainStanding(standing)];
  const origin = [event.tenantId, event.id, rule.id, String(ruleSet.version), ruleSet.hash];
  const decisionId = deriveDecisionId([...origin, ruleAction.kind, String(actionIndex)]);
  const objection = decisive(objections);
  const waits = chainWait(standing, judgement.objections);
  const counted = counts.length === 0 ? {} : { counts };
  const warned = judgement.warning === undefined ? {} : { warning: judgement.warning };
  const decision = (outcome: DecisionOutcome, reason: DecisionReason, actionId?: ActionId): Decision => {
    const made: Decision = {
      decisionId,
      tenantId: event.tenantId,
      eventId: event.id,
      ruleId: rule.id,
      ruleSetVersion: ruleSet.version,
      mode: rule.mode,
      outcome,
      reason: { ...reason, details: { ...reason.details, ...counted, ...warned, ...others(objections, objection) } },
      actionIndex,
      actionKind: ruleAction.kind,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(actionId === undefined ? {} : { actionId }),
      decidedAt: now,
    };
    walk.note(ruleAction, made, outcome === "suppress" ? undefined : waits);
    return made;
  };

  if (objection?.kind === "suppress") return decision("suppress", objection.reason);
  assert(endpoint !== undefined && spec !== undefined, "what cannot be done was not objected to");
  const because = counts.length === 0 ? "" : ` (${counts.map(printCount).join("; ")})`;
  const asked = `Rule "${rule.id}" met the event${because}; ${spec.kind} on ${endpoint.name}`;
  if (rule.mode === "observe") {
    const message =
      objection === undefined
        ? `${asked} would be ordered, but the rule only observes.`
        : `${asked} would be held, but the rule only observes. ${objection.reason.message}`;
    const held = objection === undefined ? {} : { heldBy: objection.reason.code, ...objection.reason.details };
    return decision("observe", { code: "rule.observes", message, details: { spec, ...held } });
  }

  const { siteId, endpointId, name: endpointName } = endpoint;
  const put = actions.put({
    actionId: deriveActionId([...origin, siteId, endpointId, spec.kind, String(actionIndex)]),
    tenantId: event.tenantId,
    siteId,
    endpointId,
    endpointName,
    spec,
    actionClass: classOf(spec.kind),
    deadline: walk.deadline(now, ruleAction),
    decisionId,
    eventId: event.id,
    ruleId: rule.id,
    ruleSetVersion: ruleSet.version,
    createdAt: now,
    state: objection === undefined ? "queued" : "held",
    ...(waits === undefined ? {} : { waits }),
    ...(objection === undefined || judgement.objections.length === 0
      ? {}
      : { approval: { heldBy: objection.reason.code, policies: judgement.policies } }),
  });
  if (put.kind === "served") {
    const { ruleId, eventId, actionId } = put.by;
    const where = eventId === event.id ? "for the same event" : `for the event ${eventId} and not sent yet`;
    const message = `${asked} is already ordered by rule "${ruleId}" ${where}: one action serves both.`;
    return decision("merge", { code: "plan.merged", message, details: { ruleId, eventId } }, actionId);
  }
  const instead = put.insteadOf === undefined ? {} : { insteadOf: put.insteadOf };
  if (objection !== undefined) {
    return decision(
      "hold",
      { ...objection.reason, details: { ...objection.reason.details, ...instead } },
      put.actionId,
    );
  }
  const longer = put.insteadOf === undefined ? "" : ` It takes the place of the shorter one, ${put.insteadOf}.`;
  return decision(
    "act",
    { code: "rule.matched", message: `${asked} is ordered.${longer}`, details: instead },
    put.actionId,
  );
}

/** What the action waits for; only what was ordered has an id to wait for. */
function chainWait(standing: Standing, against: readonly Objection[]): ChainWait | undefined {
  if (standing.kind !== "waits" || standing.before.actionId === undefined) return undefined;
  const { actionId: on, onFailure } = standing.before;
  return { on, onFailure, person: against.length > 0 };
}

/** [T2] What else spoke against it, so that whoever removes the first reason knows the next. */
function others(objections: readonly Objection[], decisiveOne: Objection | undefined) {
  const rest = objections.filter((each) => each !== decisiveOne);
  if (rest.length === 0) return {};
  return { alsoAgainst: rest.map(({ kind, reason: { code, message } }) => ({ outcome: kind, code, message })) };
}
