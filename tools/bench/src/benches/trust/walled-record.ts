import type { ActionRecord, PlannedWrites, PlanningReads } from "@cordon/coordinator-core";
import { classOf, parseActionArgs } from "@cordon/core/action";
import {
  type ActionId,
  agentId,
  deriveActionId,
  deriveDecisionId,
  type EpochMs,
  endpointId,
  epochMs,
  eventId,
  ruleId,
  silentLogger,
  siteId,
  systemClock,
  type TenantId,
  tenantId,
} from "@cordon/core/kernel";
import { createStores, type Database, loginsOf, migrate, openDatabase, type Stores } from "@cordon/store";
import type { TestPostgres } from "@cordon/testkit";
import pg from "pg";

/** They take turns on the connections, so that each is told another tenant again and again. */
const TENANTS = Array.from({ length: 6 }, (_, index) => tenantId(`tenant-${index}`));
const SITE = siteId("hq");
const ENDPOINTS = 2_000;
const ACTIONS_AN_EVENT = 10;
const EVENTS_BEFORE = 60;
const LEDGER = "ledger";

/** The hot work of a coordinator on one database; each is done for every tenant at once, and answers how many it was done for. */
export interface HotWork {
  commitEvents(): Promise<number>;
  loadForDispatch(): Promise<number>;
  applyStatuses(): Promise<number>;
  listActions(): Promise<number>;
  close(): Promise<void>;
}

/** `walls`: as they are; without, the same tables with row-level security switched off and no tenant told. */
export async function openHotWork(postgres: TestPostgres, walls: boolean): Promise<HotWork> {
  const url = await postgres.createDatabase();
  const database = openDatabase({ logins: loginsOf(url), logger: silentLogger });
  await migrate(database);
  if (!walls) await tearDown(url.reveal());
  // Told once per connection, and never again: without walls the setting means nothing.
  const told = database.forTenant(TENANTS[0] as TenantId);
  const stores = createStores(walls ? database : { ...database, forTenant: () => told });
  const estates = await Promise.all(TENANTS.map((tenant) => settle(stores, tenant)));
  for (let event = 0; event < EVENTS_BEFORE; event++) await Promise.all(estates.map((estate) => estate.commit()));
  await analyze(database);
  const each = async (work: (estate: Estate) => Promise<unknown>): Promise<number> => {
    await Promise.all(estates.map(work));
    return estates.length;
  };
  return {
    commitEvents: () => each((estate) => estate.commit()),
    loadForDispatch: () => each(({ tenant, newest }) => stores.actions.loadForDispatch(tenant, SITE, newest())),
    applyStatuses: () => each((estate) => estate.report()),
    listActions: () => each(({ tenant }) => stores.actions.listActions(tenant, { limit: 100 })),
    close: () => database.close(),
  };
}

async function tearDown(administrator: string): Promise<void> {
  const client = new pg.Client({ connectionString: administrator });
  await client.connect();
  await client.query(`DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity
    LOOP EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', t.name); END LOOP; END $$`);
  await client.end();
}

async function analyze(database: Database): Promise<void> {
  await database.asOwner.query("ANALYZE");
}

interface Estate {
  readonly tenant: TenantId;
  commit(): Promise<void>;
  report(): Promise<void>;
  newest(): readonly ActionId[];
}

async function settle(stores: Stores, tenant: TenantId): Promise<Estate> {
  const now = systemClock.now();
  await stores.tenants.createTenant({ tenantId: tenant, name: tenant, createdAt: now });
  await stores.tenants.createSite(tenant, { siteId: SITE, name: "hq", aliases: [], createdAt: now });
  const agent = agentId(`agent-of-${tenant}`);
  const token = { tokenId: `token-${tenant}`, siteId: SITE, createdAt: now, expiresAt: epochMs(now + 60_000) };
  const certificate = { fingerprint: agent, serial: agent, issuer: "bench", issuedAt: now, expiresAt: token.expiresAt };
  await stores.agents.addToken(tenant, token, token.tokenId);
  await stores.agents.consumeToken(token.tokenId, { agentId: agent, certificate }, now);
  const hello = {
    agentId: agent,
    agentVersion: "1.0.0",
    ledgerId: LEDGER,
    standBy: false,
    epoch: 0,
    statusSeq: 0,
    serviceConsole: "up" as const,
    ledger: { endpoints: 0, open: 0, deferred: 0 },
  };
  const session = await stores.sessions.beginSession(tenant, SITE, hello, { actingLeaseMs: 30_000 }, now);
  const epoch = session?.epoch ?? 0;
  const endpoints = Array.from({ length: ENDPOINTS }, (_, index) => ({
    endpointId: endpointId(`host-${index}`),
    displayName: `WS-${index}`,
    hostName: `ws-${index}`,
    fqdn: `ws-${index}.example`,
    addresses: [`10.0.${index >> 8}.${index & 255}`],
    statusMask: 29,
  }));
  await stores.inventory.putSnapshotPart(tenant, SITE, epoch, { version: 1, part: 0, last: true, endpoints }, now);
  let events = 0;
  let seq = 0;
  let newest: readonly ActionId[] = [];
  return {
    tenant,
    newest: () => newest,
    commit: async () => {
      const at = systemClock.now();
      const id = eventId(`event-${++events}`);
      const event = { tenantId: tenant, id, name: "alarm", timestamp: at, fields: { Name: "alarm" } };
      const batch = { events: [event], quarantine: [], receivedAt: at };
      const planned = planOf(tenant, events, at);
      newest = planned.actions.map(({ actionId }) => actionId);
      await stores.ingest.commit(tenant, batch, new Set([id]), async (_fresh, reads) => {
        await readForPlan(reads, events, at);
        return planned;
      });
    },
    report: async () => {
      const at = systemClock.now();
      const statuses = newest.map((actionId) => ({
        seq: ++seq,
        actionId,
        state: "submitted" as const,
        at,
        detail: { evidence: { rung: "incident" as const, incidentId: seq } },
      }));
      const own = { siteId: SITE, agentId: agent, ledgerId: LEDGER, role: "active" as const, epoch };
      await stores.actions.applyStatuses(tenant, [{ ...own, statuses, gap: "accept" }], at);
    },
  };
}

/** What a plan asks of the record, with a way of looking that uses each of its indexes. */
async function readForPlan(reads: PlanningReads, event: number, now: EpochMs): Promise<void> {
  const index = event % ENDPOINTS;
  const refs = [{ siteId: SITE, endpointId: endpointId(`host-${index}`) }];
  await Promise.all([
    reads.resolution({
      lookups: [
        { by: "hostName", value: `ws-${index}` },
        { by: "fqdn", value: `ws-${index}.example` },
        { by: "address", value: `10.0.${index >> 8}.${index & 255}` },
        { by: "hostId", value: `host-${index}` },
      ],
      siteAliases: [],
    }),
    reads.brakes(),
    reads.ruleHolds(),
    reads.traitsOf(refs),
    reads.slotsOf(refs),
    reads.openActions?.(refs, now),
  ]);
}

function planOf(tenant: TenantId, event: number, now: EpochMs): PlannedWrites {
  const parsed = parseActionArgs("onDemandScan", {});
  if (!parsed.ok) throw new TypeError("a scan needs no arguments");
  const made = Array.from({ length: ACTIONS_AN_EVENT }, (_, index) => {
    const target = (event * ACTIONS_AN_EVENT + index) % ENDPOINTS;
    const origin = {
      tenantId: tenant,
      siteId: SITE,
      eventId: eventId(`event-${event}`),
      ruleId: ruleId("bench"),
      ruleSetVersion: 1,
      decisionId: deriveDecisionId([tenant, String(event), String(index)]),
      actionId: deriveActionId([tenant, String(event), String(index)]),
      endpointId: endpointId(`host-${target}`),
      endpointName: `WS-${target}`,
    };
    const action: ActionRecord = {
      ...origin,
      actionClass: classOf("onDemandScan"),
      spec: parsed.spec,
      createdAt: now,
      deadline: epochMs(now + 3_600_000),
      state: "queued",
      stateAt: now,
    };
    const decision = {
      ...origin,
      verdict: "act" as const,
      actionKind: "onDemandScan" as const,
      code: "rule.matched" as const,
      reason: "Made by the benchmark.",
      decidedAt: now,
      detail: {},
    };
    return { action, decision };
  });
  return { actions: made.map(({ action }) => action), decisions: made.map(({ decision }) => decision) };
}
