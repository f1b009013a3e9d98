import type { Clock, Logger, Random, Secret } from "@cordon/core/kernel";
import { createStores, migrate, openDatabase, type Stores, startEmbeddedPostgres } from "@cordon/store";
import type { Config } from "./start/config.ts";
import type { DataDirectory } from "./start/data-directory.ts";

/** PostgreSQL, the record. */
export interface OpenRecord extends Stores {
  readonly url: Secret;
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
  const stores = createStores(database);
  // Before the first event: of a week that began while nobody ran, the rest has its partition.
  await stores.retention.keepPartitions(deps.clock.now());
  const running = opened.move();
  return {
    url,
    ...stores,
    ping: () => database.ping(),
    close: () => running.disposeAsync(),
  };
}
