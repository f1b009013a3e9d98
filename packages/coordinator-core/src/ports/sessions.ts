import type { AgentId, EpochMs, ErrorCode, SiteId, TenantId } from "@cordon/core/kernel";

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
  /** Highest epoch its ledger has seen. */
  readonly epoch: number;
  /** Highest status sequence it has written. */
  readonly statusSeq: number;
  readonly serviceConsole: ServiceConsoleState;
  readonly ledger: LedgerCounts;
}

export interface SessionStart {
  /** Higher than every epoch that the record or the agent has seen: what an older session still sends is refused. */
  readonly epoch: number;
  /** Statuses of this agent up to here are stored. */
  readonly statusCursor: number;
  /** 0 = none held. */
  readonly inventoryVersion: number;
}

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
  readonly inventoryVersion: number;
  readonly endpoints: number;
  readonly serviceConsole: ServiceConsoleState;
  readonly ledger: LedgerCounts;
  readonly kscProblem?: SiteProblem;
}

export interface SessionStore {
  /** Undefined when the tenant has no such site. */
  beginSession(
    tenantId: TenantId,
    siteId: SiteId,
    hello: SessionHello,
    now: EpochMs,
  ): Promise<SessionStart | undefined>;
  /** Only the session with this epoch can end itself: a late goodbye of a replaced one changes nothing. */
  endSession(tenantId: TenantId, siteId: SiteId, epoch: number, now: EpochMs): Promise<void>;
  /** Notes that these sessions were heard of just now, in one statement for all of a gateway's sites. */
  touchSessions(
    sessions: readonly { readonly tenantId: TenantId; readonly siteId: SiteId; readonly epoch: number }[],
    now: EpochMs,
  ): Promise<void>;
  getSession(tenantId: TenantId, siteId: SiteId): Promise<SiteSession | undefined>;
  listSessions(tenantId: TenantId): Promise<readonly SiteSession[]>;
  /** Marks sessions that were last heard of before `silentBefore` as not connected; answers which. */
  markSilent(silentBefore: EpochMs): Promise<readonly { readonly tenantId: TenantId; readonly siteId: SiteId }[]>;
}
