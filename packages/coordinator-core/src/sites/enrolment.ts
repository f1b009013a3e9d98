import { createHash } from "node:crypto";
import {
  type AgentId,
  AppError,
  addMs,
  type Clock,
  type EpochMs,
  agentId as parseAgentId,
  type Random,
  Secret,
  type SiteId,
  type TenantId,
} from "@cordon/core/kernel";
import type { Agent, AgentStore, CertificateFacts, EnrolmentToken } from "../ports/agents.ts";
import { normaliseFingerprint } from "./fingerprint.ts";

export interface IssuedIdentity extends CertificateFacts {
  /** PEM, the intermediate behind it. */
  readonly certificatePem: string;
}

/** What certificates need, as the identity adapter does it. */
export interface IdentityIssuer {
  /** Signs the agent's request; throws `enrolment.bad_request` for one that is malformed or proves no key. */
  issue(csrPem: string, subject: AgentSubject): Promise<IssuedIdentity>;
  /** SHA-256 of the public key in the request. Throws `enrolment.bad_request`. */
  keyFingerprint(csrPem: string): Promise<string>;
  /** SHA-256 of a certificate's DER; undefined for what is none. */
  fingerprint(certificatePem: string): string | undefined;
  /** Whether who holds the certificate's key asks for this request to be signed. */
  isProven(certificatePem: string, csrPem: string, proof: string): boolean;
}

export interface AgentSubject {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly agentId: AgentId;
}

export type EnrolAnswer =
  | { readonly kind: "enrolled"; readonly agent: Agent; readonly certificatePem: string }
  | {
      readonly kind: "refused";
      readonly code:
        | "enrolment.token_unknown"
        | "enrolment.token_expired"
        | "enrolment.token_used"
        | "enrolment.wrong_key";
    };

export type RenewAnswer =
  | { readonly kind: "renewed"; readonly agent: Agent; readonly certificatePem: string; readonly expiresAt: EpochMs }
  | {
      readonly kind: "refused";
      readonly code:
        | "enrolment.renewal_too_late"
        | "enrolment.renewal_too_soon"
        | "session.identity_revoked"
        | "session.unknown_identity";
    };

export type AgentIdentity =
  | { readonly kind: "known"; readonly agent: Agent }
  | { readonly kind: "unknown" }
  | { readonly kind: "revoked"; readonly agent: Agent };

export interface TokenOptions {
  readonly ttlMs: number;
  /** Only the agent with this key may use it: SHA-256 of the public key, as the agent prints it. */
  readonly keyFingerprint?: string;
}

export interface Enrolment {
  /** The secret is shown once. Undefined: no such site. */
  createToken(
    tenantId: TenantId,
    siteId: SiteId,
    options: TokenOptions,
  ): Promise<{ readonly token: EnrolmentToken; readonly secret: Secret } | undefined>;
  listTokens(tenantId: TenantId, siteId: SiteId): Promise<readonly EnrolmentToken[]>;
  /** The token is spent only when the certificate is made and the agent is recorded. */
  enrol(token: Secret, csrPem: string): Promise<EnrolAnswer>;
  /** Whose certificate is this? The next one of an agent is in force from now on, and the one before is nobody's. */
  identify(certificateFingerprint: string): Promise<AgentIdentity>;
  /** A new certificate for an agent that is known by its present one; that one counts until the new one is used. */
  renew(agent: Agent, csrPem: string): Promise<RenewAnswer>;
  /**
   * The way back of an agent that no TLS lets in, because its certificate ran out or the authority that signed it is gone: the record
   * knows the certificate, and the agent proves its key. Not later than the grace after its end.
   */
  renewProven(request: {
    readonly certificatePem: string;
    readonly csrPem: string;
    readonly proof: string;
  }): Promise<RenewAnswer>;
  listAgents(tenantId: TenantId, siteId: SiteId): Promise<readonly Agent[]>;
  /** Undefined: the tenant has no such agent. */
  revoke(
    tenantId: TenantId,
    agentId: AgentId,
    options?: { readonly decommission: boolean },
  ): Promise<Agent | undefined>;
}

export const ENROLMENT_TOKEN_TTL_MS_MAX = 7 * 24 * 3_600_000;

/** 256 random bits: no slow hash is needed to keep a stolen table of hashes useless. */
const TOKEN_BYTES = 32;

/** A signature is cheap, and still nobody has the coordinator make them by the thousand. */
export const RENEWAL_EVERY_MS_MIN = 10_000;

export function createEnrolment(deps: {
  readonly store: AgentStore;
  readonly issuer: IdentityIssuer;
  readonly clock: Clock;
  readonly random: Random;
  /** For how long after its end a certificate may still be renewed by who holds its key. */
  readonly graceMs: number;
}): Enrolment {
  const { store, issuer, clock, random, graceMs } = deps;

  async function renewFor(agent: Agent, csrPem: string): Promise<RenewAnswer> {
    const { tenantId, siteId, agentId, nextIssuedAt } = agent;
    if (nextIssuedAt !== undefined && Math.abs(clock.now() - nextIssuedAt) < RENEWAL_EVERY_MS_MIN) {
      return { kind: "refused", code: "enrolment.renewal_too_soon" };
    }
    const { certificatePem, ...facts } = await issuer.issue(csrPem, { tenantId, siteId, agentId });
    if (!(await store.putNextCertificate(tenantId, agentId, normalised(facts)))) {
      return { kind: "refused", code: "session.identity_revoked" };
    }
    return { kind: "renewed", agent, certificatePem, expiresAt: facts.expiresAt };
  }

  async function identify(certificateFingerprint: string): Promise<AgentIdentity> {
    const fingerprint = normaliseFingerprint(certificateFingerprint);
    const agent = await store.findAgentByFingerprint(fingerprint);
    if (!agent) return { kind: "unknown" };
    if (agent.revokedAt !== undefined) return { kind: "revoked", agent };
    if (agent.nextFingerprint !== fingerprint) return { kind: "known", agent };
    const renewed = await store.takeNextCertificate(agent.tenantId, agent.agentId, fingerprint);
    // Another process saw it in use first, or the agent was revoked in between.
    return renewed === undefined ? identify(fingerprint) : { kind: "known", agent: renewed };
  }

  return {
    async createToken(tenantId, siteId, { ttlMs, keyFingerprint }) {
      if (!(ttlMs > 0 && ttlMs <= ENROLMENT_TOKEN_TTL_MS_MAX)) {
        throw new AppError("input.invalid", "a token lives for more than nothing and at most 7 days");
      }
      const secret = new Secret(Buffer.from(random.bytes(TOKEN_BYTES)).toString("base64url"));
      const createdAt = clock.now();
      const bound = keyFingerprint === undefined ? {} : { keyFingerprint: normaliseFingerprint(keyFingerprint) };
      const token = { tokenId: random.uuid(), siteId, createdAt, expiresAt: addMs(createdAt, ttlMs), ...bound };
      const added = await store.addToken(tenantId, token, hashToken(secret));
      return added ? { token: { ...token, tenantId }, secret } : undefined;
    },
    listTokens: (tenantId, siteId) => store.listTokens(tenantId, siteId),
    async enrol(secret, csrPem) {
      const tokenHash = hashToken(secret);
      const found = await store.findToken(tokenHash, clock.now());
      if (found.kind !== "usable") return refusal(found.kind);
      const { tenantId, siteId, keyFingerprint } = found.token;
      if (keyFingerprint !== undefined && (await issuer.keyFingerprint(csrPem)) !== keyFingerprint) {
        return { kind: "refused", code: "enrolment.wrong_key" };
      }
      const agentId = parseAgentId(`agent-${random.uuid()}`);
      // Signed before the token is spent, so that a bad request costs no token. A certificate whose token another caller
      // won is never handed out, and its fingerprint is not on record.
      const { certificatePem, ...facts } = await issuer.issue(csrPem, { tenantId, siteId, agentId });
      const newAgent = { agentId, certificate: normalised(facts) };
      const consumption = await store.consumeToken(tokenHash, newAgent, clock.now());
      if (consumption.kind !== "consumed") return refusal(consumption.kind);
      return { kind: "enrolled", agent: consumption.agent, certificatePem };
    },
    identify,
    async renew({ tenantId, agentId }, csrPem) {
      // Of a session that is open for days more is known by now.
      const agent = await store.findAgent(tenantId, agentId);
      if (agent === undefined) return { kind: "refused", code: "session.unknown_identity" };
      return agent.revokedAt === undefined
        ? renewFor(agent, csrPem)
        : { kind: "refused", code: "session.identity_revoked" };
    },
    async renewProven({ certificatePem, csrPem, proof }) {
      const fingerprint = issuer.fingerprint(certificatePem);
      // One answer for a certificate of nobody and for a key of another: who guesses learns nothing.
      if (fingerprint === undefined || !issuer.isProven(certificatePem, csrPem, proof)) {
        return { kind: "refused", code: "session.unknown_identity" };
      }
      const agent = await store.findAgentByFingerprint(fingerprint);
      if (agent === undefined) return { kind: "refused", code: "session.unknown_identity" };
      if (agent.revokedAt !== undefined) return { kind: "refused", code: "session.identity_revoked" };
      const isLate = clock.now() > (agent.certificateExpiresAt ?? 0) + graceMs;
      return isLate ? { kind: "refused", code: "enrolment.renewal_too_late" } : renewFor(agent, csrPem);
    },
    listAgents: (tenantId, siteId) => store.listAgents(tenantId, siteId),
    revoke: (tenantId, agentId, options = { decommission: false }) =>
      store.revokeAgent(tenantId, agentId, options, clock.now()),
  };
}

function normalised(facts: CertificateFacts): CertificateFacts {
  return { ...facts, fingerprint: normaliseFingerprint(facts.fingerprint) };
}

function hashToken(secret: Secret): string {
  return createHash("sha256").update(secret.reveal()).digest("hex");
}

function refusal(kind: "unknown" | "expired" | "used"): EnrolAnswer {
  return { kind: "refused", code: `enrolment.token_${kind}` };
}
