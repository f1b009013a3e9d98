import type { Action, ActionClass, ActionKind, ActionState, StatusDetail } from "@cordon/core/action";
import type { FieldValue } from "@cordon/core/event";
import type {
  ActionId,
  DecisionId,
  EndpointId,
  EpochMs,
  ErrorCode,
  EventId,
  RuleId,
  SiteId,
  TenantId,
} from "@cordon/core/kernel";
import type { DecisionOutcome, DecisionReasonCode } from "@cordon/core/planning";

/** An accepted event as stored. */
export interface EventRecord {
  readonly tenantId: TenantId;
  readonly eventId: EventId;
  readonly name: string;
  readonly timestamp: EpochMs;
  readonly receivedAt: EpochMs;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** How many decisions it led to. */
  readonly decisions: number;
}

/** Why a bad event was put aside, and what of it is kept. */
export interface QuarantineRecord {
  /** Rising, per database. */
  readonly quarantineId: number;
  readonly tenantId: TenantId;
  readonly code: ErrorCode;
  /** One sentence naming the field and the mend. */
  readonly message: string;
  /** The sender's text, up to `QUARANTINE_RAW_CHARS_MAX`. */
  readonly raw: string;
  /** The text was longer: it cannot be replayed. */
  readonly truncated: boolean;
  readonly receivedAt: EpochMs;
  readonly replayedAt?: EpochMs;
}

/** The stored answer to "rule R met event E" [T2]. */
export interface DecisionRecord {
  readonly decisionId: DecisionId;
  readonly tenantId: TenantId;
  readonly eventId: EventId;
  readonly ruleId: RuleId;
  /** 0 when a person ordered the action by hand. */
  readonly ruleSetVersion: number;
  readonly verdict: DecisionOutcome;
  readonly actionKind: ActionKind;
  /** For programs. */
  readonly code: DecisionReasonCode | "order.by_hand";
  /** One sentence for a person. */
  readonly reason: string;
  readonly siteId?: SiteId;
  readonly endpointId?: EndpointId;
  readonly endpointName?: string;
  /** `act`: the action that came of it. `merge`: the other decision's action that serves this one too. */
  readonly actionId?: ActionId;
  readonly decidedAt: EpochMs;
  /** Facts behind the reason: candidates, how the target was found, the rule's mode, who ordered. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ActionRecord extends Action {
  readonly state: ActionState;
  readonly stateAt: EpochMs;
  /** The last status of the agent that was applied; absent before its first. */
  readonly lastStatusSeq?: number;
  /** Of the last step: evidence, code, message, earliest. */
  readonly detail?: StatusDetail;
  /** It is another try of this one. */
  readonly retryOf?: ActionId;
}

export type TimelineSource = "rules" | "api" | "dispatch" | "agent" | "sweep";

/** One step in an action's life; never changed, never removed. */
export interface TimelineEntry {
  readonly actionId: ActionId;
  /** When it happened, by the clock of who saw it. */
  readonly at: EpochMs;
  /** When the record learned of it. */
  readonly recordedAt: EpochMs;
  readonly source: TimelineSource;
  /** What was reported. */
  readonly state: ActionState;
  /** `ignored`: it came too late to count (the total table says so); kept for the record. */
  readonly outcome: "moved" | "unchanged" | "ignored";
  readonly statusSeq?: number;
  readonly detail?: StatusDetail;
  /** Who, when a person did it. */
  readonly actor?: string;
}

export interface ActionFilter {
  readonly siteId?: SiteId;
  readonly endpointId?: EndpointId;
  readonly eventId?: EventId;
  readonly ruleId?: RuleId;
  readonly states?: readonly ActionState[];
  readonly kind?: ActionKind;
  readonly actionClass?: ActionClass;
  readonly createdFrom?: EpochMs;
  readonly createdTo?: EpochMs;
  /** Keyset, newest first: the last row of the page before. */
  readonly after?: { readonly createdAt: EpochMs; readonly actionId: ActionId };
  /** At most `PAGE_ROWS_MAX`. */
  readonly limit: number;
}

export interface DecisionFilter {
  readonly siteId?: SiteId;
  readonly endpointId?: EndpointId;
  readonly eventId?: EventId;
  readonly ruleId?: RuleId;
  readonly verdict?: DecisionOutcome;
  /** `guard.never_touch`: every hit of a never-touch list. */
  readonly code?: string;
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly after?: { readonly decidedAt: EpochMs; readonly decisionId: DecisionId };
  readonly limit: number;
}

export interface EventFilter {
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  /** Only events that led to a decision. */
  readonly decidedOnly?: boolean;
  readonly after?: { readonly receivedAt: EpochMs; readonly eventId: EventId };
  readonly limit: number;
}

export interface QuarantineFilter {
  readonly after?: { readonly quarantineId: number };
  readonly limit: number;
}

export const PAGE_ROWS_MAX = 500;
/** A quarter of KUMA's 4 MB event bound: enough to see what is wrong and to replay all but monsters. */
export const QUARANTINE_RAW_CHARS_MAX = 1_048_576;
