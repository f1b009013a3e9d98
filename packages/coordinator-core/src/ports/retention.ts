import type { EpochMs, TenantId } from "@cordon/core/kernel";

/** How long a tenant's events and decisions are kept, when it said so itself. */
export interface TenantRetention {
  readonly days: number;
  readonly changedAt: EpochMs;
  readonly changedBy: string;
}

/** What is bounded by a tenant's retention, in the order in which it has to go: an event outlives its decisions. */
export const KEPT_FOR_A_TIME = ["decisions", "events", "quarantine", "budgetChanges"] as const;

export type KeptForATime = (typeof KEPT_FOR_A_TIME)[number];

/**
 * The record's bounds in time. Nothing here removes the decision of an action that is not settled or of an isolation that may
 * still hold, nor the event of a decision that is kept.
 */
export interface RetentionStore {
  /** Runs `work` only if no other process is at it; answers whether it ran. */
  exclusively(work: () => Promise<void>): Promise<boolean>;
  /** Makes the partitions that the coming weeks need; answers how many were missing. */
  keepPartitions(now: EpochMs): Promise<number>;
  getRetention(tenantId: TenantId): Promise<TenantRetention | undefined>;
  /** Without a setting the installation's default counts again. */
  putRetention(tenantId: TenantId, setting: TenantRetention | undefined): Promise<void>;
  /** Every tenant, with its own days where it has set them. */
  listRetentions(): Promise<readonly { readonly tenantId: TenantId; readonly days?: number }[]>;
  /** Drops whole partitions that end by then, oldest first; one that holds what must stay is left. Answers their names. */
  dropPartitions(before: EpochMs, now: EpochMs): Promise<readonly string[]>;
  /** Removes up to `limit` of a tenant's oldest rows from before then; answers how many. */
  removeOld(what: KeptForATime, tenantId: TenantId, before: EpochMs, limit: number, now: EpochMs): Promise<number>;
}
