import type { RuleHold } from "@cordon/core/guards";
import type { EpochMs, EventId, RuleId, TenantId } from "@cordon/core/kernel";

/** A hold as stored: what tripped, and who re-armed the rule. */
export interface RuleHoldRecord extends RuleHold {
  /** Rising, per database. */
  readonly holdId: number;
  readonly eventId: EventId;
  readonly ruleSetVersion: number;
  readonly rearmed?: { readonly at: EpochMs; readonly by: string; readonly reason: string };
}

export interface RuleHoldFilter {
  readonly ruleId?: RuleId;
  /** Only rules that wait to be re-armed. */
  readonly openOnly?: boolean;
  readonly after?: { readonly holdId: number };
  readonly limit: number;
}

export interface RuleHoldStore {
  /** Newest first. */
  listHolds(tenantId: TenantId, filter: RuleHoldFilter): Promise<readonly RuleHoldRecord[]>;
  /** What the rule asked for before does not count any more. Undefined: the rule is not in hold. */
  rearm(
    tenantId: TenantId,
    ruleId: RuleId,
    rearmed: { readonly at: EpochMs; readonly by: string; readonly reason: string },
  ): Promise<RuleHoldRecord | undefined>;
}
