import { AppError, type Logger, type Secret, type TenantId } from "@cordon/core/kernel";
import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import type pg from "pg";
import { connectTo, openPool, type PoolOptions, type Queryable, run } from "./connection-pool.ts";
import type { DatabaseLogins, DatabaseRole } from "./database-roles.ts";
import { translateError } from "./errors.ts";
import type { Tables } from "./tables.ts";
import { tell } from "./tenant-setting.ts";

export type { Queryable } from "./connection-pool.ts";

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

/** The database in one of its roles. */
export interface Work extends Queryable {
  /** Commits when `work` resolves, rolls back when it rejects. A lost COMMIT is `store.unavailable`: the outcome is not known. */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** One tenant's rows: of another tenant's none is seen, and none can be written [W1]. */
export interface TenantWork extends Work {
  /** For reads whose conditions vary. */
  readonly kysely: Kysely<Tables>;
}

/** The rows of all tenants, for what has no tenant: look-ups by a credential, sweeps, lists over the estate, the provider's own tables. */
export interface FleetWork extends Work {
  /** Runs `work` while this connection holds the session-level lock; false when another session has it. */
  withLock(key: bigint, work: () => Promise<void>): Promise<boolean>;
}

export interface Database {
  /** Costs no round trip: the tenant is told to the connection together with the first statement, and only when it changes. */
  forTenant(tenantId: TenantId): TenantWork;
  readonly asFleet: FleetWork;
  /** The shape of the tables: migrations, and nothing that runs every day. */
  readonly asOwner: Work;
  /** One round trip; throws `store.unavailable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export type DatabaseOptions = {
  readonly logger: Logger;
  /** Of the tenants' work; the fleet's has half as many beside them. Default 10. */
  readonly connectionsMax?: number;
} & (
  | { readonly logins: Pick<DatabaseLogins, "app" | "fleet" | "owner"> }
  /** One login that may take on each role, such as an administrator's. */
  | { readonly url: Secret }
);

/** No connection each, but some objects that are not made for every statement. */
const TENANTS_AT_HAND_MAX = 1_000;
/** Migrations run one after another; tests ask a little beside. */
const OWNER_CONNECTIONS_MAX = 3;

export function openDatabase(options: DatabaseOptions): Database {
  const { logger, connectionsMax = 10 } = options;
  const open = (login: keyof DatabaseLogins & ("app" | "fleet" | "owner"), connections: number) =>
    openPool({ ...loginFor(options, login), logger, connectionsMax: connections });
  const app = open("app", connectionsMax);
  const fleet = open("fleet", Math.max(2, Math.ceil(connectionsMax / 2)));
  const owner = open("owner", OWNER_CONNECTIONS_MAX);
  const asFleet = workOn(fleet);
  const works = new Map<TenantId, TenantWork>();
  return {
    forTenant: (tenantId) => {
      const known = works.get(tenantId);
      if (known !== undefined) return known;
      const made = {
        ...workOn(app, tenantId),
        kysely: new Kysely<Tables>({ dialect: new PostgresDialect({ pool: kyselyPool(app, tenantId) }) }),
      };
      // The oldest goes: it is made again when it is asked for.
      if (works.size >= TENANTS_AT_HAND_MAX) works.delete(works.keys().next().value as TenantId);
      works.set(tenantId, made);
      return made;
    },
    asFleet: {
      ...asFleet,
      withLock: (key, work) =>
        withClient(fleet, undefined, async (tx) => {
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
    },
    asOwner: workOn(owner),
    ping: async () => {
      await run(app, "SELECT 1");
    },
    close: async () => {
      await Promise.all([app.end(), fleet.end(), owner.end()]);
    },
  };
}

/** For a process that works for tenants in a role of its own, and has nothing else. */
export function openTenantWork(options: PoolOptions): {
  forTenant(tenantId: TenantId): Work;
  close(): Promise<void>;
} {
  const pool = openPool(options);
  return { forTenant: (tenantId) => workOn(pool, tenantId), close: () => pool.end() };
}

function loginFor(options: DatabaseOptions, login: "app" | "fleet" | "owner"): { url: Secret; role?: DatabaseRole } {
  return "logins" in options ? { url: options.logins[login] } : { url: options.url, role: `cordon_${login}` };
}

function workOn(pool: pg.Pool, tenantId?: TenantId): Work {
  return {
    query: (text, values, name) =>
      tenantId === undefined
        ? run(pool, text, values, name)
        : withClient(pool, tenantId, (tx) => tx.query(text, values, name)),
    transaction: (work, options = {}) => withClient(pool, tenantId, (tx) => inTransaction(tx, work, options)),
  };
}

async function withClient<T>(
  pool: pg.Pool,
  tenantId: TenantId | undefined,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  const client = await connectTo(pool);
  // Between two statements a broken connection only emits: the next statement then rejects.
  const onError = () => {};
  client.on("error", onError);
  let broken: Error | undefined;
  try {
    return await work(toldQueryable(client, tenantId));
  } catch (error) {
    if (error instanceof Error) broken = error;
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken instanceof AppError && broken.code === "store.unavailable" ? broken : undefined);
  }
}

/** What is answered before the connection has been told its tenant is not handed on. */
function toldQueryable(client: pg.PoolClient, tenantId: TenantId | undefined): Queryable {
  let told = tenantId === undefined ? undefined : tell(client, tenantId)?.catch(notTold);
  // Whoever asks first hears of it.
  told?.catch(() => {});
  return {
    query: async (text, values, name) => {
      const answer = run<never>(client, text, values, name);
      if (told === undefined) return answer;
      const [rows] = await Promise.all([answer, told]);
      told = undefined;
      return rows;
    },
  };
}

/** Whatever it was: the connection may still be told another tenant, and goes. */
function notTold(cause: unknown): never {
  throw new AppError("store.unavailable", "database: the tenant could not be set", { cause });
}

async function inTransaction<T>(
  tx: Queryable,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
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
}

/** Kysely talks to the driver itself: it is told the tenant first, and its failures are translated on the way. */
function kyselyPool(pool: pg.Pool, tenantId: TenantId): PostgresPool {
  const translated = {
    connect: async () => {
      const client = await connectTo(pool);
      const onError = () => {};
      client.on("error", onError);
      const release = (broken?: Error) => {
        client.off("error", onError);
        client.release(broken);
      };
      let told = tell(client, tenantId)?.catch(notTold);
      told?.catch(() => {});
      return {
        query: async (text: string, values: readonly unknown[]) => {
          const answer = client.query(text, [...values]).catch((error: unknown) => {
            throw translateError(error);
          });
          const [rows] = await Promise.all([answer, told]);
          told = undefined;
          return rows;
        },
        release,
      };
    },
    end: () => pool.end(),
  };
  // Kysely's interface also has a form of `query` for cursors, which is used for streaming only, and nothing here streams.
  return translated as unknown as PostgresPool;
}
