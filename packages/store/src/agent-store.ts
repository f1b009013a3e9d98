import type {
  Agent,
  AgentStore,
  EnrolmentToken,
  RevokedCertificate,
  TokenConsumption,
  TokenLookup,
} from "@cordon/coordinator-core";
import type { AgentId } from "@cordon/core/kernel";
import type { Database } from "./database.ts";
import { present } from "./present.ts";

const TOKEN = `token_id AS "tokenId", tenant_id AS "tenantId", site_id AS "siteId", created_at AS "createdAt",
  expires_at AS "expiresAt", used_at AS "usedAt", agent_id AS "agentId", key_fingerprint AS "keyFingerprint"`;
const AGENT = `agent_id AS "agentId", tenant_id AS "tenantId", site_id AS "siteId",
  certificate_fingerprint AS "certificateFingerprint", enrolled_at AS "enrolledAt", revoked_at AS "revokedAt",
  decommissioned_at AS "decommissionedAt", certificate_issued_at AS "certificateIssuedAt",
  certificate_expires_at AS "certificateExpiresAt", certificate_issuer AS "certificateIssuer",
  next_fingerprint AS "nextFingerprint", next_issued_at AS "nextIssuedAt", trust_version AS "trustVersion"`;

export function createAgentStore(database: Database): AgentStore {
  const findToken: AgentStore["findToken"] = async (tokenHash, now): Promise<TokenLookup> => {
    const [row] = await database.asFleet.query<EnrolmentToken>(
      `SELECT ${TOKEN} FROM enrolment_tokens WHERE token_hash = $1`,
      [tokenHash],
    );
    if (!row) return { kind: "unknown" };
    const token = present(row) as EnrolmentToken;
    if (token.usedAt !== undefined) return { kind: "used" };
    return token.expiresAt <= now ? { kind: "expired" } : { kind: "usable", token };
  };

  return {
    findToken,
    async addToken(tenantId, token, tokenHash) {
      const rows = await database.forTenant(tenantId).query(
        `INSERT INTO enrolment_tokens (token_id, token_hash, tenant_id, site_id, created_at, expires_at, key_fingerprint)
         SELECT $3, $4, tenant_id, site_id, $5, $6, $7 FROM sites WHERE tenant_id = $1 AND site_id = $2 RETURNING token_id`,
        [
          tenantId,
          token.siteId,
          token.tokenId,
          tokenHash,
          token.createdAt,
          token.expiresAt,
          token.keyFingerprint ?? null,
        ],
      );
      return rows.length === 1;
    },
    async listTokens(tenantId, siteId) {
      const rows = await database
        .forTenant(tenantId)
        .query<EnrolmentToken>(
          `SELECT ${TOKEN} FROM enrolment_tokens WHERE tenant_id = $1 AND site_id = $2 ORDER BY created_at DESC, token_id`,
          [tenantId, siteId],
        );
      return rows.map((row) => present(row) as EnrolmentToken);
    },
    async consumeToken(tokenHash, agent, now): Promise<TokenConsumption> {
      const { fingerprint, serial, issuer, issuedAt, expiresAt } = agent.certificate;
      // The agent's row is written by the same statement, so a spent token always has its agent.
      const [row] = await database.asFleet.query<Agent>(
        `WITH spent AS (
           UPDATE enrolment_tokens SET used_at = $4, agent_id = $2
           WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $4
           RETURNING tenant_id, site_id)
         INSERT INTO agents (agent_id, tenant_id, site_id, certificate_fingerprint, enrolled_at, certificate_serial,
           certificate_issuer, certificate_issued_at, certificate_expires_at)
         SELECT $2, tenant_id, site_id, $3, $4, $5, $6, $7, $8 FROM spent RETURNING ${AGENT}`,
        [tokenHash, agent.agentId, fingerprint, now, serial, issuer, issuedAt, expiresAt],
      );
      if (row) return { kind: "consumed", agent: present(row) as Agent };
      const found = await findToken(tokenHash, now);
      // Usable just now and yet not consumed: another caller took it in between.
      return found.kind === "usable" ? { kind: "used" } : found;
    },
    async findAgentByFingerprint(certificateFingerprint) {
      const [row] = await database.asFleet.query<Agent>(
        `SELECT ${AGENT} FROM agents WHERE certificate_fingerprint = $1 OR next_fingerprint = $1`,
        [certificateFingerprint],
      );
      return row && (present(row) as Agent);
    },
    async listAgents(tenantId, siteId) {
      const rows = await database
        .forTenant(tenantId)
        .query<Agent>(
          `SELECT ${AGENT} FROM agents WHERE tenant_id = $1 AND site_id = $2 ORDER BY enrolled_at DESC, agent_id`,
          [tenantId, siteId],
        );
      return rows.map((row) => present(row) as Agent);
    },
    async findAgent(tenantId, agentId) {
      const [row] = await database
        .forTenant(tenantId)
        .query<Agent>(`SELECT ${AGENT} FROM agents WHERE tenant_id = $1 AND agent_id = $2`, [tenantId, agentId]);
      return row && (present(row) as Agent);
    },
    async revokeAgent(tenantId, agentId, { decommission }, at) {
      const [row] = await database.forTenant(tenantId).query<Agent>(
        `UPDATE agents SET revoked_at = COALESCE(revoked_at, $3),
           decommissioned_at = CASE WHEN $4 THEN COALESCE(decommissioned_at, $3) ELSE decommissioned_at END
         WHERE tenant_id = $1 AND agent_id = $2 RETURNING ${AGENT}`,
        [tenantId, agentId, at, decommission],
      );
      return row && (present(row) as Agent);
    },
    async putNextCertificate(tenantId, agentId, { fingerprint, serial, issuer, issuedAt, expiresAt }) {
      const rows = await database.forTenant(tenantId).query(
        `UPDATE agents SET next_fingerprint = $3, next_serial = $4, next_issuer = $5, next_issued_at = $6, next_expires_at = $7
         WHERE tenant_id = $1 AND agent_id = $2 AND revoked_at IS NULL RETURNING agent_id`,
        [tenantId, agentId, fingerprint, serial, issuer, issuedAt, expiresAt],
      );
      return rows.length === 1;
    },
    async takeNextCertificate(tenantId, agentId, fingerprint) {
      const [row] = await database.forTenant(tenantId).query<Agent>(
        `UPDATE agents SET certificate_fingerprint = next_fingerprint, certificate_serial = next_serial,
           certificate_issuer = next_issuer, certificate_issued_at = next_issued_at, certificate_expires_at = next_expires_at,
           next_fingerprint = NULL, next_serial = NULL, next_issuer = NULL, next_issued_at = NULL, next_expires_at = NULL
         WHERE tenant_id = $1 AND agent_id = $2 AND next_fingerprint = $3 AND revoked_at IS NULL RETURNING ${AGENT}`,
        [tenantId, agentId, fingerprint],
      );
      return row && (present(row) as Agent);
    },
    async confirmTrust(tenantId, agentId, version) {
      await database
        .forTenant(tenantId)
        .query("UPDATE agents SET trust_version = $3 WHERE tenant_id = $1 AND agent_id = $2", [
          tenantId,
          agentId,
          version,
        ]);
    },
    async listBehind(bundleVersion, issuer, limit) {
      const behind = `(trust_version < $1 OR certificate_issuer <> $2)`;
      const [[counts], rows] = await Promise.all([
        database.asFleet.query<{ total: number; unconfirmed: number; notRenewed: number }>(
          `SELECT count(*)::int AS total, count(*) FILTER (WHERE trust_version < $1)::int AS unconfirmed,
             count(*) FILTER (WHERE certificate_issuer <> $2)::int AS "notRenewed" FROM agents WHERE revoked_at IS NULL`,
          [bundleVersion, issuer],
        ),
        database.asFleet.query<Agent>(
          `SELECT ${AGENT} FROM agents WHERE revoked_at IS NULL AND ${behind}
           ORDER BY certificate_expires_at, agent_id LIMIT $3`,
          [bundleVersion, issuer, limit],
        ),
      ]);
      const agents = rows.map((row) => present(row) as Agent);
      return { ...(counts ?? { total: 0, unconfirmed: 0, notRenewed: 0 }), agents };
    },
    listRevoked: (now) =>
      database.asFleet.query<RevokedCertificate>(
        `SELECT certificate_serial AS serial, certificate_issuer AS issuer, revoked_at AS "revokedAt" FROM agents
         WHERE revoked_at IS NOT NULL AND certificate_expires_at > $1
         UNION ALL
         SELECT next_serial, next_issuer, revoked_at FROM agents WHERE revoked_at IS NOT NULL AND next_expires_at > $1`,
        [now],
      ),
    async revokedAmong(agentIds) {
      if (agentIds.length === 0) return [];
      const rows = await database.asFleet.query<{ agentId: AgentId }>(
        `SELECT agent_id AS "agentId" FROM agents WHERE agent_id = ANY ($1) AND revoked_at IS NOT NULL`,
        [agentIds],
      );
      return rows.map(({ agentId }) => agentId);
    },
  };
}
