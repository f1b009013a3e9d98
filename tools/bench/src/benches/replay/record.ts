import type { ReplayEstate } from "@cordon/coordinator-core";
import { type EndpointId, type EpochMs, epochMs, ruleId, silentLogger, siteId, tenantId } from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import { createStores, type Database, migrate, openDatabase, type Stores } from "@cordon/store";
import { startTestPostgres } from "@cordon/testkit";

export const TENANT = tenantId("acme");
const SITE = siteId("hq");
export const ENDPOINTS = 5_000;
const RULES = 500;
/** Events come in requests of so many, as a busy sender's do. */
const EVENTS_PER_MOMENT = 20;
/** 20 events every 50 ms: a million take some 42 minutes, and windows of ten minutes hold a quarter of them. */
const MOMENT_MS = 50;
export const START = epochMs(Date.UTC(2026, 0, 5));

export interface BenchRecord extends Stores {
  close(): Promise<void>;
}

/** A record with so many events of one tenant. One in ten names a rule's correlation rule; the hosts take turns. */
export async function openBenchRecord(events: number): Promise<BenchRecord> {
  const postgres = await startTestPostgres();
  const database = openDatabase({ url: postgres.url, logger: silentLogger });
  await migrate(database);
  const stores = createStores(database);
  await stores.tenants.createTenant({ tenantId: TENANT, name: "Acme", createdAt: START });
  await insertEvents(database, events);
  return {
    ...stores,
    close: async () => {
      await database.close();
      await postgres.stop();
    },
  };
}

/** One statement per hundred thousand: the bench is about reading them. */
async function insertEvents(database: Database, events: number): Promise<void> {
  const step = 100_000;
  for (let from = 0; from < events; from += step) {
    await database.asOwner.query(
      `INSERT INTO events (tenant_id, event_id, name, "timestamp", received_at, fields)
       SELECT $1, 'event-' || lpad(n::text, 8, '0'), 'alarm', at, at, json_build_object(
         'Name', 'alarm', 'CorrelationRuleName', CASE WHEN n % 10 = 0 THEN 'R' || (n / 10) % $4 ELSE 'noise-' || n % 977 END,
         'Priority', 1 + (n / 7) % 5, 'DeviceVendor', 'Kaspersky', 'DeviceProduct', 'KUMA', 'SourceUserName', 'user-' || n % 3001,
         'DestinationHostName', 'ws-' || n % $5 || '.example', 'FilePath', 'C:\\Users\\Public\\' || n % 7919 || '.exe')
       FROM generate_series($2::int, $3::int - 1) AS n, LATERAL (SELECT $6::bigint + n / $7 * $8 AS at) AS t`,
      [TENANT, from, Math.min(events, from + step), RULES, ENDPOINTS, START, EVENTS_PER_MOMENT, MOMENT_MS],
    );
  }
  await database.asOwner.query("ANALYZE events");
}

/** So late that `events` events lie before it. */
export function endOf(events: number): EpochMs {
  return epochMs(START + Math.floor(events / EVENTS_PER_MOMENT) * MOMENT_MS);
}

export function benchEstate(): ReplayEstate {
  return {
    sites: [{ siteId: SITE, names: ["hq"], labels: [], refusals: [] }],
    endpoints: Array.from({ length: ENDPOINTS }, (_, index) => ({
      siteId: SITE,
      endpointId: `host-${index}` as EndpointId,
      name: `WS-${index}`,
      fqdn: `ws-${index}.example`,
      addresses: [`10.1.${index >> 8}.${index & 255}`],
      kesVersion: "12.9",
      statusMask: 0,
      roles: [],
      tags: [],
      slots: { limit: 100, foreignUsed: index % 40 },
    })),
    brakes: [],
  };
}

/** Cool-downs and windows as rules in use have them; the draft differs in every tenth. */
export function benchRules(set: "active" | "draft"): readonly Rule[] {
  return Array.from({ length: RULES }, (_, index): Rule => {
    const differs = set === "draft" && index % 10 === 0;
    return {
      id: ruleId(`rule-${index}`),
      name: `Rule ${index}`,
      mode: index % 3 === 0 ? "observe" : "enforce",
      priority: index % 7,
      continue: true,
      when: {
        all: [
          { field: "CorrelationRuleName", op: "=", value: `R${index}` },
          { field: "Priority", op: ">=", value: differs ? 1 : 3 },
        ],
      },
      target: [{ by: "fqdn", field: "DestinationHostName" }],
      actions: [
        {
          kind: index % 2 === 0 ? "isolateHost" : "onDemandScan",
          arguments: index % 2 === 0 ? { durationSeconds: 3_600 } : {},
        },
      ],
      limits: { coolDownMs: 600_000, maxActions: { count: 5_000, windowMs: 600_000 } },
    };
  });
}
