import { ACTION_KINDS, type ActionKind } from "@cordon/core/action";
import { endpointKey } from "@cordon/core/guards";
import type { EpochMs, RuleId } from "@cordon/core/kernel";
import { DECISION_OUTCOMES, type DecisionOutcome } from "@cordon/core/planning";
import type { PlannedWrites } from "../ports/ingest-store.ts";
import type { ActiveRuleSet } from "../rules/rules-in-use.ts";
import { heldForPeople } from "./held-for-people.ts";
import { type Approvals, type DayActions, type EndpointName, REPORT_LIMITS, type SetReport } from "./report.ts";
import type { SlotOutlook } from "./slot-outlook.ts";

/** Adds up what one set did. What it keeps grows with rules, endpoints and days, not with events. */
export interface SetTally {
  add(writes: PlannedWrites, now: EpochMs): void;
  report(): SetReport;
  /** By `endpointKey`: how many actions. */
  readonly touched: ReadonlyMap<string, EndpointName & { readonly actions: number }>;
  /** Endpoints that it was told never to touch, and asked for. */
  readonly neverTouched: ReadonlyMap<string, EndpointName>;
  /** By the number of the day. */
  readonly days: ReadonlyMap<number, DayActions>;
}

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

type Outcomes = Record<DecisionOutcome, number>;

const noOutcomes = (): Outcomes =>
  Object.fromEntries(DECISION_OUTCOMES.map((outcome) => [outcome, 0])) as Record<DecisionOutcome, number>;

export function createSetTally({ version, compiled }: ActiveRuleSet, outlook: SlotOutlook): SetTally {
  const decided = noOutcomes();
  const rules = new Map<RuleId, Outcomes>(compiled.rules.map(({ rule }) => [rule.id, noOutcomes()]));
  const codes = new Map<string, number>();
  const actions = new Map<ActionKind, { queued: number; held: number }>();
  const touched = new Map<string, EndpointName & { actions: number }>();
  const neverTouched = new Map<string, EndpointName>();
  const days = new Map<number, { queued: number; held: number }>();
  const trips: SetReport["trips"][number][] = [];
  const approvals = createApprovals();
  let neverTouchHits = 0;

  return {
    touched,
    neverTouched,
    days,
    add(writes, now) {
      for (const { verdict, ruleId, code, siteId, endpointId, endpointName } of writes.decisions) {
        decided[verdict]++;
        const ofRule = rules.get(ruleId);
        if (ofRule !== undefined) ofRule[verdict]++;
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (code !== "guard.never_touch" || siteId === undefined || endpointId === undefined) continue;
        neverTouchHits++;
        neverTouched.set(endpointKey({ siteId, endpointId }), { siteId, endpointId, name: endpointName ?? endpointId });
      }
      const held = heldForPeople(writes);
      for (const action of writes.actions) {
        const state = held.has(action.actionId) ? "held" : "queued";
        const { siteId, endpointId, endpointName: name, spec } = action;
        const ofKind = actions.get(spec.kind) ?? { queued: 0, held: 0 };
        actions.set(spec.kind, ofKind);
        ofKind[state]++;
        const day = Math.floor(now / DAY_MS);
        const ofDay = days.get(day) ?? { queued: 0, held: 0 };
        days.set(day, ofDay);
        ofDay[state]++;
        const key = endpointKey({ siteId, endpointId });
        const known = touched.get(key);
        if (known === undefined) touched.set(key, { siteId, endpointId, name, actions: 1 });
        else known.actions++;
        if (state === "held") approvals.add(now);
        outlook.take(action, now);
      }
      for (const { ruleId, trippedAt: at, message } of writes.trips ?? []) {
        if (trips.length < REPORT_LIMITS.tripsMax) trips.push({ ruleId, at, message });
      }
    },
    report: () => ({
      version,
      decisions: { ...decided },
      codes: [...codes]
        .map(([code, decisions]) => ({ code, decisions }))
        .sort((left, right) => right.decisions - left.decisions || (left.code < right.code ? -1 : 1)),
      rules: [...rules].map(([ruleId, outcomes]) => ({ ruleId, ...outcomes })),
      actions: ACTION_KINDS.flatMap((kind) => {
        const ofKind = actions.get(kind);
        return ofKind === undefined ? [] : [{ kind, ...ofKind }];
      }),
      endpointsTouched: touched.size,
      neverTouchHits,
      approvals: approvals.report(),
      trips,
      slots: outlook.report(),
    }),
  };
}

/** Times never go back, so one hour at a time is enough. */
function createApprovals() {
  let total = 0;
  let hour = -1;
  let inHour = 0;
  let busiest = { hour: -1, approvals: 0 };
  return {
    add(now: EpochMs): void {
      const at = Math.floor(now / HOUR_MS);
      if (at !== hour) inHour = 0;
      hour = at;
      total++;
      inHour++;
      if (inHour > busiest.approvals) busiest = { hour, approvals: inHour };
    },
    report: (): Approvals => ({
      total,
      perHourMax: busiest.approvals,
      ...(busiest.hour < 0 ? {} : { busiestHour: (busiest.hour * HOUR_MS) as EpochMs }),
    }),
  };
}
