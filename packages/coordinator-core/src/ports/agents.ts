import type { AgentId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";

/** A one-time permission for one agent to join one site. The token itself is never stored: only its SHA-256. */
export interface EnrolmentToken {
  /** Public handle of the token, for lists and revocation. */
  readonly tokenId: string;
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly usedAt?: EpochMs;
  readonly agentId?: AgentId;
  /** SHA-256 of the public key (SPKI) that alone may use it, 64 lower-case hex digits. Absent: any. */
  readonly keyFingerprint?: string;
}

/** What the record keeps of a certificate. */
export interface CertificateFacts {
  /** SHA-256 of the certificate's DER, 64 lower-case hex digits. */
  readonly fingerprint: string;
  /** Hex. */
  readonly serial: string;
  /** Names the intermediate that signed it. */
  readonly issuer: string;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

export interface Agent {
  readonly agentId: AgentId;
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  /** SHA-256 of the certificate's DER, 64 lower-case hex digits. */
  readonly certificateFingerprint: string;
  readonly enrolledAt: EpochMs;
  readonly revokedAt?: EpochMs;
  /** Revoked because it is not to come back. */
  readonly decommissionedAt?: EpochMs;
  readonly certificateIssuedAt?: EpochMs;
  readonly certificateExpiresAt?: EpochMs;
  /** The intermediate that signed its certificate. */
  readonly certificateIssuer?: string;
  /** A new certificate that was not used yet. */
  readonly nextFingerprint?: string;
  readonly nextIssuedAt?: EpochMs;
  /** The bundle of roots that it said to have on its disk; 0 = none. */
  readonly trustVersion?: number;
}

export type TokenLookup =
  | { readonly kind: "usable"; readonly token: EnrolmentToken }
  | { readonly kind: "unknown" }
  | { readonly kind: "expired" }
  | { readonly kind: "used" };

export interface NewAgent {
  readonly agentId: AgentId;
  readonly certificate: CertificateFacts;
}

/** A certificate that does not count any more and has not run out. */
export interface RevokedCertificate {
  readonly serial: string;
  readonly issuer: string;
  readonly revokedAt: EpochMs;
}

export type TokenConsumption =
  | { readonly kind: "consumed"; readonly agent: Agent }
  | Exclude<TokenLookup, { kind: "usable" }>;

export interface AgentStore {
  /** False when the site does not exist. */
  addToken(tenantId: TenantId, token: Omit<EnrolmentToken, "tenantId">, tokenHash: string): Promise<boolean>;
  listTokens(tenantId: TenantId, siteId: SiteId): Promise<readonly EnrolmentToken[]>;
  /** The token alone names tenant and site, so this is one of the few calls without a tenant. */
  findToken(tokenHash: string, now: EpochMs): Promise<TokenLookup>;
  /** One atomic statement: of any number of callers with the same token exactly one gets `consumed`, and its agent exists. */
  consumeToken(tokenHash: string, agent: NewAgent, now: EpochMs): Promise<TokenConsumption>;
  /**
   * A presented certificate is all that is known of a caller: it may be the one in force or the next one. Revoked agents are
   * returned, with `revokedAt`.
   */
  findAgentByFingerprint(certificateFingerprint: string): Promise<Agent | undefined>;
  listAgents(tenantId: TenantId, siteId: SiteId): Promise<readonly Agent[]>;
  findAgent(tenantId: TenantId, agentId: AgentId): Promise<Agent | undefined>;
  /** Undefined when the tenant has no such agent; revoking twice keeps the first time. */
  revokeAgent(
    tenantId: TenantId,
    agentId: AgentId,
    options: { readonly decommission: boolean },
    at: EpochMs,
  ): Promise<Agent | undefined>;
  /** Beside the one in force, until it is used; in the place of another one that was not. False: there is no such agent, or it is revoked. */
  putNextCertificate(tenantId: TenantId, agentId: AgentId, certificate: CertificateFacts): Promise<boolean>;
  /** The next one is in force, and the one before is not any more. Undefined when it is not the next one (any more). */
  takeNextCertificate(tenantId: TenantId, agentId: AgentId, fingerprint: string): Promise<Agent | undefined>;
  confirmTrust(tenantId: TenantId, agentId: AgentId, version: number): Promise<void>;
  /** Of those that are not revoked, over all tenants: which do not have this bundle, and whose certificate another intermediate signed. */
  listBehind(bundleVersion: number, issuer: string, limit: number): Promise<AgentsBehind>;
  listRevoked(now: EpochMs): Promise<readonly RevokedCertificate[]>;
  /** Which of these agents are revoked. */
  revokedAmong(agentIds: readonly AgentId[]): Promise<readonly AgentId[]>;
}

export interface AgentsBehind {
  readonly total: number;
  readonly unconfirmed: number;
  readonly notRenewed: number;
  /** Some of them, those with the shortest certificates first. */
  readonly agents: readonly Agent[];
}
