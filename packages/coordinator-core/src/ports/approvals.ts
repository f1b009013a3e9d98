import type { ActionArgs, ActionKind, ActionState } from "@cordon/core/action";
import type { ApprovalPolicy, ApprovalState } from "@cordon/core/approval";
import type { ActionId, EndpointId, EpochMs, EventId, RuleId, SiteId, TenantId } from "@cordon/core/kernel";

/** What a person is asked about one held action. */
export interface NewApproval {
  readonly actionId: ActionId;
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly endpointName: string;
  readonly kind: ActionKind;
  readonly ruleId: RuleId;
  readonly ruleSetVersion: number;
  readonly eventId: EventId;
  /** Who ordered it by hand; absent: who published the rule set is its author. */
  readonly author?: string;
  /** The reason code of its decision. */
  readonly heldBy: string;
  /** At least one. */
  readonly policies: readonly ApprovalPolicy[];
  /** Over rule, targets and arguments (`approvalHash`), as it was held first. */
  readonly hash: string;
  readonly askedAt: EpochMs;
  /** When silence decides. */
  readonly expiresAt: EpochMs;
  readonly onTimeout: "deny" | "allow";
}

export interface ApprovalVote {
  readonly voter: string;
  /** As whom the voter counted besides the name: roles there, and groups. */
  readonly standing: readonly string[];
  readonly verdict: "approve" | "reject";
  readonly reason: string;
  readonly votedAt: EpochMs;
}

export interface ApprovalRecord extends NewApproval {
  readonly state: ApprovalState;
  /** Who published the rule set, or ordered it by hand. */
  readonly author?: string;
  /** Oldest first. */
  readonly votes: readonly ApprovalVote[];
  /** Absent `by`: silence decided. */
  readonly decided?: { readonly at: EpochMs; readonly by?: string; readonly reason?: string };
  /** Of the action, as it is now. */
  readonly spec: ActionArgs;
  readonly deadline: EpochMs;
  readonly actionState: ActionState;
}

/** Parts that are absent stand for all. */
export interface ApprovalSelection {
  readonly actionIds?: readonly ActionId[];
  readonly ruleId?: RuleId;
  readonly eventId?: EventId;
  readonly siteId?: SiteId;
}

export interface ApprovalFilter extends ApprovalSelection {
  /** `open`: undecided, and its action is still held. */
  readonly state?: ApprovalState;
  /** Keyset, newest first: the last row of the page before. */
  readonly after?: { readonly askedAt: EpochMs; readonly actionId: ActionId };
  readonly limit: number;
}

export interface VoteWrites {
  readonly votes: readonly (ApprovalVote & { readonly actionId: ActionId; readonly hash: string })[];
  readonly decided: readonly DecidedApproval[];
}

export interface DecidedApproval {
  readonly actionId: ActionId;
  readonly state: "approved" | "rejected" | "void";
  /** Absent: silence decided. */
  readonly by?: string;
  readonly reason?: string;
  readonly at: EpochMs;
}

export interface TenantsDecidedApproval extends DecidedApproval {
  readonly tenantId: TenantId;
}

export interface ApprovalStore {
  listApprovals(tenantId: TenantId, filter: ApprovalFilter): Promise<readonly ApprovalRecord[]>;
  getApproval(tenantId: TenantId, actionId: ActionId): Promise<ApprovalRecord | undefined>;
  /**
   * One transaction: what the selection names is locked, at most `rowsMax` + 1 of it, and what `decide` makes of it is written. Named
   * actions come in any state, others only while they are open. Two votes at once, in two processes, come one after the other.
   */
  vote<T extends { readonly writes: VoteWrites }>(
    tenantId: TenantId,
    selection: ApprovalSelection,
    rowsMax: number,
    decide: (found: readonly ApprovalRecord[]) => T,
  ): Promise<T>;
  /** Lets silence decide up to `limit` approvals that are due; one that another process decides just now is left to it. */
  decideDue(now: EpochMs, limit: number): Promise<number>;
  /** A page of what was decided and is not carried out, of all tenants, after the given row. */
  listUnsettled(
    after: { readonly tenantId: TenantId; readonly actionId: ActionId } | undefined,
    limit: number,
  ): Promise<readonly TenantsDecidedApproval[]>;
  /** Those whose action is held no more are done. */
  settle(tenantId: TenantId, actionIds: readonly ActionId[]): Promise<void>;
}
