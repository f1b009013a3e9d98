import { readFileSync } from "node:fs";
import { type Logger, postgresConnection, type Secret } from "@cordon/core/kernel";
import pg from "pg";
import { translateError } from "./errors.ts";

/** Runs one statement. `name` prepares it once per connection. */
export interface Queryable {
  query<Row>(text: string, values?: readonly unknown[], name?: string): Promise<readonly Row[]>;
}

export interface PoolOptions {
  readonly url: Secret;
  /** Taken on by a login that may; left out, the login is the role. */
  readonly role?: string;
  readonly logger: Logger;
  readonly connectionsMax: number;
}

const CONNECT_MS_MAX = 5_000;
/** Far above any statement here; a lock that is held for ever must not hold a request for ever. */
const STATEMENT_MS_MAX = 30_000;
const INT8_OID = 20;

export function openPool({ url, role, logger, connectionsMax }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...postgresConnection(url, (file) => readFileSync(file)),
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
    application_name: "cordon",
    keepAlive: true,
    ...(role === undefined ? {} : { options: `-c role=${role}` }),
    // A statement need not wait for the answer to the one before it; what depends on an answer still does.
    pipeline: true,
    // Times and sequences are safe integers; node-postgres would hand them out as text.
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === INT8_OID ? Number : (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format),
    } as pg.CustomTypesConfig,
  });
  // An idle connection that breaks says so here; the next caller gets a fresh one.
  pool.on("error", (error) => logger.warn("database.idle_connection_lost", { error: error.message }));
  return pool;
}

export async function connectTo(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw translateError(error);
  }
}

export async function run<Row>(
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
