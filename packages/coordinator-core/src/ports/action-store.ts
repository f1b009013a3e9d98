import type { ActionClass, ActionOrder, ActionState, StatusDetail } from "@cordon/core/action";
import type { ActionId, AgentId, EpochMs, RuleId, SiteId, TenantId } from "@cordon/core/kernel";
import type { AgentRole } from "../sites/decide-session.ts";
import type { NewApproval } from "./approvals.ts";
import type { SiteRef } from "./dispatch-queue.ts";
import type {
  ActionFilter,
  ActionRecord,
  DecisionFilter,
  DecisionRecord,
  EventFilter,
  EventRecord,
  QuarantineFilter,
  QuarantineRecord,
  TimelineEntry,
  TimelineSource,
} from "./records.ts";

/** A wish to move an action; `advance` in core/action decides whether it does. */
export interface ActionMove {
  readonly actionId: ActionId;
  readonly state: ActionState;
  readonly at: EpochMs;
  readonly source: TimelineSource;
  readonly detail?: StatusDetail;
  readonly actor?: string;
  /** Counts only while this is its site's active session: what the agent of an older one says is no answer any more. */
  readonly session?: { readonly siteId: SiteId; readonly epoch: number };
}

export interface MoveResult {
  readonly actionId: ActionId;
  readonly outcome: "moved" | "unchanged" | "ignored" | "not_found" | "fenced";
  /** The state afterwards; absent when not found. */
  readonly state?: ActionState;
}

export interface AgentStatus {
  readonly seq: number;
  readonly actionId: ActionId;
  readonly state: ActionState;
  readonly at: EpochMs;
  readonly detail: StatusDetail;
}

/** What one session of a site brought. */
export interface StatusBatch {
  readonly siteId: SiteId;
  readonly agentId: AgentId;
  readonly ledgerId: string;
  /** Of what a stand-by's ledger says only evidence counts (`readFenced`). */
  readonly role: AgentRole;
  readonly epoch: number;
  /** In rising order of `seq`. */
  readonly statuses: readonly AgentStatus[];
  readonly gap: "accept" | "refuse";
}

export type StatusesApplied =
  | {
      readonly kind: "applied";
      readonly cursor: number;
      readonly moved: number;
      readonly ignored: number;
      readonly unknown: number;
    }
  /** Statuses between the cursor and this batch are missing: nothing was applied. The agent has to send from the cursor on. */
  | { readonly kind: "gap"; readonly cursor: number }
  /** A newer session of the site exists; this one must end. */
  | { readonly kind: "fenced" };

/** An order as dispatch needs it. */
export interface DispatchableAction extends ActionOrder {
  readonly state: ActionState;
  readonly actionClass: ActionClass;
  readonly endpointName: string;
  readonly ruleId: RuleId;
  /** What its last step says for people: why it was held back, when it was. */
  readonly detailMessage?: string;
  /** An earlier ledger accepted it, and the active one has not answered for it. */
  readonly redelivered: boolean;
  /** Another ledger may have been offered it, and did not say what it did with it. */
  readonly otherLedger: boolean;
  /**
   * It may have been offered before, at the earliest then: to another ledger, or in an earlier session, of which the agent's ledger may
   * have forgotten. KSC is to be looked at before anything is sent [D4, L8].
   */
  readonly firstOfferedAt?: EpochMs;
}

export interface QueuedCount extends SiteRef {
  readonly queued: number;
}

export interface QueuedRow extends SiteRef {
  readonly actionId: ActionId;
  readonly actionClass: ActionClass;
  readonly createdAt: EpochMs;
}

export type RetryAdded =
  | { readonly kind: "added" | "exists" | "not_found" }
  | { readonly kind: "under_way"; readonly actionId: ActionId };

export interface ActionStore {
  loadForDispatch(
    tenantId: TenantId,
    siteId: SiteId,
    actionIds: readonly ActionId[],
  ): Promise<readonly DispatchableAction[]>;
  /** Applies moves in order and writes their timeline, in one transaction; results in the order of the moves. */
  move(tenantId: TenantId, moves: readonly ActionMove[], now: EpochMs): Promise<readonly MoveResult[]>;
  /**
   * [D5] One transaction for all batches, each of which is answered in its place: every status above its ledger's cursor is
   * applied and written to the timeline, then the cursor moves. Batches of one site follow on each other. Statuses of unknown
   * actions are kept as strays and never hold the cursor up. With `gap: "refuse"` a batch that does not follow on the cursor
   * is not applied: what lies between may still be on its way.
   */
  applyStatuses(tenantId: TenantId, batches: readonly StatusBatch[], now: EpochMs): Promise<readonly StatusesApplied[]>;
  /**
   * A decision and its action made by a person; false when the action exists already. `asked`: what other persons are asked about it
   * when it is held for them.
   */
  addOrdered(
    tenantId: TenantId,
    decision: DecisionRecord,
    action: ActionRecord,
    actor: string,
    asked?: readonly NewApproval[],
  ): Promise<boolean>;
  /**
   * The same for another try of an action, whose timeline notes it; not while an earlier other try of it has not ended. Of two at
   * once, one is added. `not_found`: the tenant has no such action to try again.
   */
  addRetry(
    tenantId: TenantId,
    decision: DecisionRecord,
    action: ActionRecord,
    of: ActionId,
    by: { readonly actor: string; readonly reason: string },
    asked?: readonly NewApproval[],
  ): Promise<RetryAdded>;
  getAction(tenantId: TenantId, actionId: ActionId): Promise<ActionRecord | undefined>;
  /** Held actions of the chains that this one belongs to, which wait for their turn there. */
  listWaiting(tenantId: TenantId, actionId: ActionId): Promise<readonly ActionRecord[]>;
  /** Oldest first; undefined when the tenant has no such action. */
  getTimeline(tenantId: TenantId, actionId: ActionId): Promise<readonly TimelineEntry[] | undefined>;
  listActions(tenantId: TenantId, filter: ActionFilter): Promise<readonly ActionRecord[]>;
  listDecisions(tenantId: TenantId, filter: DecisionFilter): Promise<readonly DecisionRecord[]>;
  getEvent(tenantId: TenantId, eventId: string): Promise<EventRecord | undefined>;
  listEvents(tenantId: TenantId, filter: EventFilter): Promise<readonly EventRecord[]>;
  listQuarantine(tenantId: TenantId, filter: QuarantineFilter): Promise<readonly QuarantineRecord[]>;
  getQuarantined(tenantId: TenantId, quarantineId: number): Promise<QuarantineRecord | undefined>;
  markReplayed(tenantId: TenantId, quarantineId: number, at: EpochMs): Promise<void>;
}

/** What the sweep reads and does over all tenants. */
export interface SweepStore {
  /** Runs `work` only if no other process is sweeping; answers whether it ran. */
  exclusively(work: () => Promise<void>): Promise<boolean>;
  /** What the queue should hold: `queued` actions, and those that are to be offered again. */
  countQueued(): Promise<readonly QueuedCount[]>;
  /** A page of them for one site in id order, after the given one. */
  listQueued(
    tenantId: TenantId,
    siteId: SiteId,
    after: ActionId | undefined,
    limit: number,
  ): Promise<readonly QueuedRow[]>;
  /** [D6] Expires up to `limit` overdue `held` and `queued` actions; answers which. */
  expireOverdue(now: EpochMs, limit: number): Promise<readonly QueuedRow[]>;
  /** [R19] Removes up to `limit` groups of counters that nobody will ask for any more; answers how many. */
  forgetCounts(now: EpochMs, limit: number): Promise<number>;
}
