import type { ActionKind } from "@cordon/core/action";
import type { EndpointId, EpochMs, EventId, RuleId, SiteId } from "@cordon/core/kernel";
import type { DecisionOutcome } from "@cordon/core/planning";

/** What rows of a report are bounded to; totals always count everything. */
export const REPORT_LIMITS = {
  /** Examples of actions that were added, removed or changed, each. */
  examplesMax: 200,
  /** Endpoints of a list: the worst, or the first by id. */
  endpointsMax: 200,
  tripsMax: 200,
} as const;

/** Of one tenant. The same events, sets and estate give the same report, byte for byte. */
export interface ReplayReport {
  /** Events of the range. */
  readonly events: number;
  /** Where the replay began, so that counts, windows and cool-downs had a past at `from`. */
  readonly warmedUpFrom: EpochMs;
  /** Absent: no set was active. */
  readonly active?: SetReport;
  readonly draft: SetReport;
  readonly diff: BehaviourDiff;
  /** Days of the range that had any events, in UTC. */
  readonly days: readonly DayReport[];
  readonly capability: readonly SiteCapability[];
}

export interface SetReport {
  readonly version: number;
  readonly decisions: Readonly<Record<DecisionOutcome, number>>;
  /** By the code of the reason, most first. */
  readonly codes: readonly { readonly code: string; readonly decisions: number }[];
  /** Every rule of the set, in the order in which they are asked; zeros tell of rules that nothing met. */
  readonly rules: readonly RuleReport[];
  /** Actions that would have been ordered, by kind; what is held counts too. */
  readonly actions: readonly { readonly kind: ActionKind; readonly queued: number; readonly held: number }[];
  readonly endpointsTouched: number;
  readonly neverTouchHits: number;
  readonly approvals: Approvals;
  /** Rules that went past a limit, and then held everything to the end of the range, for nobody was there to re-arm them. */
  readonly trips: readonly { readonly ruleId: RuleId; readonly at: EpochMs; readonly message: string }[];
  readonly slots: SlotReport;
}

export interface RuleReport extends Readonly<Record<DecisionOutcome, number>> {
  readonly ruleId: RuleId;
}

/** Actions that would have waited for a person. */
export interface Approvals {
  readonly total: number;
  /** Of the busiest hour. */
  readonly perHourMax: number;
  readonly busiestHour?: EpochMs;
}

/** What the actions would have used of the endpoints' places for tasks, by the ledger's default policy. */
export interface SlotReport {
  /** Actions that would have waited for a place. */
  readonly waiting: number;
  /** Containment that would have gone out past the limit, at the cost of older tasks. */
  readonly rotating: number;
  /** Those that come nearest to their limit first. */
  readonly endpoints: readonly EndpointSlots[];
}

export interface EndpointSlots extends EndpointName {
  readonly limit: number;
  /** Tasks of others that the endpoint has today: taken as there all the time. Absent: unknown, taken as none. */
  readonly foreignUsed?: number;
  readonly actions: number;
  /** The most on one UTC day. */
  readonly perDayMax: number;
  /** The most places in use at one time, those of others included. */
  readonly usedMax: number;
  readonly waiting: number;
}

export interface EndpointName {
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly name: string;
}

export interface DayReport {
  readonly day: EpochMs;
  readonly events: number;
  readonly active: DayActions;
  readonly draft: DayActions;
}

export interface DayActions {
  readonly queued: number;
  readonly held: number;
}

/** What the draft does otherwise than the active set. An action is the same when endpoint, kind, arguments and state are. */
export interface BehaviourDiff {
  readonly added: ActionChanges;
  readonly removed: ActionChanges;
  /** On the same event, endpoint and kind: other arguments, held instead of ordered, or the reverse. */
  readonly changed: ActionChanges;
  /** Touched by the draft and not by the active set. */
  readonly newlyTouched: {
    readonly total: number;
    readonly endpoints: readonly (EndpointName & { readonly actions: number })[];
  };
  readonly noLongerTouched: { readonly total: number };
  /** Never-touch hits of the draft on endpoints that the active set does not even ask for. */
  readonly neverTouch: { readonly total: number; readonly endpoints: readonly EndpointName[] };
}

export interface ActionChanges {
  readonly total: number;
  readonly byRule: readonly { readonly ruleId: RuleId; readonly kind: ActionKind; readonly actions: number }[];
  /** The first ones. */
  readonly examples: readonly ActionChange[];
}

export interface ActionChange extends EndpointName {
  readonly at: EpochMs;
  readonly eventId: EventId;
  readonly kind: ActionKind;
  /** Of the active set; absent when it did not ask for it. */
  readonly before?: PlannedPart;
  readonly after?: PlannedPart;
}

export interface PlannedPart {
  readonly ruleId: RuleId;
  readonly state: "queued" | "held";
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Whether a site can do what the draft may ask for. */
export interface SiteCapability {
  readonly siteId: SiteId;
  readonly endpoints: number;
  readonly connected: boolean;
  /** For each kind that a rule of the draft asks for. */
  readonly kinds: readonly KindCapability[];
}

export interface KindCapability {
  readonly kind: ActionKind;
  /** Endpoints that can do it, as far as is known. */
  readonly able: number;
  /** Why others cannot, by code. */
  readonly unable: readonly { readonly code: string; readonly endpoints: number }[];
  /** The site refuses it just now: why. */
  readonly refused?: string;
}
