import {
  decideSession,
  type LedgerStanding,
  type Promotion,
  type SessionBeat,
  type SessionDecision,
  type SessionHello,
  type SessionStore,
  type SiteProblem,
  type SiteSession,
  type SiteStanding,
} from "@cordon/coordinator-core";
import type { AgentId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { Database, Queryable } from "./database.ts";
import { present } from "./present.ts";
import { createStandbyStore } from "./standby-store.ts";
import { storableText } from "./storable.ts";

const SESSION = `s.tenant_id AS "tenantId", s.site_id AS "siteId", s.connected, s.epoch, s.agent_id AS "agentId",
  s.agent_version AS "agentVersion", s.connected_since AS "connectedSince", s.last_seen_at AS "lastSeenAt",
  s.acting_lease_ms AS "actingLeaseMs", s.inventory_version AS "inventoryVersion", s.service_console AS "serviceConsole",
  s.ledger_endpoints, s.ledger_open, s.ledger_deferred, s.ksc_problem AS "kscProblem",
  (SELECT count(*) FROM endpoints e WHERE e.tenant_id = s.tenant_id AND e.site_id = s.site_id) AS endpoints`;

const AGENTS = `(SELECT count(*) FROM agents a
  WHERE a.tenant_id = s.tenant_id AND a.site_id = s.site_id AND a.revoked_at IS NULL)`;

const STANDING = `s.tenant_id AS "tenantId", s.site_id AS "siteId", s.epoch, s.beats, s.agent_id AS "agentId",
  EXISTS (SELECT FROM agents a WHERE a.agent_id = s.agent_id AND a.revoked_at IS NOT NULL) AS "isRevoked",
  s.ledger_id AS "ledgerId", s.inventory_version AS "inventoryVersion", s.acting_lease_ms AS "actingLeaseMs",
  ${AGENTS} AS agents, s.promote_to, s.promote_at, s.old_is_stopped`;

/** Ledgers of one agent that are remembered: one of which the hello never came again holds nothing that is still to come. */
const LEDGERS_PER_AGENT_MAX = 16;

interface Row extends Omit<SiteSession, "ledger"> {
  readonly ledger_endpoints: number;
  readonly ledger_open: number;
  readonly ledger_deferred: number;
  readonly kscProblem?: SiteProblem;
}

interface StandingRow extends Omit<SiteStanding, "promotion"> {
  readonly promote_to: AgentId | null;
  readonly promote_at: EpochMs | null;
  readonly old_is_stopped: boolean;
}

export function createSessionStore(database: Database): SessionStore {
  return {
    ...createStandbyStore(database),
    beginSession: (tenantId, siteId, hello, rules, now) =>
      database.forTenant(tenantId).transaction(async (tx) => {
        const site = await lockSite(tx, tenantId, siteId, hello.agentId);
        if (site === undefined) return undefined;
        const ledger = await ledgerOf(tx, hello);
        const decision = decideSession(site, ledger, hello, rules, now);
        await keepLedger(tx, hello, decision, ledger === undefined, now);
        if (decision.active === undefined) await keepStandby(tx, site, hello, decision, now);
        else await keepActive(tx, site, hello, decision, now);
        return decision.start;
      }),
    async endSession(tenantId, siteId, epoch, now) {
      await database.forTenant(tenantId).query(
        `UPDATE site_sessions SET connected = false, last_seen_at = GREATEST(last_seen_at, $4)
         WHERE tenant_id = $1 AND site_id = $2 AND epoch = $3`,
        [tenantId, siteId, epoch, now],
      );
    },
    async touchSessions(sessions, now) {
      if (sessions.length === 0) return [];
      return database.asFleet.query<SessionBeat>(
        // Locked in order: transactions that hold several sites do the same.
        `WITH held AS MATERIALIZED (
           SELECT s.tenant_id, s.site_id FROM site_sessions s
           JOIN json_to_recordset($1::json) AS h(tenant text, site text, epoch bigint)
             ON s.tenant_id = h.tenant AND s.site_id = h.site AND s.epoch = h.epoch
           ORDER BY s.tenant_id, s.site_id FOR NO KEY UPDATE OF s)
         UPDATE site_sessions s SET last_seen_at = $2, connected = true, beats = s.beats + 1
         FROM held WHERE s.tenant_id = held.tenant_id AND s.site_id = held.site_id
         RETURNING s.tenant_id AS "tenantId", s.site_id AS "siteId", s.epoch,
           (s.acting_lease_ms > 0) <> (${AGENTS} > 1) AS "leaseChanges"`,
        [
          JSON.stringify(sessions.map(({ tenantId, siteId, epoch }) => ({ tenant: tenantId, site: siteId, epoch }))),
          now,
        ],
      );
    },
    async standings(sites) {
      if (sites.length === 0) return [];
      const rows = await database.asFleet.query<StandingRow>(
        `SELECT ${STANDING} FROM site_sessions s
         JOIN json_to_recordset($1::json) AS h(tenant text, site text) ON s.tenant_id = h.tenant AND s.site_id = h.site`,
        [JSON.stringify(sites.map(({ tenantId, siteId }) => ({ tenant: tenantId, site: siteId })))],
      );
      return rows.map(toStanding);
    },
    promote: (tenantId, siteId, order, now) =>
      database.forTenant(tenantId).transaction(async (tx): Promise<Promotion> => {
        const site = await lockSite(tx, tenantId, siteId, undefined);
        const next = await tx.query<{ agentId: AgentId }>(
          `SELECT w.agent_id AS "agentId" FROM standby_sessions w JOIN agents a USING (agent_id)
           WHERE w.tenant_id = $1 AND w.site_id = $2 AND a.revoked_at IS NULL AND ($3::text IS NULL OR agent_id = $3)
           ORDER BY w.connected DESC, w.stand_by, w.connected_since LIMIT 1`,
          [tenantId, siteId, order.agentId ?? null],
        );
        const agentId = next[0]?.agentId;
        if (site !== undefined && order.agentId !== undefined && site.agentId === order.agentId) {
          return { kind: "already_active", agentId: order.agentId };
        }
        if (site === undefined || agentId === undefined) return { kind: "no_standby" };
        if (site.agentId !== undefined && site.actingLeaseMs === 0 && !site.isRevoked && !order.oldIsStopped) {
          return { kind: "unleased", agentId: site.agentId };
        }
        const epoch = site.epoch + 1;
        await tx.query(
          `UPDATE site_sessions SET epoch = $3, connected = false, promote_to = $4, promote_at = $5, old_is_stopped = $6
           WHERE tenant_id = $1 AND site_id = $2`,
          [tenantId, siteId, epoch, agentId, now, order.oldIsStopped],
        );
        return { kind: "ordered", agentId, epoch };
      }),
    async getSession(tenantId, siteId) {
      const [row] = await database
        .forTenant(tenantId)
        .query<Row>(`SELECT ${SESSION} FROM site_sessions s WHERE s.tenant_id = $1 AND s.site_id = $2`, [
          tenantId,
          siteId,
        ]);
      return row && toSession(row);
    },
    async listSessions(tenantId) {
      const rows = await database
        .forTenant(tenantId)
        .query<Row>(`SELECT ${SESSION} FROM site_sessions s WHERE s.tenant_id = $1 ORDER BY s.site_id`, [tenantId]);
      return rows.map(toSession);
    },
    markSilent: (silentBefore) =>
      database.asFleet.query<{ tenantId: TenantId; siteId: SiteId }>(
        `WITH waiting AS (
           UPDATE standby_sessions SET connected = false WHERE connected AND last_seen_at < $1)
         UPDATE site_sessions SET connected = false WHERE connected AND last_seen_at < $1
         RETURNING tenant_id AS "tenantId", site_id AS "siteId"`,
        [silentBefore],
      ),
  };
}

/** The site's row, made if need be, and held until the transaction ends: hellos of one site are decided one after another. */
async function lockSite(
  tx: Queryable,
  tenantId: TenantId,
  siteId: SiteId,
  agentId: AgentId | undefined,
): Promise<SiteStanding | undefined> {
  await tx.query(
    `INSERT INTO site_sessions (tenant_id, site_id) SELECT tenant_id, site_id FROM sites WHERE tenant_id = $1 AND site_id = $2
     ON CONFLICT DO NOTHING`,
    [tenantId, siteId],
  );
  const [row] = await tx.query<StandingRow>(
    `SELECT ${STANDING} FROM site_sessions s WHERE s.tenant_id = $1 AND s.site_id = $2
       AND ($3::text IS NULL OR EXISTS (
         SELECT FROM agents a WHERE a.tenant_id = $1 AND a.site_id = $2 AND a.agent_id = $3))
     FOR UPDATE OF s`,
    [tenantId, siteId, agentId ?? null],
  );
  return row && toStanding(row);
}

async function ledgerOf(tx: Queryable, { agentId, ledgerId }: SessionHello): Promise<LedgerStanding | undefined> {
  const [row] = await tx.query<LedgerStanding>(
    `SELECT status_cursor AS "statusCursor", epoch, bound_epoch AS "boundEpoch" FROM agent_ledgers
     WHERE agent_id = $1 AND ledger_id = $2 FOR NO KEY UPDATE`,
    [agentId, storableText(ledgerId)],
  );
  return row && (present(row) as LedgerStanding);
}

async function keepLedger(
  tx: Queryable,
  { agentId, ledgerId }: SessionHello,
  { ledger }: SessionDecision,
  isNew: boolean,
  now: EpochMs,
): Promise<void> {
  await tx.query(
    `INSERT INTO agent_ledgers (agent_id, ledger_id, status_cursor, epoch, bound_epoch, last_hello_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (agent_id, ledger_id) DO UPDATE SET status_cursor = EXCLUDED.status_cursor, epoch = EXCLUDED.epoch,
       bound_epoch = EXCLUDED.bound_epoch, last_hello_at = EXCLUDED.last_hello_at`,
    [agentId, storableText(ledgerId), ledger.statusCursor, ledger.epoch, ledger.boundEpoch ?? null, now],
  );
  if (!isNew) return;
  await tx.query(
    `DELETE FROM agent_ledgers WHERE agent_id = $1 AND ledger_id IN (
       SELECT ledger_id FROM agent_ledgers WHERE agent_id = $1 ORDER BY last_hello_at DESC OFFSET $2)`,
    [agentId, LEDGERS_PER_AGENT_MAX],
  );
}

async function keepActive(
  tx: Queryable,
  { tenantId, siteId }: SiteStanding,
  hello: SessionHello,
  { start, active }: SessionDecision,
  now: EpochMs,
): Promise<void> {
  await tx.query("DELETE FROM standby_sessions WHERE agent_id = $1", [hello.agentId]);
  await tx.query(
    `UPDATE site_sessions SET epoch = $3, connected = true, agent_id = $4, agent_version = $5, connected_since = $6,
       last_seen_at = $6, service_console = $7, ledger_endpoints = $8, ledger_open = $9, ledger_deferred = $10,
       inventory_version = $11, ledger_id = $12, acting_lease_ms = $13, beats = beats + 1,
       ledger_epoch = CASE WHEN $14 THEN $3 ELSE ledger_epoch END,
       ledger_since = CASE WHEN $14 AND $15 THEN $6 ELSE ledger_since END,
       offered_until = GREATEST(offered_until, CASE WHEN agent_id IS NOT NULL THEN last_seen_at END),
       redelivery_due = redelivery_due OR ($14 AND $15),
       promote_to = NULL, promote_at = NULL, old_is_stopped = false
     WHERE tenant_id = $1 AND site_id = $2`,
    [
      tenantId,
      siteId,
      start.epoch,
      hello.agentId,
      storableText(hello.agentVersion),
      now,
      hello.serviceConsole,
      hello.ledger.endpoints,
      hello.ledger.open,
      hello.ledger.deferred,
      start.inventoryVersion,
      storableText(hello.ledgerId),
      active?.agreedLeaseMs ?? 0,
      active?.ledgerChanged ?? false,
      active?.hadLedger ?? false,
    ],
  );
}

async function keepStandby(
  tx: Queryable,
  { tenantId, siteId }: SiteStanding,
  hello: SessionHello,
  { start }: SessionDecision,
  now: EpochMs,
): Promise<void> {
  await tx.query(
    `INSERT INTO standby_sessions (agent_id, tenant_id, site_id, connected, connected_since, last_seen_at, agent_version,
       stand_by, reason, service_console)
     VALUES ($1, $2, $3, true, $4, $4, $5, $6, $7, $8)
     ON CONFLICT (agent_id) DO UPDATE SET connected = true, connected_since = EXCLUDED.connected_since,
       last_seen_at = EXCLUDED.last_seen_at, agent_version = EXCLUDED.agent_version, stand_by = EXCLUDED.stand_by,
       reason = EXCLUDED.reason, service_console = EXCLUDED.service_console`,
    [
      hello.agentId,
      tenantId,
      siteId,
      now,
      storableText(hello.agentVersion),
      hello.standBy,
      start.reason,
      hello.serviceConsole,
    ],
  );
}

function toStanding(row: StandingRow): SiteStanding {
  const { promote_to: promoted, promote_at: at, old_is_stopped: oldIsStopped, ...rest } = row;
  return {
    ...(present(rest) as Omit<SiteStanding, "promotion">),
    ...(promoted === null || at === null ? {} : { promotion: { agentId: promoted, at, oldIsStopped } }),
  };
}

function toSession(row: Row): SiteSession {
  const { ledger_endpoints: endpoints, ledger_open: open, ledger_deferred: deferred, ...rest } = row;
  return { ...(present(rest) as Omit<SiteSession, "ledger">), ledger: { endpoints, open, deferred } };
}
