export { checkLogins } from "./check-logins.ts";
export {
  type Database,
  type DatabaseOptions,
  type FleetWork,
  openDatabase,
  type TenantWork,
  type Transaction,
  type Work,
} from "./database.ts";
export { DATABASE_ROLES, type DatabaseLogins, type DatabaseRole, loginOf, loginsOf } from "./database-roles.ts";
export { removeDataFolder } from "./embedded/data-folder.ts";
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "./embedded/start-embedded-postgres.ts";
export { migrate } from "./migrate.ts";
export {
  type ClaimedSession,
  openSignerRecord,
  type RecordedRelease,
  type RecordedRequest,
  type SignerRecord,
} from "./signer-record.ts";
export { createStores, type Stores } from "./stores.ts";
