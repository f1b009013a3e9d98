import { type Action, type ActionArgs, classOf, DEADLINE_MS } from "../action/index.ts";
import type { CorrelationEvent } from "../event/index.ts";
import { type CoolDownKey, GUARDS, type Guard, type GuardFacts, runGuards } from "../guards/index.ts";
import { type ActionId, addMs, deriveActionId, deriveDecisionId, type EpochMs } from "../kernel/index.ts";
import type { Rule, RuleAction, RuleMatch } from "../rules/index.ts";
import { type CapabilityFacts, explainCapability } from "./check-capability.ts";
import type { DecidedEndpoint, Decision, DecisionOutcome, DecisionReason, Plan } from "./decision.ts";
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
  /** In this order; all that exist unless a test says otherwise. */
  readonly guards?: readonly Guard[];
}

/** The endpoint of each match. */
export function resolveMatches(
  matches: readonly RuleMatch[],
  event: CorrelationEvent,
  facts: ResolutionFacts,
): readonly Resolution[] {
  return matches.map(({ rule }) => resolveTarget(rule.target, event, facts));
}

/** The past that the guards will ask about, to be fetched in one go. */
export function coolDownsFor(
  matches: readonly RuleMatch[],
  resolutions: readonly Resolution[],
): readonly CoolDownKey[] {
  return matches.flatMap(({ rule }, index) => {
    const resolution = resolutions[index];
    if (resolution?.kind !== "resolved" || rule.limits.coolDownMs === undefined) return [];
    const { siteId, endpointId } = resolution.endpoint;
    const kinds = new Set(rule.actions.map(({ kind }) => kind));
    return [...kinds].map((actionKind) => ({ ruleId: rule.id, siteId, endpointId, actionKind }));
  });
}

/**
 * What one event leads to. The same input gives the same plan, with the same ids [D4]; every match and action gets exactly
 * one decision with its reason [S5, T2]; observing rules go through all of it but the action [S1].
 */
export function planEvent(input: PlanInput): Plan {
  const decisions: Decision[] = [];
  const actions = new Map<string, Action>();
  for (const [matchIndex, { rule }] of input.matches.entries()) {
    const resolution = input.resolutions[matchIndex] ?? { kind: "no_target", fields: [] };
    for (const [actionIndex, ruleAction] of rule.actions.entries()) {
      const verdict = judge(input, rule, ruleAction, resolution);
      decisions.push(decide(input, { rule, ruleAction, actionIndex, verdict, actions }));
    }
  }
  return { decisions, actions: [...actions.values()] };
}

type Verdict =
  | { readonly kind: "refused"; readonly reason: DecisionReason; readonly endpoint?: DecidedEndpoint }
  | { readonly kind: "wanted"; readonly spec: ActionArgs; readonly endpoint: DecidedEndpoint };

/** Everything that can speak against an action, in the order: target, capability, arguments, guards. */
function judge(input: PlanInput, rule: Rule, ruleAction: RuleAction, resolution: Resolution): Verdict {
  if (resolution.kind !== "resolved") return { kind: "refused", reason: explainResolution(resolution) };
  const { siteId, endpointId, name } = resolution.endpoint;
  const endpoint: DecidedEndpoint = { siteId, endpointId, name, trace: resolution.trace };
  const lacking = input.capability && explainCapability(ruleAction.kind, resolution.endpoint, input.capability);
  if (lacking !== undefined) return { kind: "refused", reason: lacking, endpoint };
  const mapped = mapArguments(ruleAction, input.event);
  if (mapped.kind !== "mapped") return { kind: "refused", reason: explainArguments(ruleAction.kind, mapped), endpoint };
  const { spec } = mapped;
  const outcome = runGuards(
    input.guards ?? GUARDS,
    {
      tenantId: input.event.tenantId,
      eventId: input.event.id,
      rule,
      siteId,
      endpointId,
      endpointName: name,
      spec,
      now: input.now,
    },
    input.facts,
  );
  if (outcome.kind === "pass") return { kind: "wanted", spec, endpoint };
  const { code, message } = outcome.verdict;
  return { kind: "refused", reason: { code, message, details: { guard: outcome.guard } }, endpoint };
}

interface Subject {
  readonly rule: Rule;
  readonly ruleAction: RuleAction;
  readonly actionIndex: number;
  readonly verdict: Verdict;
  /** What the plan has so far, by what would be done: the place where duplicates meet. */
  readonly actions: Map<string, Action>;
}

function decide(input: PlanInput, subject: Subject): Decision {
  const { event, ruleSet, now } = input;
  const { rule, ruleAction, actionIndex, verdict, actions } = subject;
  const origin = [event.tenantId, event.id, rule.id, String(ruleSet.version), ruleSet.hash];
  const decisionId = deriveDecisionId([...origin, ruleAction.kind, String(actionIndex)]);
  const decision = (outcome: DecisionOutcome, reason: DecisionReason, actionId?: ActionId): Decision => ({
    decisionId,
    tenantId: event.tenantId,
    eventId: event.id,
    ruleId: rule.id,
    ruleSetVersion: ruleSet.version,
    mode: rule.mode,
    outcome,
    reason,
    actionIndex,
    actionKind: ruleAction.kind,
    ...(verdict.endpoint === undefined ? {} : { endpoint: verdict.endpoint }),
    ...(actionId === undefined ? {} : { actionId }),
    decidedAt: now,
  });

  if (verdict.kind === "refused") return decision("suppress", verdict.reason);
  const { endpoint, spec } = verdict;
  const asked = `Rule "${rule.id}" met the event; ${spec.kind} on ${endpoint.name}`;
  if (rule.mode === "observe") {
    const message = `${asked} would be ordered, but the rule only observes.`;
    return decision("observe", { code: "rule.observes", message, details: { spec } });
  }

  const actionClass = classOf(spec.kind);
  const deadline = addMs(now, ruleAction.deadlineMs ?? DEADLINE_MS[actionClass]);
  const sameThing = JSON.stringify([endpoint.siteId, endpoint.endpointId, spec]);
  const earlier = actions.get(sameThing);
  if (earlier !== undefined) {
    // Whoever grants more time wins, or a merged action would expire although its own rule still wants it.
    if (deadline > earlier.deadline) actions.set(sameThing, { ...earlier, deadline });
    const message = `${asked} is already ordered by rule "${earlier.ruleId}" for the same event: one action serves both.`;
    return decision("merge", { code: "plan.merged", message, details: { ruleId: earlier.ruleId } }, earlier.actionId);
  }
  const { siteId, endpointId, name: endpointName } = endpoint;
  const actionId = deriveActionId([...origin, siteId, endpointId, spec.kind, String(actionIndex)]);
  actions.set(sameThing, {
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
  });
  return decision("act", { code: "rule.matched", message: `${asked} is ordered.`, details: {} }, actionId);
}
