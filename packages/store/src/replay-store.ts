import { createHash } from "node:crypto";
import type { ReplayEndpoint, ReplaySite, ReplayStore } from "@cordon/coordinator-core";
import type { CorrelationEvent, FieldValue } from "@cordon/core/event";
import type { EpochMs, EventId } from "@cordon/core/kernel";
import { readInForce } from "./brake-store.ts";
import type { Database } from "./database.ts";
import { present } from "./present.ts";

const SITES = `SELECT s.site_id AS "siteId", s.aliases || s.site_id || lower(s.name) AS names, s.labels,
    CASE WHEN c.connected THEN COALESCE(r.readiness -> 'refusals', '[]') END AS refusals
  FROM sites s LEFT JOIN site_sessions c USING (tenant_id, site_id) LEFT JOIN site_readiness r USING (tenant_id, site_id)
  WHERE s.tenant_id = $1 ORDER BY s.site_id COLLATE "C"`;

const ENDPOINTS = `SELECT e.site_id AS "siteId", e.endpoint_id AS "endpointId", e.display_name AS name, e.fqdn,
    e.host_name AS "hostName", e.instance_id AS "instanceId", e.addresses, e.kes_version AS "kesVersion",
    e.edr_status AS "edrStatus", e.status_mask AS "statusMask", e.group_name AS "groupName",
    COALESCE(l.roles, '{}') AS roles, COALESCE(l.tags, '{}') AS tags,
    CASE WHEN b.known THEN json_build_object('limit', b.slot_limit, 'foreignUsed', b.foreign_used) END AS slots
  FROM endpoints e LEFT JOIN endpoint_labels l USING (tenant_id, site_id, endpoint_id)
    LEFT JOIN endpoint_budgets b USING (tenant_id, site_id, endpoint_id)
  WHERE e.tenant_id = $1 ORDER BY e.site_id COLLATE "C", e.endpoint_id COLLATE "C"`;

/** What people say of sites and endpoints; what agents report changes by the minute. */
const INVENTORY = `SELECT encode(sha256(convert_to(COALESCE((SELECT string_agg(json_build_array(site_id, name, aliases, labels)::text,
      ',' ORDER BY site_id COLLATE "C") FROM sites WHERE tenant_id = $1), '') || '/' ||
    COALESCE((SELECT string_agg(json_build_array(site_id, endpoint_id, roles, tags)::text, ',' ORDER BY site_id COLLATE "C",
      endpoint_id COLLATE "C") FROM endpoint_labels WHERE tenant_id = $1), ''), 'UTF8')), 'hex') AS digest`;

interface EventRow {
  readonly event_id: EventId;
  readonly name: string;
  readonly timestamp: EpochMs;
  readonly received_at: EpochMs;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** What a replay reads: the estate once, and the events of its range by pages. */
export function createReplayStore(database: Database): ReplayStore {
  return {
    async readEstate(tenantId) {
      const [tenants, sites, endpoints, brakes] = await Promise.all([
        database.forTenant(tenantId).query("SELECT FROM tenants WHERE tenant_id = $1", [tenantId]),
        database.forTenant(tenantId).query<object>(SITES, [tenantId]),
        database.forTenant(tenantId).query<object>(ENDPOINTS, [tenantId]),
        readInForce(database.forTenant(tenantId), tenantId),
      ]);
      if (tenants.length === 0) return undefined;
      return {
        sites: sites.map((site) => present(site) as unknown as ReplaySite),
        endpoints: endpoints.map((endpoint) => present(endpoint) as unknown as ReplayEndpoint),
        brakes,
      };
    },
    async readMarks(tenantId) {
      const [brakes, [row], [lists]] = await Promise.all([
        readInForce(database.forTenant(tenantId), tenantId),
        database.forTenant(tenantId).query<{ digest: string }>(INVENTORY, [tenantId]),
        database.forTenant(tenantId).query<{ digest: string }>(LISTS, [tenantId]),
      ]);
      const digest = createHash("sha256").update(JSON.stringify(brakes)).digest("hex");
      return { brakes: digest, lists: lists?.digest ?? "", inventory: row?.digest ?? "" };
    },
    async countEvents(tenantId, { from, to }) {
      const [row] = await database
        .forTenant(tenantId)
        .query<{ events: number }>(
          "SELECT count(*) AS events FROM events WHERE tenant_id = $1 AND received_at >= $2 AND received_at < $3",
          [tenantId, from, to],
        );
      return row?.events ?? 0;
    },
    async readEvents(tenantId, { from, to, after, limit }) {
      const rows = await database.forTenant(tenantId).query<EventRow>(
        `SELECT event_id, name, "timestamp", received_at, fields FROM events
         WHERE tenant_id = $1 AND (received_at, event_id) > ($2, $3) AND received_at < $4
         ORDER BY received_at, event_id LIMIT $5`,
        // No event's id is empty, so this is before the first of that moment.
        [tenantId, after?.receivedAt ?? from, after?.eventId ?? "", to, limit],
        "replay_events",
      );
      return rows.map(({ event_id: id, name, timestamp, received_at: receivedAt, fields }) => {
        const event: CorrelationEvent = { tenantId, id, name, timestamp, fields };
        return { event, receivedAt };
      });
    },
  };
}

/** What they are; what stands in them comes and goes without anybody's doing. */
const LISTS = `SELECT COALESCE(encode(sha256(convert_to(string_agg(list_id || definition::text, ' ' ORDER BY list_id), 'UTF8')), 'hex'), '')
  AS digest FROM lists WHERE tenant_id = $1 AND NOT deleted`;
