import type { SessionStore, SiteRef, StandbySession } from "@cordon/coordinator-core";
import type { Database } from "./database.ts";
import { present } from "./present.ts";
import { storableJson } from "./storable.ts";

const STANDBY = `agent_id AS "agentId", tenant_id AS "tenantId", site_id AS "siteId", connected,
  connected_since AS "connectedSince", last_seen_at AS "lastSeenAt", agent_version AS "agentVersion", stand_by AS "standBy",
  reason, service_console AS "serviceConsole", ksc_problem AS "kscProblem"`;

/** The record of agents that wait for their site's active one to go. */
export function createStandbyStore(
  database: Database,
): Pick<SessionStore, "endStandby" | "touchStandbys" | "putStandbyHealth" | "listStandbys"> {
  return {
    async endStandby(tenantId, agentId, now) {
      await database
        .forTenant(tenantId)
        .query(
          "UPDATE standby_sessions SET connected = false, last_seen_at = $3 WHERE tenant_id = $1 AND agent_id = $2",
          [tenantId, agentId, now],
        );
    },
    async touchStandbys(agentIds, now) {
      if (agentIds.length === 0) return;
      await database.asFleet.query(
        "UPDATE standby_sessions SET last_seen_at = $2, connected = true WHERE agent_id = ANY($1)",
        [agentIds, now],
      );
    },
    async putStandbyHealth(tenantId, agentId, { serviceConsole, kscProblem }) {
      await database
        .forTenant(tenantId)
        .query(
          "UPDATE standby_sessions SET service_console = $3, ksc_problem = $4 WHERE tenant_id = $1 AND agent_id = $2",
          [tenantId, agentId, serviceConsole, kscProblem === undefined ? null : storableJson(kscProblem)],
        );
    },
    async listStandbys(tenantId, siteId) {
      const rows = await database.forTenant(tenantId).query<StandbySession & SiteRef>(
        `SELECT ${STANDBY} FROM standby_sessions
         WHERE tenant_id = $1 AND ($2::text IS NULL OR site_id = $2) ORDER BY site_id, stand_by, connected_since, agent_id`,
        [tenantId, siteId ?? null],
      );
      return rows.map((row) => present(row) as StandbySession & SiteRef);
    },
  };
}
