import type { ActionArgs } from "@cordon/core/action";
import type { LeaseState, LeaseView } from "@cordon/core/endpoint";
import type { ActionId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { SiteRef } from "./dispatch-queue.ts";

/** An isolation with its three end times side by side [S6]. */
export interface LeaseRecord extends LeaseView {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly endpointName: string;
  /** By the coordinator's own record and clock; absent while the isolation's success was not reported. */
  readonly coordinatorEndsAt?: EpochMs;
  /** When the site first told of it, and last, by the coordinator's clock. */
  readonly since: EpochMs;
  readonly reportedAt: EpochMs;
  /** Why the three do not agree, with the mend. */
  readonly mismatch?: string;
  readonly mismatchSince?: EpochMs;
  readonly release?: ReleaseRecord;
}

/** Who asked for the end of an isolation, and what came of it. */
export interface ReleaseRecord {
  readonly askedAt: EpochMs;
  readonly askedBy: string;
  readonly reason: string;
  /** Absent while the site has not answered. */
  readonly answeredAt?: EpochMs;
  readonly outcome?: ReleaseOutcome;
  readonly endpointEndsAt?: EpochMs;
  readonly steps?: string;
}

export type ReleaseOutcome = "released" | "already_over" | "not_found";

export interface ReleaseVerdict {
  readonly outcome: ReleaseOutcome;
  readonly endpointEndsAt?: EpochMs;
  readonly steps: string;
}

/** What the record knows of an isolation when a report of it comes. */
export interface LeaseFacts {
  readonly view: LeaseView;
  readonly spec: ActionArgs;
  /** The agent's status of its success: by the agent's clock, and when it was recorded. */
  readonly succeeded?: { readonly at: EpochMs; readonly recordedAt: EpochMs };
  /** Since when the site's session is up. */
  readonly connectedSince?: EpochMs;
  readonly releaseAskedAt?: EpochMs;
  /** KSC's clock minus the agent's, as the site measured it. */
  readonly kscSkewMs?: number;
  /** As it was recorded before. */
  readonly coordinatorEndsAt?: EpochMs;
  readonly mismatch?: string;
  readonly reportedAt: EpochMs;
}

export interface LeaseJudgement {
  readonly coordinatorEndsAt?: EpochMs;
  readonly mismatch?: string;
}

export type JudgeLease = (facts: LeaseFacts) => LeaseJudgement;

/** A mismatch that was not there before. */
export interface RaisedMismatch extends SiteRef {
  readonly actionId: ActionId;
  readonly mismatch: string;
}

export interface LeaseFilter {
  readonly siteId?: SiteId;
  readonly endpointId?: LeaseView["endpointId"];
  readonly states?: readonly LeaseState[];
  readonly mismatch?: boolean;
  /** Keyset, newest first: the last row of the page before. */
  readonly after?: { readonly since: EpochMs; readonly actionId: ActionId };
  readonly limit: number;
}

export interface UnansweredRelease extends SiteRef {
  readonly actionId: ActionId;
  readonly reason: string;
}

export interface LeaseStore {
  /**
   * Records what the site's newest session tells, in one transaction; reports of actions that are no isolation of this site are
   * left out. `judge` is called for each.
   */
  reportLeases(
    site: SiteRef & { readonly epoch: number },
    views: readonly LeaseView[],
    judge: JudgeLease,
    now: EpochMs,
  ): Promise<readonly RaisedMismatch[] | "fenced">;
  /** Judges live leases whose end is past, at most `limit`, over all tenants: silence is a mismatch, too. */
  rejudgeOverdue(before: EpochMs, judge: JudgeLease, now: EpochMs, limit: number): Promise<readonly RaisedMismatch[]>;
  getLease(tenantId: TenantId, actionId: ActionId): Promise<LeaseRecord | undefined>;
  listLeases(tenantId: TenantId, filter: LeaseFilter): Promise<readonly LeaseRecord[]>;
  /** Asking again is another question of the site, and keeps who asked last. False when the tenant has no such action. */
  askRelease(
    tenantId: TenantId,
    actionId: ActionId,
    ask: Pick<ReleaseRecord, "askedAt" | "askedBy" | "reason">,
  ): Promise<boolean>;
  /** `not_found` is no answer as long as the action is under way: the site may be about to hear of it. */
  answerRelease(site: SiteRef, actionId: ActionId, verdict: ReleaseVerdict, now: EpochMs): Promise<void>;
  getRelease(tenantId: TenantId, actionId: ActionId): Promise<ReleaseRecord | undefined>;
  /** Oldest first, over all tenants. */
  listUnanswered(limit: number): Promise<readonly UnansweredRelease[]>;
  /** Asks again for those of a site that may still matter: its session, and perhaps its ledger, is another one. */
  reopenReleases(site: SiteRef): Promise<void>;
}
