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
}

export interface Agent {
  readonly agentId: AgentId;
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  /** SHA-256 of the certificate's DER, 64 lower-case hex digits. */
  readonly certificateFingerprint: string;
  readonly enrolledAt: EpochMs;
  readonly revokedAt?: EpochMs;
}

export type TokenLookup =
  | { readonly kind: "usable"; readonly token: EnrolmentToken }
  | { readonly kind: "unknown" }
  | { readonly kind: "expired" }
  | { readonly kind: "used" };

export interface NewAgent {
  readonly agentId: AgentId;
  readonly certificateFingerprint: string;
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
  /** A presented certificate is all that is known of a caller; revoked agents are returned, with `revokedAt`. */
  findAgentByFingerprint(certificateFingerprint: string): Promise<Agent | undefined>;
  listAgents(tenantId: TenantId, siteId: SiteId): Promise<readonly Agent[]>;
  /** False when the tenant has no such agent; revoking twice keeps the first time. */
  revokeAgent(tenantId: TenantId, agentId: AgentId, at: EpochMs): Promise<boolean>;
}
