import type {
  ActionStore,
  AgentStore,
  EvidenceStore,
  IngestStore,
  IntakeCredentialStore,
  InventoryStore,
  LeaseStore,
  ReadinessStore,
  RedeliveryStore,
  RuleSetStore,
  SessionStore,
  SweepStore,
  TenantStore,
  UpdateStore,
} from "@cordon/coordinator-core";
import type { Clock, Logger, Random, Secret } from "@cordon/core/kernel";
import {
  createActionStore,
  createAgentStore,
  createEvidenceStore,
  createIngestStore,
  createIntakeCredentialStore,
  createInventoryStore,
  createLeaseStore,
  createReadinessStore,
  createRedeliveryStore,
  createRuleSetStore,
  createSessionStore,
  createSweepStore,
  createTenantStore,
  createUpdateStore,
  migrate,
  openDatabase,
  startEmbeddedPostgres,
} from "@cordon/store";
import type { Config } from "./start/config.ts";
import type { DataDirectory } from "./start/data-directory.ts";

/** PostgreSQL, the record, through each of its ports. */
export interface OpenRecord {
  readonly url: Secret;
  readonly tenants: TenantStore;
  readonly agents: AgentStore;
  readonly credentials: IntakeCredentialStore;
  readonly ruleSets: RuleSetStore;
  readonly ingest: IngestStore;
  readonly actions: ActionStore;
  readonly sweep: SweepStore;
  readonly sessions: SessionStore;
  readonly redeliveries: RedeliveryStore;
  readonly inventory: InventoryStore;
  readonly leases: LeaseStore;
  readonly readiness: ReadinessStore;
  readonly evidence: EvidenceStore;
  readonly updates: UpdateStore;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the embedded server unless another is named, brings the schema up to date, and opens the stores. */
export async function openRecord(
  config: Config,
  data: DataDirectory,
  deps: { readonly clock: Clock; readonly random: Random; readonly logger: Logger },
): Promise<OpenRecord> {
  await using opened = new AsyncDisposableStack();
  let url = config.databaseUrl;
  if (url === undefined) {
    const embedded = await startEmbeddedPostgres({ folder: data.postgres, ...deps });
    opened.defer(() => embedded.stop());
    url = embedded.url;
  }
  const database = openDatabase({ url, logger: deps.logger, connectionsMax: config.databaseConnectionsMax });
  opened.defer(() => database.close());
  await migrate(database);
  const running = opened.move();
  return {
    url,
    tenants: createTenantStore(database),
    agents: createAgentStore(database),
    credentials: createIntakeCredentialStore(database),
    ruleSets: createRuleSetStore(database),
    ingest: createIngestStore(database),
    actions: createActionStore(database),
    sweep: createSweepStore(database),
    sessions: createSessionStore(database),
    redeliveries: createRedeliveryStore(database),
    inventory: createInventoryStore(database),
    leases: createLeaseStore(database),
    readiness: createReadinessStore(database),
    evidence: createEvidenceStore(database),
    updates: createUpdateStore(database),
    ping: () => database.ping(),
    close: () => running.disposeAsync(),
  };
}
