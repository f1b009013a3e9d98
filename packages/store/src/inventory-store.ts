import type {
  BudgetUpdate,
  EndpointFilter,
  EndpointWithBudget,
  InventoryStore,
  SiteDelta,
  SnapshotPart,
} from "@cordon/coordinator-core";
import type { Endpoint } from "@cordon/core/endpoint";
import type { EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import { parseIpAddress, printIpAddress } from "@cordon/core/rules";
import { sql } from "kysely";
import type { Database, Queryable } from "./database.ts";
import { type EndpointWithBudgetRow, toEndpoint } from "./endpoint-rows.ts";
import { fenced, type HeldSession, type SiteAt } from "./fenced.ts";
import { storableJson } from "./storable.ts";

const FIELDS = `endpoint_id, instance_id, display_name, fqdn, host_name, addresses, group_id, group_name, kes_version,
  agent_version, os_name, edr_status, status_mask, last_seen_at`;
const FIELD_TYPES = `endpoint_id text, instance_id text, display_name text, fqdn text, host_name text, addresses text[],
  group_id integer, group_name text, kes_version text, agent_version text, os_name text, edr_status integer,
  status_mask bigint, last_seen_at bigint`;
const VALUES = FIELDS.replace("endpoint_id, ", "");
const columnsOf = (table: string) => VALUES.replace(/\w+/g, (name) => `${table}.${name}`);
/** A row that is as it was stays untouched: a whole snapshot of a site costs what has changed. */
const UPSERT = `ON CONFLICT (tenant_id, site_id, endpoint_id) DO UPDATE SET (${VALUES}) = (${columnsOf("EXCLUDED")})
  WHERE (${columnsOf("endpoints")}) IS DISTINCT FROM (${columnsOf("EXCLUDED")})`;

export function createInventoryStore(database: Database): InventoryStore {
  return {
    putSnapshotPart: (tenantId, siteId, epoch, part) =>
      fenced(database, { tenantId, siteId, epoch }, (tx, session) => takePart(tx, session, part)),
    applyDelta: (tenantId, siteId, epoch, delta) =>
      fenced(database, { tenantId, siteId, epoch }, (tx, session) => takeDelta(tx, session, delta)),
    putBudgets: (tenantId, siteId, epoch, update) =>
      fenced(database, { tenantId, siteId, epoch }, async (tx) => {
        await writeBudgets(tx, tenantId, siteId, update);
        return "stored" as const;
      }),
    async getEndpoint(tenantId, siteId, endpointId) {
      const row = await endpointsWithBudget(database, tenantId)
        .where("e.site_id", "=", siteId)
        .where("e.endpoint_id", "=", endpointId)
        .executeTakeFirst();
      return row && toEndpoint(row);
    },
    async listEndpoints(tenantId, filter): Promise<readonly EndpointWithBudget[]> {
      const rows = await filtered(endpointsWithBudget(database, tenantId), filter)
        .orderBy("e.site_id")
        .orderBy("e.endpoint_id")
        .limit(filter.limit)
        .execute();
      return rows.map(toEndpoint);
    },
  };
}

/**
 * The parts of one version of one agent are one sequence, also over sessions: a part that is there is replaced, and what came
 * behind it with it; a part behind a gap drops them all, which the agent sees by the version after its last part.
 */
async function takePart(tx: Queryable, site: HeldSession, part: SnapshotPart): Promise<number> {
  const { tenantId, siteId, epoch, agentId, inventoryVersion: held } = site;
  const [before] = await tx.query<{ parts: number }>(
    `SELECT count(*) AS parts FROM inventory_parts
     WHERE tenant_id = $1 AND site_id = $2 AND agent_id = $3 AND version = $4`,
    [tenantId, siteId, agentId, part.version],
  );
  const parts = before?.parts ?? 0;
  const from = part.part > parts ? 0 : part.part;
  if (from === 0 || from < parts) {
    await tx.query("DELETE FROM inventory_parts WHERE tenant_id = $1 AND site_id = $2 AND part >= $3", [
      tenantId,
      siteId,
      from,
    ]);
  }
  if (part.part > parts) return held;
  await tx.query(
    `INSERT INTO inventory_parts (tenant_id, site_id, agent_id, epoch, version, part, endpoints)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [tenantId, siteId, agentId, epoch, part.version, part.part, storableJson(part.endpoints.map(toRow))],
  );
  if (!part.last) return held;
  await swapIn(tx, tenantId, siteId);
  return setVersion(tx, site, part.version);
}

async function swapIn(tx: Queryable, tenantId: TenantId, siteId: SiteId): Promise<void> {
  const parts = `SELECT DISTINCT ON (r.endpoint_id) r.* FROM inventory_parts p, json_to_recordset(p.endpoints) AS r(${FIELD_TYPES})
    WHERE p.tenant_id = $1 AND p.site_id = $2 ORDER BY r.endpoint_id, p.part DESC`;
  await tx.query(
    `WITH whole AS MATERIALIZED (${parts}),
     gone AS (
       DELETE FROM endpoints e WHERE e.tenant_id = $1 AND e.site_id = $2
         AND NOT EXISTS (SELECT FROM whole w WHERE w.endpoint_id = e.endpoint_id)),
     gone_budgets AS (
       DELETE FROM endpoint_budgets b WHERE b.tenant_id = $1 AND b.site_id = $2
         AND NOT EXISTS (SELECT FROM whole w WHERE w.endpoint_id = b.endpoint_id)),
     used_up AS (DELETE FROM inventory_parts WHERE tenant_id = $1 AND site_id = $2)
     INSERT INTO endpoints (tenant_id, site_id, ${FIELDS}) SELECT $1, $2, ${FIELDS} FROM whole ${UPSERT}`,
    [tenantId, siteId],
  );
}

async function takeDelta(tx: Queryable, site: HeldSession, delta: SiteDelta): Promise<number> {
  const { tenantId, siteId, inventoryVersion: held } = site;
  if (delta.fromVersion !== held) return held;
  await tx.query(
    `WITH gone AS (DELETE FROM endpoints WHERE tenant_id = $1 AND site_id = $2 AND endpoint_id = ANY($3)),
     gone_budgets AS (DELETE FROM endpoint_budgets WHERE tenant_id = $1 AND site_id = $2 AND endpoint_id = ANY($3))
     INSERT INTO endpoints (tenant_id, site_id, ${FIELDS})
     SELECT DISTINCT ON (endpoint_id) $1, $2, ${FIELDS} FROM json_to_recordset($4::json) AS r(${FIELD_TYPES})
     WHERE endpoint_id <> ALL($3) ${UPSERT}`,
    [tenantId, siteId, delta.removed, storableJson(delta.upserted.map(toRow))],
  );
  return setVersion(tx, site, delta.version);
}

async function setVersion(tx: Queryable, { tenantId, siteId }: SiteAt, version: number): Promise<number> {
  await tx.query("UPDATE site_sessions SET inventory_version = $3 WHERE tenant_id = $1 AND site_id = $2", [
    tenantId,
    siteId,
    version,
  ]);
  return version;
}

async function writeBudgets(tx: Queryable, tenantId: TenantId, siteId: SiteId, update: BudgetUpdate): Promise<void> {
  const { ledger, kscProblem, serviceConsole } = update;
  await tx.query(
    `UPDATE site_sessions SET service_console = $3, ledger_endpoints = $4, ledger_open = $5, ledger_deferred = $6, ksc_problem = $7
     WHERE tenant_id = $1 AND site_id = $2`,
    [
      tenantId,
      siteId,
      serviceConsole,
      ledger.endpoints,
      ledger.open,
      ledger.deferred,
      kscProblem === undefined ? null : storableJson(kscProblem),
    ],
  );
  if (update.budgets.length === 0) return;
  const rows = update.budgets.map((budget) => ({
    endpoint_id: budget.endpointId,
    slot_limit: budget.limit,
    used: budget.used,
    foreign_used: budget.foreign,
    deferred: budget.deferred,
    known: budget.known,
    measured_at: budget.measuredAt,
  }));
  await tx.query(
    `WITH reported AS MATERIALIZED (
       SELECT DISTINCT ON (endpoint_id) endpoint_id, slot_limit, used, foreign_used, deferred, known, measured_at
       FROM json_to_recordset($3::json) AS r(endpoint_id text, slot_limit integer, used integer, foreign_used integer,
         deferred integer, known boolean, measured_at bigint)
       ORDER BY endpoint_id, measured_at DESC),
     changed AS (
       INSERT INTO budget_changes (tenant_id, site_id, endpoint_id, slot_limit, used, foreign_used, deferred, known, measured_at)
       SELECT $1, $2, r.* FROM reported r LEFT JOIN endpoint_budgets b
         ON b.tenant_id = $1 AND b.site_id = $2 AND b.endpoint_id = r.endpoint_id
       WHERE (b.slot_limit, b.used, b.foreign_used, b.deferred, b.known)
         IS DISTINCT FROM (r.slot_limit, r.used, r.foreign_used, r.deferred, r.known)
       ON CONFLICT DO NOTHING)
     INSERT INTO endpoint_budgets (tenant_id, site_id, endpoint_id, slot_limit, used, foreign_used, deferred, known, measured_at)
     SELECT $1, $2, endpoint_id, slot_limit, used, foreign_used, deferred, known, measured_at FROM reported
     ON CONFLICT (tenant_id, site_id, endpoint_id) DO UPDATE SET
       (slot_limit, used, foreign_used, deferred, known, measured_at) = (EXCLUDED.slot_limit, EXCLUDED.used,
        EXCLUDED.foreign_used, EXCLUDED.deferred, EXCLUDED.known, EXCLUDED.measured_at)`,
    [tenantId, siteId, JSON.stringify(rows)],
  );
}

function toRow(endpoint: Endpoint) {
  return {
    endpoint_id: endpoint.endpointId,
    instance_id: endpoint.instanceId,
    display_name: endpoint.displayName,
    fqdn: endpoint.fqdn,
    host_name: endpoint.hostName,
    // As look-ups print them, so that one address has one form.
    addresses: endpoint.addresses.map((text) => {
      const address = parseIpAddress(text);
      return address === undefined ? text : printIpAddress(address);
    }),
    group_id: endpoint.groupId,
    group_name: endpoint.groupName,
    kes_version: endpoint.kesVersion,
    agent_version: endpoint.agentVersion,
    os_name: endpoint.osName,
    edr_status: endpoint.edrStatus,
    status_mask: endpoint.statusMask,
    last_seen_at: endpoint.lastSeenAt satisfies EpochMs | undefined,
  };
}

function endpointsWithBudget(database: Database, tenantId: TenantId) {
  return database
    .forTenant(tenantId)
    .kysely.selectFrom("endpoints as e")
    .leftJoin("endpoint_budgets as b", (join) =>
      join
        .onRef("b.tenant_id", "=", "e.tenant_id")
        .onRef("b.site_id", "=", "e.site_id")
        .onRef("b.endpoint_id", "=", "e.endpoint_id"),
    )
    .selectAll("e")
    .select(["b.slot_limit", "b.used", "b.foreign_used", "b.deferred", "b.known", "b.measured_at"])
    .where("e.tenant_id", "=", tenantId)
    .$castTo<EndpointWithBudgetRow>();
}

function filtered(query: ReturnType<typeof endpointsWithBudget>, { siteId, text, after }: EndpointFilter) {
  let narrowed = query;
  if (siteId !== undefined) narrowed = narrowed.where("e.site_id", "=", siteId);
  if (after !== undefined) {
    const { siteId: site, endpointId } = after;
    narrowed = narrowed.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("e.site_id", "e.endpoint_id"), ">", tuple(site, endpointId)),
    );
  }
  if (text !== undefined) {
    const part = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    narrowed = narrowed.where(({ eb, or }) =>
      or([
        eb("e.display_name", "ilike", part),
        eb("e.host_name", "ilike", part),
        eb("e.fqdn", "ilike", part),
        eb("e.endpoint_id", "=", text),
        eb("e.instance_id", "=", text),
        eb(sql<string>`array_to_string(e.addresses, ' ')`, "ilike", part),
      ]),
    );
  }
  return narrowed;
}
