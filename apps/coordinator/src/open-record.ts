import type { Clock, Logger, Random, Secret } from "@cordon/core/kernel";
import { checkLogins, createStores, migrate, openDatabase, type Stores, startEmbeddedPostgres } from "@cordon/store";
import type { Config } from "./start/config.ts";
import type { DataDirectory } from "./start/data-directory.ts";

/** PostgreSQL, the record. */
export interface OpenRecord extends Stores {
  /** Of the role that has the dispatch queue's schema, and nothing of the record. */
  readonly queueLogin: { readonly url: Secret; readonly role?: string };
  /** Of the role that reads what is signed; undefined when another process signs. */
  readonly signerLogin: { readonly url: Secret; readonly role?: string } | undefined;
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
  let where = config.database;
  if (where === undefined) {
    const embedded = await startEmbeddedPostgres({ folder: data.postgres, ...deps });
    opened.defer(() => embedded.stop());
    where = { logins: embedded.logins };
  }
  const options = { logger: deps.logger, connectionsMax: config.databaseConnectionsMax };
  const database = openDatabase(
    "logins" in where ? { ...options, logins: where.logins } : { ...options, url: where.oneLogin },
  );
  opened.defer(() => database.close());
  await migrate(database);
  if ("logins" in where) {
    const { queue, ...record } = where.logins;
    await checkLogins(config.redisUrl === undefined ? { ...record, queue } : record);
  } else {
    deps.logger.warn("database.one_login", {
      reason: "CORDON_DATABASE_ONE_LOGIN: the walls stop mistakes, not thieves",
    });
  }
  const stores = createStores(database);
  // Before the first event: of a week that began while nobody ran, the rest has its partition.
  await stores.retention.keepPartitions(deps.clock.now());
  const running = opened.move();
  return {
    queueLogin: "logins" in where ? { url: where.logins.queue } : { url: where.oneLogin, role: "cordon_queue" },
    signerLogin:
      "logins" in where
        ? where.logins.signer && { url: where.logins.signer }
        : { url: where.oneLogin, role: "cordon_signer" },
    ...stores,
    ping: () => database.ping(),
    close: () => running.disposeAsync(),
  };
}
