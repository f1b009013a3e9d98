import type { AgentId, EpochMs, ErrorCode, SiteId, TenantId } from "@cordon/core/kernel";
import type { AgentRole, SiteStanding, StandbyReason } from "../sites/decide-session.ts";
import type { SiteRef } from "./dispatch-queue.ts";

export type ServiceConsoleState = "unknown" | "up" | "down";

export interface LedgerCounts {
  readonly endpoints: number;
  readonly open: number;
  readonly deferred: number;
}

export interface SiteProblem {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What the agent says of itself when it connects. */
export interface SessionHello {
  readonly agentId: AgentId;
  readonly agentVersion: string;
  /** Of the agent's ledger file: another value than before means another ledger. */
  readonly ledgerId: string;
  /** Waits until the site's active agent is gone. */
  readonly standBy: boolean;
  /** Highest epoch its ledger has seen. */
  readonly epoch: number;
  /** Highest status sequence it has written. */
  readonly statusSeq: number;
  readonly serviceConsole: ServiceConsoleState;
  readonly ledger: LedgerCounts;
}

/**
 * Two looks that agree on both saw nothing of the site's active agent in between: every session and every sign of life
 * changes one of them.
 */
export interface Standing {
  readonly epoch: number;
  readonly beats: number;
}

export interface BeginRules {
  /** The lease of the active agent of a site with several. */
  readonly actingLeaseMs: number;
  /** The standing that has not changed for longer than any lease lasts, as this process saw it; absent when none has. */
  readonly quiet?: Standing;
}

export interface SessionStart {
  readonly role: AgentRole;
  /** Why it stands by. */
  readonly reason?: StandbyReason;
  /**
   * Active: higher than every epoch that the record or the agent has seen, so that what an older session still sends is refused;
   * by more than one when another ledger may have acted since this one last did. Stand-by: the site's present one.
   */
  readonly epoch: number;
  /** 0 = without limit. */
  readonly actingLeaseMs: number;
  /** Statuses of this ledger up to here are stored. */
  readonly statusCursor: number;
  /** 0 = none held. */
  readonly inventoryVersion: number;
  /** Another ledger was the active one before: what it had accepted is due to be offered to this one [L8]. */
  readonly redeliver: boolean;
}

export interface SessionBeat extends SiteRef {
  readonly epoch: number;
  /** The site has several agents, and this one acts without a lease, or the other way round: it is to be welcomed anew. */
  readonly leaseChanges: boolean;
}

/** One of a site's agents that wait. */
export interface StandbySession {
  readonly agentId: AgentId;
  readonly connected: boolean;
  readonly connectedSince: EpochMs;
  readonly lastSeenAt: EpochMs;
  readonly agentVersion: string;
  readonly standBy: boolean;
  readonly reason: StandbyReason;
  readonly serviceConsole: ServiceConsoleState;
  readonly kscProblem?: SiteProblem;
}

export type Promotion =
  | { readonly kind: "ordered"; readonly agentId: AgentId; readonly epoch: number }
  /** No agent of the site waits, or not the named one. */
  | { readonly kind: "no_standby" }
  | { readonly kind: "already_active"; readonly agentId: AgentId }
  /** The active agent keeps no lease, so only a person can know that it has stopped. */
  | { readonly kind: "unleased"; readonly agentId: AgentId };

/** The site's state as last heard. */
export interface SiteSession {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly connected: boolean;
  readonly epoch: number;
  readonly agentId?: AgentId;
  readonly agentVersion?: string;
  readonly connectedSince?: EpochMs;
  readonly lastSeenAt?: EpochMs;
  /** What the active agent is known to keep; 0 = it acts without limit. */
  readonly actingLeaseMs: number;
  readonly inventoryVersion: number;
  readonly endpoints: number;
  readonly serviceConsole: ServiceConsoleState;
  readonly ledger: LedgerCounts;
  readonly kscProblem?: SiteProblem;
}

export interface SessionStore {
  /** Decides, with the site locked, what the agent is at its site (`decideSession`). Undefined when there is no such site or agent. */
  beginSession(
    tenantId: TenantId,
    siteId: SiteId,
    hello: SessionHello,
    rules: BeginRules,
    now: EpochMs,
  ): Promise<SessionStart | undefined>;
  /** Only the active session with this epoch can end itself: a late goodbye of a replaced one changes nothing. */
  endSession(tenantId: TenantId, siteId: SiteId, epoch: number, now: EpochMs): Promise<void>;
  endStandby(tenantId: TenantId, agentId: AgentId, now: EpochMs): Promise<void>;
  /** Notes that these active sessions are alive, in one statement; one that is not in the answer is fenced. */
  touchSessions(
    sessions: readonly (SiteRef & { readonly epoch: number })[],
    now: EpochMs,
  ): Promise<readonly SessionBeat[]>;
  touchStandbys(agentIds: readonly AgentId[], now: EpochMs): Promise<void>;
  /** What a stand-by says of its way to KSC. */
  putStandbyHealth(
    tenantId: TenantId,
    agentId: AgentId,
    health: { readonly serviceConsole: ServiceConsoleState; readonly kscProblem?: SiteProblem },
  ): Promise<void>;
  /** Who is active at these sites, as a hello would find it. */
  standings(sites: readonly SiteRef[]): Promise<readonly SiteStanding[]>;
  /** Fences the active agent by a new epoch and makes the named one, or the first that waits, its successor. */
  promote(
    tenantId: TenantId,
    siteId: SiteId,
    order: { readonly agentId?: AgentId; readonly oldIsStopped: boolean },
    now: EpochMs,
  ): Promise<Promotion>;
  listStandbys(tenantId: TenantId, siteId?: SiteId): Promise<readonly (StandbySession & SiteRef)[]>;
  getSession(tenantId: TenantId, siteId: SiteId): Promise<SiteSession | undefined>;
  listSessions(tenantId: TenantId): Promise<readonly SiteSession[]>;
  /** Marks sessions that were last heard of before `silentBefore` as not connected; answers which. */
  markSilent(silentBefore: EpochMs): Promise<readonly { readonly tenantId: TenantId; readonly siteId: SiteId }[]>;
}
