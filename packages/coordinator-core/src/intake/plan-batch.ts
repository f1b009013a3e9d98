import { STATUS_MESSAGE_CHARS_MAX, type StatusDetail } from "@cordon/core/action";
import { DEFAULT_MINIMUMS, type EndpointMinimums } from "@cordon/core/endpoint";
import type { CorrelationEvent } from "@cordon/core/event";
import {
  ACTS_IN_A_ROW_MAX,
  coolDownKey,
  createWindowBook,
  type EndpointRef,
  endpointKey,
  noteSlot,
  type SlotBudget,
} from "@cordon/core/guards";
import type { EpochMs } from "@cordon/core/kernel";
import {
  type AskedCoolDown,
  coolDownsFor,
  type Decision,
  type EndpointLookup,
  lookupKey,
  lookupsFor,
  type Plan,
  type PlannedAction,
  planEvent,
  type Resolution,
  resolveMatches,
} from "@cordon/core/planning";
import type { Counter, RuleMatch } from "@cordon/core/rules";
import { askPeople } from "../approvals/ask-people.ts";
import { standingFacts } from "../brakes/standing-facts.ts";
import type { PlannedWrites, PlanningReads, RuleTrip } from "../ports/ingest-store.ts";
import type { ActionRecord, DecisionRecord } from "../ports/records.ts";
import { type ActiveRuleSet, type RulesInUse, ruleSetAt } from "../rules/rules-in-use.ts";
import { countEvents } from "./count-events.ts";
import { createOpenBook } from "./open-book.ts";
import { windowsFor } from "./windows-for.ts";

/** An event and the rules that it met, of each set that was in use when it came. */
export interface MatchedEvent {
  readonly event: CorrelationEvent;
  /** Versions of those sets, whether it met any rule or not; absent: it was not evaluated. */
  readonly ruleSetVersions?: readonly number[];
  /** Absent when it met none. */
  readonly met?: {
    readonly inUse: RulesInUse;
    readonly sets: readonly SetMatches[];
    /** What it is to be counted by; until then `sets` has what it would meet if everything had been counted often enough. */
    readonly counters?: readonly Counter[];
  };
}

export interface SetMatches {
  readonly ruleSet: ActiveRuleSet;
  /** At least one. */
  readonly matches: readonly RuleMatch[];
}

/**
 * Plans events in their order with a few reads for all of them. A later event of the batch sees what an earlier one did, so a
 * burst in one request cools down just as one in a hundred requests does.
 */
export async function planBatch(
  matched: readonly MatchedEvent[],
  reads: PlanningReads,
  now: EpochMs,
  minimums: EndpointMinimums = DEFAULT_MINIMUMS,
): Promise<PlannedWrites> {
  const { events, counts } = await countEvents(matched, reads);
  const planned = events.flatMap(({ event, met }) =>
    met === undefined ? [] : met.sets.map((set) => ({ event, inUse: met.inUse, ...set })),
  );
  if (planned.length === 0) return { decisions: [], actions: [], counts };
  const [facts, brakes, held] = await Promise.all([
    reads.resolution(needsOf(planned)),
    reads.brakes(),
    reads.ruleHolds(),
  ]);
  const resolved = planned.flatMap((each) =>
    ofItsSites({ ...each, resolutions: resolveMatches(each.matches, each.event, facts) }),
  );
  const keys = new Map<string, AskedCoolDown>();
  for (const { matches, resolutions } of resolved) {
    for (const key of coolDownsFor(matches, resolutions)) keys.set(coolDownKey(key), key);
  }
  const asked = windowsFor(resolved, brakes, held, now);
  const endpoints = resolved.flatMap(({ resolutions }) => resolutions.flatMap(endpointOf));
  const [windows, acts, standing, open] = await Promise.all([
    asked.length === 0 ? new Map() : reads.windows(asked, now),
    reads.lastActs([...keys.values()]),
    standingFacts(
      brakes,
      { ...reads, groupsOf: (named) => reads.groupsOf(named, now) },
      {
        endpoints: () => endpoints,
        isolated: () => isolatedBy(resolved),
      },
    ),
    endpoints.length === 0 ? [] : (reads.openActions?.(endpoints, now) ?? []),
  ]);
  const openBook = createOpenBook(open);
  const lastActs = new Map(acts);
  const ruleHolds = new Map(held);
  const groups = new Map([...standing.groups].map(([id, group]) => [id, { ...group, down: new Set(group.down) }]));
  const book = createWindowBook(
    asked.map(({ key }) => key),
    windows,
  );
  const trips: RuleTrip[] = [];
  const slots = brakes.some(({ type }) => type === "slotForecast")
    ? new Map(await reads.slotsOf(endpoints))
    : new Map<string, SlotBudget>();

  const capability = { minimums, refusals: facts.refusals ?? new Map() };
  const plans = resolved.map(({ event, ruleSet, matches, resolutions }) => {
    const guardFacts = { ...standing, slots, groups, lastActs, ruleHolds, windows: book.windows };
    const openThere = openBook.on(resolutions.flatMap(endpointOf));
    const plan = planEvent({
      event,
      matches,
      resolutions,
      facts: guardFacts,
      capability,
      open: openThere,
      ruleSet,
      now,
    });
    openBook.note(plan);
    for (const decision of plan.decisions) noteAct(lastActs, decision);
    for (const action of plan.actions) {
      noteIsolation(groups, action);
      noteSlot(slots, endpointKey(action));
    }
    book.note(plan.attempts);
    for (const trip of plan.trips) {
      if (ruleHolds.has(trip.ruleId)) continue;
      ruleHolds.set(trip.ruleId, trip);
      trips.push({ ...trip, eventId: event.id, ruleSetVersion: ruleSet.version });
    }
    return plan;
  });
  const approvals = plans.flatMap((plan) => plan.actions.flatMap(askPeople));
  return {
    approvals,
    decisions: plans.flatMap(recordDecisions),
    actions: plans.flatMap(recordActions),
    trips,
    counts,
    chains: plans.flatMap(({ chains }) => chains),
    extended: plans.flatMap(({ extended }) => extended),
    superseded: plans.flatMap(({ superseded }) => superseded),
  };
}

/** While two sets are in use, what a set's rules say counts at the sites that run it; where no site is known, the baseline's. */
function ofItsSites<T extends SetMatches & { readonly inUse: RulesInUse; readonly resolutions: readonly Resolution[] }>(
  each: T,
): readonly T[] {
  const { inUse, ruleSet, matches, resolutions } = each;
  if (inUse.bySite.size === 0) return [each];
  const counts = resolutions.map((resolution) => {
    const site = resolution.kind === "resolved" ? resolution.endpoint.siteId : undefined;
    return ruleSetAt(inUse, site) === ruleSet;
  });
  if (!counts.includes(true)) return [];
  const isCounted = (_: unknown, index: number) => counts[index] === true;
  return [{ ...each, matches: matches.filter(isCounted), resolutions: resolutions.filter(isCounted) }];
}

/** Endpoints that a rule which was met would isolate. */
function isolatedBy(
  resolved: readonly { readonly matches: readonly RuleMatch[]; readonly resolutions: readonly Resolution[] }[],
): readonly EndpointRef[] {
  return resolved.flatMap(({ matches, resolutions }) =>
    matches.flatMap(({ rule }, index) => {
      const resolution = resolutions[index];
      const isolates = rule.actions.some(({ kind }) => kind === "isolateHost");
      return isolates && resolution !== undefined ? endpointOf(resolution) : [];
    }),
  );
}

function endpointOf(resolution: Resolution): readonly EndpointRef[] {
  return resolution.kind === "resolved" ? [resolution.endpoint] : [];
}

function needsOf(events: readonly { readonly event: CorrelationEvent; readonly matches: readonly RuleMatch[] }[]) {
  const lookups = new Map<string, EndpointLookup>();
  const siteAliases = new Set<string>();
  for (const { event, matches } of events) {
    const needs = lookupsFor(
      matches.map(({ rule }) => rule.target),
      event,
    );
    for (const lookup of needs.lookups) lookups.set(lookupKey(lookup), lookup);
    for (const alias of needs.siteAliases) siteAliases.add(alias);
  }
  return { lookups: [...lookups.values()], siteAliases: [...siteAliases] };
}

function noteAct(
  lastActs: Map<string, readonly EpochMs[]>,
  { outcome, endpoint, ruleId, actionKind, decidedAt }: Decision,
): void {
  if (endpoint === undefined || outcome === "suppress") return;
  const { siteId, endpointId } = endpoint;
  const key = coolDownKey({ ruleId, siteId, endpointId, actionKind });
  lastActs.set(key, [decidedAt, ...(lastActs.get(key) ?? [])].slice(0, ACTS_IN_A_ROW_MAX));
}

/** The next event of the batch sees it as down; one that is held is still up. */
function noteIsolation(groups: ReadonlyMap<string, { readonly down: Set<string> }>, action: PlannedAction): void {
  if (action.spec.kind !== "isolateHost" || action.state !== "queued") return;
  for (const { down } of groups.values()) down.add(endpointKey(action));
}

function recordDecisions({ decisions }: Plan): readonly DecisionRecord[] {
  return decisions.map(({ outcome, reason, mode, actionIndex, endpoint, ...decision }) => ({
    ...decision,
    verdict: outcome,
    code: reason.code,
    reason: reason.message,
    ...(endpoint === undefined
      ? {}
      : { siteId: endpoint.siteId, endpointId: endpoint.endpointId, endpointName: endpoint.name }),
    detail: { ...reason.details, mode, actionIndex, ...(endpoint === undefined ? {} : { trace: endpoint.trace }) },
  }));
}

function recordActions({ actions, decisions }: Plan): readonly ActionRecord[] {
  const reasons = new Map(decisions.map(({ decisionId, reason }) => [decisionId, reason.message]));
  return actions.map(({ waits: _waits, ...action }) => ({
    ...action,
    stateAt: action.createdAt,
    ...(action.state === "held" ? { detail: heldBecause(reasons.get(action.decisionId)) } : {}),
  }));
}

function heldBecause(message = ""): StatusDetail {
  return { evidence: { rung: "none" }, message: message.slice(0, STATUS_MESSAGE_CHARS_MAX) };
}
