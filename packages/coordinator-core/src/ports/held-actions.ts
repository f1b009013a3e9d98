import type { ActionClass, StatusDetail } from "@cordon/core/action";
import type { ActionId, EpochMs, TenantId } from "@cordon/core/kernel";
import type { SiteRef } from "./dispatch-queue.ts";
import type { ActionRecord, TimelineSource } from "./records.ts";

/** An action as its release looks at it. */
export interface HeldAction extends ActionRecord {
  /** A person has not let it go yet. */
  readonly awaitsPerson: boolean;
  /** An action before it in its chain has not ended yet. */
  readonly awaitsChain: boolean;
}

/** Who let it go, for its timeline. */
export interface ReleaseEntry {
  readonly source: TimelineSource;
  readonly actor?: string;
  readonly detail: StatusDetail;
}

export interface ReleaseMove {
  readonly actionId: ActionId;
  /** Instead of the action's own. */
  readonly deadline?: EpochMs;
}

export interface ReleasedRow extends SiteRef {
  readonly actionId: ActionId;
  readonly actionClass: ActionClass;
  readonly createdAt: EpochMs;
}

export interface HeldActionStore {
  /** Those of them that the tenant has, in any state. */
  loadForRelease(tenantId: TenantId, actionIds: readonly ActionId[]): Promise<readonly HeldAction[]>;
  /**
   * Moves to `queued` what is still `held`, awaits neither a person nor its chain and is not past its deadline, and writes their
   * timeline, in one transaction; answers what was moved. Of two that release the same action, one does.
   */
  release(
    tenantId: TenantId,
    moves: readonly ReleaseMove[],
    entry: ReleaseEntry,
    now: EpochMs,
  ): Promise<readonly ReleasedRow[]>;
}
