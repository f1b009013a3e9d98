import type { SessionStart, SessionStore, SiteProblem, SiteSession } from "@cordon/coordinator-core";
import type { SiteId, TenantId } from "@cordon/core/kernel";
import type { Database } from "./database.ts";
import { present } from "./present.ts";
import { storableText } from "./storable.ts";

const SESSION = `s.tenant_id AS "tenantId", s.site_id AS "siteId", s.connected, s.epoch, s.agent_id AS "agentId",
  s.agent_version AS "agentVersion", s.connected_since AS "connectedSince", s.last_seen_at AS "lastSeenAt",
  s.inventory_version AS "inventoryVersion", s.service_console AS "serviceConsole", s.ledger_endpoints, s.ledger_open,
  s.ledger_deferred, s.ksc_problem AS "kscProblem",
  (SELECT count(*) FROM endpoints e WHERE e.tenant_id = s.tenant_id AND e.site_id = s.site_id) AS endpoints`;

interface Row extends Omit<SiteSession, "ledger"> {
  readonly ledger_endpoints: number;
  readonly ledger_open: number;
  readonly ledger_deferred: number;
  readonly kscProblem?: SiteProblem;
}

export function createSessionStore(database: Database): SessionStore {
  return {
    async beginSession(tenantId, siteId, hello, now) {
      const [row] = await database.query<SessionStart>(
        // An agent whose ledger was lost or restored counts its statuses anew: the cursor follows it back, for what is
        // applied twice changes nothing. Inventory versions are the agent's own, so another agent starts with none.
        `WITH agent AS (
           UPDATE agents SET status_cursor = LEAST(status_cursor, $5)
           WHERE tenant_id = $1 AND site_id = $2 AND agent_id = $3 RETURNING status_cursor),
         session AS (
           INSERT INTO site_sessions AS s (tenant_id, site_id, epoch, connected, agent_id, agent_version, connected_since,
             last_seen_at, service_console, ledger_endpoints, ledger_open, ledger_deferred)
           SELECT $1, $2, $4::bigint + 1, true, $3, $6, $7, $7, $8, $9, $10, $11 FROM agent
           ON CONFLICT (tenant_id, site_id) DO UPDATE SET
             epoch = GREATEST(s.epoch, $4::bigint) + 1, connected = true, agent_id = EXCLUDED.agent_id,
             agent_version = EXCLUDED.agent_version, connected_since = EXCLUDED.connected_since,
             last_seen_at = EXCLUDED.last_seen_at, service_console = EXCLUDED.service_console,
             ledger_endpoints = EXCLUDED.ledger_endpoints, ledger_open = EXCLUDED.ledger_open,
             ledger_deferred = EXCLUDED.ledger_deferred,
             inventory_version = CASE WHEN s.agent_id = EXCLUDED.agent_id THEN s.inventory_version ELSE 0 END
           RETURNING epoch, inventory_version)
         SELECT epoch, status_cursor AS "statusCursor", inventory_version AS "inventoryVersion" FROM session, agent`,
        [
          tenantId,
          siteId,
          hello.agentId,
          hello.epoch,
          hello.statusSeq,
          storableText(hello.agentVersion),
          now,
          hello.serviceConsole,
          hello.ledger.endpoints,
          hello.ledger.open,
          hello.ledger.deferred,
        ],
      );
      return row;
    },
    async endSession(tenantId, siteId, epoch, now) {
      await database.query(
        `UPDATE site_sessions SET connected = false, last_seen_at = GREATEST(last_seen_at, $4)
         WHERE tenant_id = $1 AND site_id = $2 AND epoch = $3`,
        [tenantId, siteId, epoch, now],
      );
    },
    async touchSessions(sessions, now) {
      if (sessions.length === 0) return;
      await database.query(
        `UPDATE site_sessions s SET last_seen_at = $2, connected = true
         FROM json_to_recordset($1::json) AS h(tenant text, site text, epoch bigint)
         WHERE s.tenant_id = h.tenant AND s.site_id = h.site AND s.epoch = h.epoch`,
        [
          JSON.stringify(sessions.map(({ tenantId, siteId, epoch }) => ({ tenant: tenantId, site: siteId, epoch }))),
          now,
        ],
      );
    },
    async getSession(tenantId, siteId) {
      const [row] = await database.query<Row>(
        `SELECT ${SESSION} FROM site_sessions s WHERE s.tenant_id = $1 AND s.site_id = $2`,
        [tenantId, siteId],
      );
      return row && toSession(row);
    },
    async listSessions(tenantId) {
      const rows = await database.query<Row>(
        `SELECT ${SESSION} FROM site_sessions s WHERE s.tenant_id = $1 ORDER BY s.site_id`,
        [tenantId],
      );
      return rows.map(toSession);
    },
    markSilent: (silentBefore) =>
      database.query<{ tenantId: TenantId; siteId: SiteId }>(
        `UPDATE site_sessions SET connected = false WHERE connected AND last_seen_at < $1
         RETURNING tenant_id AS "tenantId", site_id AS "siteId"`,
        [silentBefore],
      ),
  };
}

function toSession(row: Row): SiteSession {
  const { ledger_endpoints: endpoints, ledger_open: open, ledger_deferred: deferred, ...rest } = row;
  return { ...(present(rest) as Omit<SiteSession, "ledger">), ledger: { endpoints, open, deferred } };
}
