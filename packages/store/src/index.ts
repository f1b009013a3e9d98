export { createActionStore } from "./action-store.ts";
export { createAgentStore } from "./agent-store.ts";
export { type Database, type DatabaseOptions, openDatabase } from "./database.ts";
export { removeDataFolder } from "./embedded/data-folder.ts";
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "./embedded/start-embedded-postgres.ts";
export { createEvidenceStore } from "./evidence-store.ts";
export { createIngestStore } from "./ingest-store.ts";
export { createIntakeCredentialStore } from "./intake-credential-store.ts";
export { createInventoryStore } from "./inventory-store.ts";
export { createLeaseStore } from "./lease-store.ts";
export { migrate } from "./migrate.ts";
export { createReadinessStore } from "./readiness-store.ts";
export { createRedeliveryStore } from "./redelivery-store.ts";
export { createRuleSetStore } from "./rule-set-store.ts";
export { createSessionStore } from "./session-store.ts";
export { createSweepStore } from "./sweep-store.ts";
export { createTenantStore } from "./tenant-store.ts";
export { createUpdateStore } from "./update-store.ts";
