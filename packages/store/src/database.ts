import { AppError, type Logger, type Secret } from "@cordon/core/kernel";
import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import pg from "pg";
import { translateError } from "./errors.ts";
import type { Tables } from "./tables.ts";

/** Runs one statement. `name` prepares it once per connection. */
export interface Queryable {
  query<Row>(text: string, values?: readonly unknown[], name?: string): Promise<readonly Row[]>;
}

export interface Transaction extends Queryable {
  /**
   * The last statement, with the COMMIT behind it in the same round trip; resolves when both are done. When the statement
   * fails, the COMMIT is answered as the ROLLBACK that it then is.
   */
  readonly last: Queryable;
}

export interface TransactionOptions {
  /**
   * `locks`: the first statement only reads and locks, so it may leave together with the BEGIN: should that one fail, nothing
   * has been done outside a transaction.
   */
  readonly first?: "locks";
}

export interface Database extends Queryable {
  /** For reads whose conditions vary. */
  readonly kysely: Kysely<Tables>;
  /** Commits when `work` resolves, rolls back when it rejects. A lost COMMIT is `store.unavailable`: the outcome is not known. */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Runs `work` while this connection holds the session-level lock; false when another session has it. */
  withLock(key: bigint, work: () => Promise<void>): Promise<boolean>;
  /** One round trip; throws `store.unavailable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: Secret;
  readonly logger: Logger;
  /** Default 10. */
  readonly connectionsMax?: number;
}

const CONNECT_MS_MAX = 5_000;
/** Far above any statement here; a lock that is held for ever must not hold a request for ever. */
const STATEMENT_MS_MAX = 30_000;
const INT8_OID = 20;

export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url.reveal(),
    max: options.connectionsMax ?? 10,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
    application_name: "cordon",
    keepAlive: true,
    // A statement need not wait for the answer to the one before it; what depends on an answer still does.
    pipeline: true,
    // Times and sequences are safe integers; node-postgres would hand them out as text.
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === INT8_OID ? Number : (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format),
    } as pg.CustomTypesConfig,
  });
  // An idle connection that breaks says so here; the next caller gets a fresh one.
  pool.on("error", (error) => options.logger.warn("database.idle_connection_lost", { error: error.message }));

  const connect = async (): Promise<pg.PoolClient> => {
    try {
      return await pool.connect();
    } catch (error) {
      throw translateError(error);
    }
  };

  const withClient = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
    const client = await connect();
    // Between two statements a broken connection only emits: the next statement then rejects.
    const onError = () => {};
    client.on("error", onError);
    let broken: Error | undefined;
    try {
      return await work({ query: (text, values, name) => run(client, text, values, name) });
    } catch (error) {
      if (error instanceof Error) broken = error;
      throw error;
    } finally {
      client.off("error", onError);
      client.release(broken instanceof AppError && broken.code === "store.unavailable" ? broken : undefined);
    }
  };

  return {
    kysely: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: translating(pool) }) }),
    query: (text, values, name) => run(pool, text, values, name),
    transaction: (work, options = {}) =>
      withClient(async (tx) => {
        const begun = tx.query("BEGIN");
        begun.catch(() => {});
        if (options.first !== "locks") await begun;
        let committed = false;
        const afterBegin = async <Row>(answer: Promise<readonly Row[]>): Promise<readonly Row[]> => {
          const [, rows] = await Promise.all([begun, answer]);
          return rows;
        };
        const last: Queryable["query"] = async (text, values, name) => {
          const [rows] = await Promise.all([tx.query<never>(text, values, name), tx.query("COMMIT")]);
          committed = true;
          return rows;
        };
        try {
          const result = await work({
            query: (text, values, name) => afterBegin(tx.query(text, values, name)),
            last: { query: last },
          });
          if (!committed) await tx.query("COMMIT");
          return result;
        } catch (error) {
          // The connection may be gone, and then the server has rolled back by itself.
          await tx.query("ROLLBACK").catch(() => {});
          throw error;
        }
      }),
    withLock: (key, work) =>
      withClient(async (tx) => {
        const [row] = await tx.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1::bigint) AS locked", [
          String(key),
        ]);
        if (!row?.locked) return false;
        try {
          await work();
        } finally {
          await tx.query("SELECT pg_advisory_unlock($1::bigint)", [String(key)]);
        }
        return true;
      }),
    ping: async () => {
      await run(pool, "SELECT 1");
    },
    close: () => pool.end(),
  };
}

async function run<Row>(
  target: pg.Pool | pg.PoolClient,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<readonly Row[]> {
  try {
    const config = { text, values: [...values], ...(name === undefined ? {} : { name }) };
    const { rows } = await target.query(config);
    return rows as Row[];
  } catch (error) {
    throw translateError(error);
  }
}

/** Kysely talks to the driver itself, so its failures are translated on the way. */
function translating(pool: pg.Pool): PostgresPool {
  const translated = {
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw translateError(error);
      });
      const onError = () => {};
      client.on("error", onError);
      return {
        query: (text: string, values: readonly unknown[]) =>
          client.query(text, [...values]).catch((error: unknown) => {
            throw translateError(error);
          }),
        release: () => {
          client.off("error", onError);
          client.release();
        },
      };
    },
    end: () => pool.end(),
  };
  // Kysely's interface also has a form of `query` for cursors, which is used for streaming only, and nothing here streams.
  return translated as unknown as PostgresPool;
}
