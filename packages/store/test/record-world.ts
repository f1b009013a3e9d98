import type {
  ActionRecord,
  ActiveLists,
  BeginRules,
  ChainSteps,
  DecisionRecord,
  RuleCompilation,
  RuleCompiler,
  RuleFile,
  SessionHello,
  SessionRef,
  SessionStart,
  SiteRef,
} from "@cordon/coordinator-core";
import { type ActionKind, classOf, parseActionArgs } from "@cordon/core/action";
import type { Endpoint } from "@cordon/core/endpoint";
import { type CorrelationEvent, KUMA_CATALOGUE } from "@cordon/core/event";
import {
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
  type TenantId,
  tenantId,
} from "@cordon/core/kernel";
import { compileRules, type ListCatalogue, NO_FACTS, type Rule } from "@cordon/core/rules";
import { startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { createStores, type Database, migrate, openDatabase, type Stores, type Work } from "../src/index.ts";

/** Every port of the record, on a real server. */
export interface RecordWorld extends Stores {
  readonly postgres: TestPostgres;
  /** Beside what the stores have: statements of the tables' owner, over all tenants. */
  readonly database: Database & Work;
  /** A tenant with one site, its agent and its running session: each call another one. */
  settle(options?: { readonly endpoints?: readonly Endpoint[]; readonly siteName?: string }): Promise<Settled>;
  close(): Promise<void>;
}

export interface Settled {
  readonly tenant: TenantId;
  readonly site: SiteRef;
  readonly session: SessionRef;
}

/** For tests in which nothing waits for another action. */
export const NO_CHAINS: ChainSteps = { ended: () => {}, run: async () => 0, idle: async () => {} };

/** Everything that is queued is at its agent: what comes later cannot be served by it any more. */
export const sendAll = (world: Pick<RecordWorld, "database">, tenant: TenantId) =>
  world.database.query("UPDATE actions SET state = 'delivered' WHERE tenant_id = $1 AND state = 'queued'", [tenant]);

export const LEASE_MS = 30_000;
export const NOW = epochMs(Date.UTC(2026, 2, 1, 12));

/** On a server of its own, or in another database of one that outlives it. */
export async function openRecordWorld(server?: TestPostgres): Promise<RecordWorld> {
  const postgres = server ?? (await startTestPostgres());
  const url = server === undefined ? postgres.url : await postgres.createDatabase();
  const database = openDatabase({ url, logger: silentLogger });
  await migrate(database);
  const stores = createStores(database);
  let settled = 0;
  return {
    postgres,
    database: { ...database, ...database.asOwner },
    ...stores,
    async settle({ endpoints = [anEndpoint()], siteName = "hq" } = {}) {
      const tenant = tenantId(`tenant-${++settled}`);
      await stores.tenants.createTenant({ tenantId: tenant, name: "Acme", createdAt: NOW });
      const site = await addSite(stores, tenant, siteName);
      const session = await addSession(stores, site, `agent-${settled}`);
      await stores.inventory.putSnapshotPart(
        tenant,
        site.siteId,
        session.epoch,
        { version: 1, part: 0, last: true, endpoints },
        NOW,
      );
      return { tenant, site, session };
    },
    async close() {
      await database.close();
      if (server === undefined) await postgres.stop();
    },
  };
}

export async function addSite(stores: Pick<RecordWorld, "tenants">, tenant: TenantId, name: string): Promise<SiteRef> {
  const site = siteId(name);
  await stores.tenants.createSite(tenant, { siteId: site, name, aliases: [`ksc-${name}.example`], createdAt: NOW });
  return { tenantId: tenant, siteId: site };
}

/** What the record keeps of a certificate with this fingerprint. */
export function certificateFacts(fingerprint: string) {
  const expiresAt = epochMs(NOW + 14 * 86_400_000);
  return { fingerprint, serial: `01${fingerprint.length}`, issuer: "issuer-1", issuedAt: NOW, expiresAt };
}

export async function addSession(
  stores: Pick<RecordWorld, "agents" | "sessions">,
  { tenantId: tenant, siteId: site }: SiteRef,
  name: string,
  hello: Partial<SessionHello> & { readonly now?: EpochMs; readonly rules?: Partial<BeginRules> } = {},
): Promise<SessionRef & { readonly start: SessionStart }> {
  const agent = agentId(name);
  const known = (await stores.agents.listAgents(tenant, site)).some((each) => each.agentId === agent);
  if (!known) {
    const token = { tokenId: `token-${tenant}-${name}`, siteId: site, createdAt: NOW, expiresAt: epochMs(NOW + 1_000) };
    await stores.agents.addToken(tenant, token, token.tokenId);
    await stores.agents.consumeToken(
      token.tokenId,
      { agentId: agent, certificate: certificateFacts(`of ${token.tokenId}`) },
      NOW,
    );
  }
  const { now = NOW, rules, ...given } = hello;
  const before = await stores.sessions.getSession(tenant, site);
  const said: SessionHello = {
    agentId: agent,
    agentVersion: "1.0.0",
    ledgerId: `ledger-of-${name}`,
    standBy: false,
    // As its ledger would have it.
    epoch: before?.agentId === agent ? before.epoch : 0,
    statusSeq: 1_000_000,
    serviceConsole: "up",
    ledger: { endpoints: 0, open: 0, deferred: 0 },
    ...given,
  };
  const start = await stores.sessions.beginSession(tenant, site, said, { actingLeaseMs: LEASE_MS, ...rules }, now);
  if (!start) throw new Error(`no session for ${tenant}/${site}`);
  const { role, epoch } = start;
  return { tenantId: tenant, siteId: site, agentId: agent, ledgerId: said.ledgerId, role, epoch, start };
}

export function anEndpoint(parts: Partial<Endpoint> = {}): Endpoint {
  return {
    endpointId: endpointId("host-1"),
    displayName: "WS-1",
    hostName: "WS-1",
    fqdn: "ws-1.acme.example",
    addresses: ["10.0.0.1"],
    statusMask: 29,
    ...parts,
  };
}

export function anEvent(tenant: TenantId, id: string, fields: CorrelationEvent["fields"] = {}): CorrelationEvent {
  return {
    tenantId: tenant,
    id: eventId(id),
    name: "R001",
    timestamp: NOW,
    fields: { Name: "R001", DestinationHostName: "ws-1", ...fields },
  };
}

/** Matches what `anEvent` makes; isolates the host it names. */
export function aRule(parts: Partial<Rule> = {}): Rule {
  return {
    id: ruleId("isolate"),
    name: "Isolate",
    mode: "enforce",
    priority: 0,
    continue: true,
    when: { field: "Name", op: "=", value: "R001" },
    target: [{ by: "hostName", field: "DestinationHostName" }],
    actions: [{ kind: "isolateHost", arguments: { durationSeconds: 3_600 } }],
    limits: {},
    ...parts,
  };
}

/** Rule files that are rules in JSON: reading YAML is another package's work. */
export function compileJsonRules(files: readonly RuleFile[], lists?: ListCatalogue): RuleCompilation {
  const rules = files.flatMap(({ text }) => JSON.parse(text) as Rule[]);
  const regex = { compile: () => ({ ok: false, problem: "there are no expressions in these tests" }) as const };
  const compilation = compileRules(rules, {
    regex,
    catalogue: KUMA_CATALOGUE,
    ...(lists === undefined ? {} : { lists }),
  });
  if (compilation.ok) return { ok: true, compiled: compilation.ruleSet };
  const problems = compilation.problems.map(({ message }) => ({ file: "rules.json", line: 1, column: 1, message }));
  return { ok: false, problems };
}

/** Of tenants without lists. */
export const jsonRules: RuleCompiler = { compile: async (_tenant, files) => compileJsonRules(files) };

/** For processes whose rules ask nothing of lists. */
export const NO_LISTS: Pick<ActiveLists, "hold" | "factsAt" | "factsFor"> = {
  hold: async () => {},
  factsAt: () => NO_FACTS.lists,
  factsFor: async () => NO_FACTS.lists,
};

/** A decision and its action as planning would make them, `queued`. */
export function anAction(
  { tenantId: tenant, siteId: site }: SiteRef,
  name: string,
  parts: Partial<ActionRecord> & { readonly kind?: ActionKind } = {},
): { readonly decision: DecisionRecord; readonly action: ActionRecord } {
  const { kind = "onDemandScan", ...overrides } = parts;
  const parsed = parseActionArgs(kind, kind === "isolateHost" ? { durationSeconds: 600 } : {});
  if (!parsed.ok) throw new Error(`${kind} needs arguments that this builder does not have`);
  const decisionId = deriveDecisionId([tenant, name]);
  const actionId = deriveActionId([tenant, name]);
  const origin = {
    tenantId: tenant,
    decisionId,
    actionId,
    eventId: eventId(`event-${name}`),
    ruleId: ruleId("a-rule"),
    ruleSetVersion: 1,
    siteId: site,
    endpointId: endpointId("host-1"),
    endpointName: "WS-1",
  };
  return {
    decision: {
      ...origin,
      verdict: "act",
      actionKind: kind,
      code: "rule.matched",
      reason: "It matched.",
      decidedAt: NOW,
      detail: {},
    },
    action: {
      ...origin,
      spec: parsed.spec,
      actionClass: classOf(kind),
      createdAt: NOW,
      deadline: epochMs(NOW + 3_600_000),
      state: "queued",
      stateAt: NOW,
      ...overrides,
    },
  };
}

export async function addActions(
  world: RecordWorld,
  site: SiteRef,
  names: readonly string[],
  parts: Partial<ActionRecord> = {},
) {
  const made = names.map((name) => anAction(site, name, parts));
  for (const { decision, action } of made) await world.actions.addOrdered(site.tenantId, decision, action, "test");
  return made.map(({ action }) => action);
}
