import type { CorrelationEvent } from "@cordon/core/event";
import type {
  AttemptKey,
  AttemptWindow,
  Brake,
  EndpointRef,
  EndpointTraits,
  RedundancyGroup,
  RuleHold,
  SlotBudget,
} from "@cordon/core/guards";
import type { EpochMs, EventId, RuleId, TenantId } from "@cordon/core/kernel";
import type {
  AskedCoolDown,
  ExtendedAction,
  LookupNeeds,
  OpenAction,
  PlannedChain,
  ResolutionFacts,
  SupersededAction,
} from "@cordon/core/planning";
import type { CountGroup } from "@cordon/core/rules";
import type { NewApproval } from "./approvals.ts";
import type { ActionRecord, DecisionRecord, QuarantineRecord } from "./records.ts";

/** What planning reads of the record, inside the transaction that writes the plan. */
export interface PlanningReads {
  resolution(needs: LookupNeeds): Promise<ResolutionFacts>;
  /** All in force that name the tenant or every tenant. */
  brakes(): Promise<readonly Brake[]>;
  /** By `endpointKey`. */
  traitsOf(endpoints: readonly EndpointRef[]): Promise<ReadonlyMap<string, EndpointTraits>>;
  /** The groups that these brakes name, by the brake's id. */
  groupsOf(brakes: readonly Brake[], now: EpochMs): Promise<ReadonlyMap<string, RedundancyGroup>>;
  /** How the slots of endpoints stand, by `endpointKey`; one whose site has not told is absent. */
  slotsOf(endpoints: readonly EndpointRef[]): Promise<ReadonlyMap<string, SlotBudget>>;
  /** Rules that have tripped and were not re-armed. */
  ruleHolds(): Promise<ReadonlyMap<RuleId, RuleHold>>;
  /** [S3] What lies in each window at `now`, of what was asked for since the rule's last re-arm; by `attemptKey`. */
  windows(asked: readonly AskedWindow[], now: EpochMs): Promise<ReadonlyMap<string, AttemptWindow>>;
  /**
   * When each key's rule acted so since its last reset, was held, or would have in observe mode: newest first, at most `actsMax`.
   * A key without a past has none.
   */
  lastActs(keys: readonly AskedCoolDown[]): Promise<ReadonlyMap<string, readonly EpochMs[]>>;
  /** [R19] What was counted so far in these groups; one that was never met is absent. */
  countGroups(asked: readonly AskedGroup[]): Promise<readonly CountGroup[]>;
  /**
   * [P14] Unsent actions on these endpoints that are not overdue, at most `OPEN_ACTIONS_MAX` of each, the newest. Until the
   * transaction ends nobody sends, cancels or expires them. Absent: whatever was planned counts as sent, as in a replay.
   */
  openActions?(endpoints: readonly EndpointRef[], now: EpochMs): Promise<readonly OpenAction[]>;
}

export const OPEN_ACTIONS_MAX = 100;

export type AskedGroup = Pick<CountGroup, "counter" | "group">;

/** A window, and how far it is worth counting. */
export interface AskedWindow {
  readonly key: AttemptKey;
  /** No more than one beyond it is counted; absent: attempts are not asked for. */
  readonly attemptsMax?: number;
  /** No more than one beyond it is listed; absent: all are. */
  readonly endpointsMax?: number;
  /** The inventory is asked for. */
  readonly share: boolean;
}

export interface PlannedWrites {
  readonly decisions: readonly DecisionRecord[];
  readonly actions: readonly ActionRecord[];
  /** Rules that are in hold from now on; one that is already stays as it is. */
  readonly trips?: readonly RuleTrip[];
  /** [R19] The groups that the events were counted in, in the order in which they were last met. */
  readonly counts?: readonly CountGroup[];
  readonly chains?: readonly PlannedChain[];
  /** Actions, stored or of this plan, that serve later wishes, too. */
  readonly extended?: readonly ExtendedAction[];
  /** Isolations, stored or of this plan, whose place a longer one takes: `cancelled`, and chains follow the longer one. */
  readonly superseded?: readonly SupersededAction[];
  /** What people are asked, for each of `actions` that is held for a person. */
  readonly approvals?: readonly NewApproval[];
}

export interface RuleTrip extends RuleHold {
  readonly eventId: EventId;
  readonly ruleSetVersion: number;
}

export type NewQuarantine = Pick<QuarantineRecord, "code" | "message" | "raw" | "truncated">;

/** An event with the versions of the rule sets that it was evaluated with, each once; absent: that is not known. */
export interface EvaluatedEvent extends CorrelationEvent {
  readonly ruleSetVersions?: readonly number[];
}

export interface IngestBatch {
  readonly events: readonly EvaluatedEvent[];
  readonly quarantine: readonly NewQuarantine[];
  readonly receivedAt: EpochMs;
}

export interface IngestOutcome {
  /** Events that were not known before. */
  readonly stored: ReadonlySet<EventId>;
  readonly actions: readonly ActionRecord[];
  readonly decisions: readonly DecisionRecord[];
}

/**
 * [D1] Everything of a batch is stored in one transaction, or nothing is. Events that the tenant has already are left out and
 * not planned again. Throws `store.unavailable` when the outcome is not known to be durable.
 */
export interface IngestStore {
  /**
   * `plan` is called at most once, with those ids of `candidates` that are new; what it returns is written in the same transaction.
   * One tenant's plans are made one after another, also across processes, so a cool-down is never read too early.
   */
  commit(
    tenantId: TenantId,
    batch: IngestBatch,
    candidates: ReadonlySet<EventId>,
    plan: (fresh: ReadonlySet<EventId>, reads: PlanningReads) => Promise<PlannedWrites>,
  ): Promise<IngestOutcome>;
}
