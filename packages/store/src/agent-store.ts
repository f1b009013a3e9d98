import type { Agent, AgentStore, EnrolmentToken, TokenConsumption, TokenLookup } from "@cordon/coordinator-core";
import type { Database } from "./database.ts";
import { present } from "./present.ts";

const TOKEN = `token_id AS "tokenId", tenant_id AS "tenantId", site_id AS "siteId", created_at AS "createdAt",
  expires_at AS "expiresAt", used_at AS "usedAt", agent_id AS "agentId"`;
const AGENT = `agent_id AS "agentId", tenant_id AS "tenantId", site_id AS "siteId",
  certificate_fingerprint AS "certificateFingerprint", enrolled_at AS "enrolledAt", revoked_at AS "revokedAt"`;

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
        `INSERT INTO enrolment_tokens (token_id, token_hash, tenant_id, site_id, created_at, expires_at)
         SELECT $3, $4, tenant_id, site_id, $5, $6 FROM sites WHERE tenant_id = $1 AND site_id = $2 RETURNING token_id`,
        [tenantId, token.siteId, token.tokenId, tokenHash, token.createdAt, token.expiresAt],
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
      // The agent's row is written by the same statement, so a spent token always has its agent.
      const [row] = await database.asFleet.query<Agent>(
        `WITH spent AS (
           UPDATE enrolment_tokens SET used_at = $4, agent_id = $2
           WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $4
           RETURNING tenant_id, site_id)
         INSERT INTO agents (agent_id, tenant_id, site_id, certificate_fingerprint, enrolled_at)
         SELECT $2, tenant_id, site_id, $3, $4 FROM spent RETURNING ${AGENT}`,
        [tokenHash, agent.agentId, agent.certificateFingerprint, now],
      );
      if (row) return { kind: "consumed", agent: present(row) as Agent };
      const found = await findToken(tokenHash, now);
      // Usable just now and yet not consumed: another caller took it in between.
      return found.kind === "usable" ? { kind: "used" } : found;
    },
    async findAgentByFingerprint(certificateFingerprint) {
      const [row] = await database.asFleet.query<Agent>(
        `SELECT ${AGENT} FROM agents WHERE certificate_fingerprint = $1`,
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
    async revokeAgent(tenantId, agentId, at) {
      const rows = await database
        .forTenant(tenantId)
        .query(
          "UPDATE agents SET revoked_at = COALESCE(revoked_at, $3) WHERE tenant_id = $1 AND agent_id = $2 RETURNING agent_id",
          [tenantId, agentId, at],
        );
      return rows.length === 1;
    },
  };
}
