import type { CorrelationEvent } from "@cordon/core/event";
import type { Brake, CoolDownKey, EndpointRef, EndpointTraits } from "@cordon/core/guards";
import type { EpochMs, EventId, TenantId } from "@cordon/core/kernel";
import type { LookupNeeds, ResolutionFacts } from "@cordon/core/planning";
import type { ActionRecord, DecisionRecord, QuarantineRecord } from "./records.ts";

/** What planning reads of the record, inside the transaction that writes the plan. */
export interface PlanningReads {
  resolution(needs: LookupNeeds): Promise<ResolutionFacts>;
  /** All in force that name the tenant or every tenant. */
  brakes(): Promise<readonly Brake[]>;
  /** By `endpointKey`. */
  traitsOf(endpoints: readonly EndpointRef[]): Promise<ReadonlyMap<string, EndpointTraits>>;
  /** When each key's rule last acted so, was held, or would have in observe mode; keys without a past are absent from the map. */
  lastActs(keys: readonly CoolDownKey[]): Promise<ReadonlyMap<string, EpochMs>>;
}

export interface PlannedWrites {
  readonly decisions: readonly DecisionRecord[];
  readonly actions: readonly ActionRecord[];
}

export type NewQuarantine = Pick<QuarantineRecord, "code" | "message" | "raw" | "truncated">;

export interface IngestBatch {
  readonly events: readonly CorrelationEvent[];
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
