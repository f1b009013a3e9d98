import type { ActionId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { QueuedRow } from "./action-store.ts";
import type { SiteRef } from "./dispatch-queue.ts";

export interface RedeliveryDue extends SiteRef {
  /** Of the change of the active ledger that made it due. */
  readonly epoch: number;
}

/** What is to be offered again because the site's active ledger is not the one that accepted it [L8]. */
export interface RedeliveryStore {
  due(): Promise<readonly RedeliveryDue[]>;
  /**
   * Notes the next page of the site's actions that a ledger before the active one accepted: unsettled ones, and isolations
   * that should still hold. Newest first; `after` is the last row of the page before.
   */
  collect(
    tenantId: TenantId,
    siteId: SiteId,
    after: Pick<QueuedRow, "createdAt" | "actionId"> | undefined,
    limit: number,
    now: EpochMs,
  ): Promise<readonly QueuedRow[]>;
  /** All pages of this change are noted. */
  collected(due: RedeliveryDue): Promise<void>;
  /** The active ledger's session with this epoch, or a later one, has answered for them. */
  answered(tenantId: TenantId, actionIds: readonly ActionId[], epoch: number): Promise<void>;
}
