import type { CorrelationEvent } from "@cordon/core/event";
import type { EndpointId, EpochMs, EventId, RuleId, SiteId, TenantId } from "@cordon/core/kernel";
import type { SiteEndpoint } from "./inventory.ts";
import type { ActionRecord, DecisionRecord, QuarantineRecord } from "./records.ts";

/** One way to look an endpoint up. Text is compared without case; an address is compared as written. */
export interface EndpointLookup {
  readonly by: "hostId" | "fqdn" | "name" | "address";
  readonly value: string;
}

/** Which past `act` decision would silence a rule on an endpoint. */
export interface CooldownKey {
  readonly ruleId: RuleId;
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
}

export interface CooldownFact extends CooldownKey {
  readonly lastActAt: EpochMs;
}

/** What planning reads of the record, inside the transaction that writes the plan. */
export interface PlanningReads {
  /** For each look-up, in order, the endpoints that fit: at most `ENDPOINT_CANDIDATES_MAX` of each. */
  endpoints(lookups: readonly EndpointLookup[]): Promise<readonly (readonly SiteEndpoint[])[]>;
  /** The latest `act` of each key that is not older than `since`. */
  lastActs(keys: readonly CooldownKey[], since: EpochMs): Promise<readonly CooldownFact[]>;
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
  readonly decisions: number;
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

export const ENDPOINT_CANDIDATES_MAX = 10;
