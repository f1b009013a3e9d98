import { createHash } from "node:crypto";
import {
  type AgentId,
  AppError,
  addMs,
  type Clock,
  agentId as parseAgentId,
  type Random,
  Secret,
  type SiteId,
  type TenantId,
} from "@cordon/core/kernel";
import type { Agent, AgentStore, EnrolmentToken } from "../ports/agents.ts";
import { normaliseFingerprint } from "./fingerprint.ts";

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

/** 256 random bits: no slow hash is needed to keep a stolen table of hashes useless. */
const TOKEN_BYTES = 32;

export function createEnrolment(deps: {
  readonly store: AgentStore;
  readonly issue: IssueIdentity;
  readonly clock: Clock;
  readonly random: Random;
}): Enrolment {
  const { store, issue, clock, random } = deps;
  return {
    async createToken(tenantId, siteId, ttlMs) {
      if (!(ttlMs > 0 && ttlMs <= ENROLMENT_TOKEN_TTL_MS_MAX)) {
        throw new AppError("input.invalid", "a token lives for more than nothing and at most 7 days");
      }
      const secret = new Secret(Buffer.from(random.bytes(TOKEN_BYTES)).toString("base64url"));
      const createdAt = clock.now();
      const token = { tokenId: random.uuid(), siteId, createdAt, expiresAt: addMs(createdAt, ttlMs) };
      const added = await store.addToken(tenantId, token, hashToken(secret));
      return added ? { token: { ...token, tenantId }, secret } : undefined;
    },
    listTokens: (tenantId, siteId) => store.listTokens(tenantId, siteId),
    async enrol(secret, csrPem) {
      const tokenHash = hashToken(secret);
      const found = await store.findToken(tokenHash, clock.now());
      if (found.kind !== "usable") return refusal(found.kind);
      const { tenantId, siteId } = found.token;
      const agentId = parseAgentId(`agent-${random.uuid()}`);
      // Signed before the token is spent, so that a bad request costs no token. A certificate whose token another caller
      // won is never handed out, and its fingerprint is not on record.
      const { certificatePem, certificateFingerprint } = await issue(csrPem, { tenantId, siteId, agentId });
      const newAgent = { agentId, certificateFingerprint: normaliseFingerprint(certificateFingerprint) };
      const consumption = await store.consumeToken(tokenHash, newAgent, clock.now());
      if (consumption.kind !== "consumed") return refusal(consumption.kind);
      return { kind: "enrolled", agent: consumption.agent, certificatePem };
    },
    async identify(certificateFingerprint) {
      const agent = await store.findAgentByFingerprint(normaliseFingerprint(certificateFingerprint));
      if (!agent) return { kind: "unknown" };
      return { kind: agent.revokedAt === undefined ? "known" : "revoked", agent };
    },
    listAgents: (tenantId, siteId) => store.listAgents(tenantId, siteId),
    revoke: (tenantId, agentId) => store.revokeAgent(tenantId, agentId, clock.now()),
  };
}

function hashToken(secret: Secret): string {
  return createHash("sha256").update(secret.reveal()).digest("hex");
}

function refusal(kind: "unknown" | "expired" | "used"): EnrolAnswer {
  return { kind: "refused", code: `enrolment.token_${kind}` };
}
