import type { AgentId, Clock, Random, Secret, SiteId, TenantId } from "@cordon/core/kernel";
import type { Agent, AgentStore, EnrolmentToken } from "../ports/agents.ts";

export interface IssuedIdentity {
  /** SHA-256 of the certificate's DER, 64 lower-case hex digits. */
  readonly certificateFingerprint: string;
  readonly certificatePem: string;
}

/** Signs the agent's request; throws `enrolment.bad_request` for one that is malformed or proves no key. */
export type IssueIdentity = (
  csrPem: string,
  subject: {
    readonly tenantId: TenantId;
    readonly siteId: SiteId;
    readonly agentId: AgentId;
  },
) => Promise<IssuedIdentity>;

export type EnrolAnswer =
  | { readonly kind: "enrolled"; readonly agent: Agent; readonly certificatePem: string }
  | {
      readonly kind: "refused";
      readonly code: "enrolment.token_unknown" | "enrolment.token_expired" | "enrolment.token_used";
    };

export type AgentIdentity =
  | { readonly kind: "known"; readonly agent: Agent }
  | { readonly kind: "unknown" }
  | { readonly kind: "revoked"; readonly agent: Agent };

export interface Enrolment {
  /** The secret is shown once. Undefined: no such site. */
  createToken(
    tenantId: TenantId,
    siteId: SiteId,
    ttlMs: number,
  ): Promise<{ readonly token: EnrolmentToken; readonly secret: Secret } | undefined>;
  listTokens(tenantId: TenantId, siteId: SiteId): Promise<readonly EnrolmentToken[]>;
  /** The token is spent only when the certificate is made and the agent is recorded. */
  enrol(token: Secret, csrPem: string): Promise<EnrolAnswer>;
  /** Whose certificate is this? */
  identify(certificateFingerprint: string): Promise<AgentIdentity>;
  listAgents(tenantId: TenantId, siteId: SiteId): Promise<readonly Agent[]>;
  revoke(tenantId: TenantId, agentId: AgentId): Promise<boolean>;
}

export const ENROLMENT_TOKEN_TTL_MS_MAX = 7 * 24 * 3_600_000;

export declare function createEnrolment(deps: {
  readonly store: AgentStore;
  readonly issue: IssueIdentity;
  readonly clock: Clock;
  readonly random: Random;
}): Enrolment;
