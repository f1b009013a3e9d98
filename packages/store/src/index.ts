export { type Database, type DatabaseOptions, openDatabase } from "./database.ts";
export { removeDataFolder } from "./embedded/data-folder.ts";
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "./embedded/start-embedded-postgres.ts";
export { migrate } from "./migrate.ts";
export { createStores, type Stores } from "./stores.ts";
