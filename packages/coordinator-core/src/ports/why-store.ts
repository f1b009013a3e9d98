import type { EndpointBudget } from "@cordon/core/endpoint";
import type { EpochMs, EventId, SiteId, TenantId } from "@cordon/core/kernel";
import type { BrakeRecord } from "./brakes.ts";
import type { DecisionRecord, EventRecord } from "./records.ts";
import type { RuleHoldRecord } from "./rule-holds.ts";

/** An event with what it was evaluated with. */
export interface PastEvent extends EventRecord {
  /** Versions of the rule sets; empty: none was active. Absent: stored by a release that did not write it down. */
  readonly ruleSetVersions?: readonly number[];
}

export interface PastRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface PastQuery extends PastRange {
  /** Lower case; an event fits that has one of them anywhere in its text. */
  readonly texts: readonly string[];
  /** These fit, too. */
  readonly eventIds: readonly EventId[];
  /** Keyset, newest first: the last row of the page before. */
  readonly after?: { readonly receivedAt: EpochMs; readonly eventId: EventId };
  readonly limit: number;
}

/** What the record says of a moment in the past. */
export interface WhyStore {
  getPastEvent(tenantId: TenantId, eventId: EventId): Promise<PastEvent | undefined>;
  /** Newest first. Walks every event of the range. */
  findPastEvents(tenantId: TenantId, query: PastQuery): Promise<readonly PastEvent[]>;
  /** From when on the newest `rowsMax` events of the range came; undefined when it has no more. */
  newestFrom(tenantId: TenantId, range: PastRange, rowsMax: number): Promise<EpochMs | undefined>;
  /** Of all these events, oldest first. */
  decisionsOf(tenantId: TenantId, events: readonly PastEvent[], limit: number): Promise<readonly DecisionRecord[]>;
  /** What was in force then for the tenant, oldest first. */
  brakesAt(tenantId: TenantId, at: EpochMs): Promise<readonly BrakeRecord[]>;
  /** Rules that were in hold then. */
  holdsAt(tenantId: TenantId, at: EpochMs): Promise<readonly RuleHoldRecord[]>;
  /** What its agent had last said of the endpoint's slots by then; undefined when that is not known (any more). */
  budgetAt(tenantId: TenantId, siteId: SiteId, endpointId: string, at: EpochMs): Promise<EndpointBudget | undefined>;
  /** Which version the site ran then, by the history of activations and rollouts. */
  versionAt(tenantId: TenantId, siteId: SiteId | undefined, at: EpochMs): Promise<number | undefined>;
}
