import { readFileSync } from "node:fs";
import {
  AppError,
  backoffMs,
  type Clock,
  type Logger,
  postgresConnection,
  type Random,
  type Secret,
} from "@cordon/core/kernel";
import {
  createPostgresBackend,
  type IQueueBackend,
  type PgPool,
  type PostgresQueueBackend,
  runMigrations,
} from "bullmq";
import pg from "pg";
import { unavailable } from "./errors.ts";
import { QUEUE_LIMITS, type QueueTimings, stalledIntervalOf } from "./limits.ts";
import { createQueueObjects } from "./queue-objects.ts";
import type { QueueTransport, TransportListeners } from "./transport.ts";

/** BullMQ's own schema and notification channel; its functions call `pg_notify('bullmq_jobs', <queue>)`. */
const SCHEMA = "bullmq";
const SEARCH_PATH = `-c search_path=${SCHEMA},public`;
const CHANNEL = "bullmq_jobs";
const ROOT_QUEUE = "root";

interface PostgresTransportOptions {
  readonly url: Secret;
  /** Taken on by a login that may; left out, the login is the role. */
  readonly role: string | undefined;
  readonly timings: QueueTimings;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * One small pool and one listening connection, whatever the number of sites. Jobs are written with `synchronous_commit=off`:
 * the queue is disposable [D2], so it need not wait for the disk; a crash of the server may forget the last moment, and the
 * sweep over the record queues it again. The schema that they lie in is not disposable, and is written durably.
 */
export function createPostgresTransport(
  options: PostgresTransportOptions,
  listeners: TransportListeners,
): QueueTransport {
  const { timings, clock, random, logger } = options;
  const session = options.role === undefined ? SEARCH_PATH : `${SEARCH_PATH} -c role=${options.role}`;
  const settings = {
    ...postgresConnection(options.url, (file) => readFileSync(file)),
    options: session,
    connectionTimeoutMillis: timings.callTimeoutMs,
    query_timeout: timings.callTimeoutMs,
    keepAlive: true,
  };
  const pool = new pg.Pool({
    ...settings,
    options: `${session} -c synchronous_commit=off`,
    max: QUEUE_LIMITS.postgresConnections,
    application_name: "cordon-queue",
  });
  const objects = createQueueObjects<IQueueBackend>();
  const listening = new Set<string>();
  let root: PostgresQueueBackend | undefined;
  let listener: pg.Client | undefined;
  let closed = false;
  let attempt = 0;
  let cancelRetry = () => {};

  const connect = async () => {
    const client = new pg.Client({ ...settings, application_name: "cordon-queue-listener" });
    // "error" comes before "end" when the server goes; both lead to one new attempt.
    let failed = false;
    const lost = (reason: string) => {
      if (failed || closed) return;
      failed = true;
      if (listener === client) listener = undefined;
      client.end().catch(() => {});
      if (attempt === 0) logger.warn("queue.connection", { server: "postgres", reason });
      cancelRetry = clock.after(backoffMs(QUEUE_LIMITS.reconnect, attempt++, random.float()), () => void connect());
    };
    client.on("error", (error) => lost(error.message));
    client.on("end", () => lost("the connection was closed"));
    client.on("notification", ({ payload }) => {
      if (payload !== undefined && listening.has(payload)) listeners.onAnnounced(payload);
    });
    try {
      await client.connect();
      if (!root) {
        await runMigrations(client, SCHEMA);
        root = await openRoot(pool, timings);
      }
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      return lost(error instanceof Error ? error.message : String(error));
    }
    if (closed) return void client.end().catch(() => {});
    listener = client;
    attempt = 0;
    logger.info("queue.connected", { server: "postgres" });
    listeners.onRestored();
  };

  pool.on("error", () => {});
  void connect();

  return {
    queue: (name) => {
      if (closed) throw new AppError("queue.unavailable", "the queue is closed");
      const opened = root;
      if (!opened || !listener) throw new AppError("queue.unavailable", "no connection to Postgres");
      return objects.get(name, () => opened.forQueue(name));
    },
    // BullMQ's functions notify by themselves, in the transaction that brings the work.
    announce: () => {},
    listen: async (name) => {
      listening.add(name);
    },
    unlisten: async (name) => {
      listening.delete(name);
    },
    probe: async () => {
      const probed = listener;
      // Ending it emits "end", which makes a new one.
      await probed?.query("SELECT 1").catch(() => probed.end().catch(() => {}));
    },
    failure: unavailable,
    close: async () => {
      closed = true;
      cancelRetry();
      await listener?.end().catch(() => {});
      await pool.end();
    },
  };
}

async function openRoot(pool: pg.Pool, timings: QueueTimings): Promise<PostgresQueueBackend> {
  const options = {
    // BullMQ describes the pool it needs by a type of its own, whose callbacks are declared more narrowly than pg's.
    connection: pool as unknown as PgPool,
    lockDuration: timings.lockMs,
    stalledInterval: stalledIntervalOf(timings),
    // A 32-bit column. A job is never given up for its holders having died; its action's deadline ends it.
    maxStalledCount: 2 ** 31 - 1,
  };
  const root = createPostgresBackend(ROOT_QUEUE, options);
  root.on("error", () => {});
  await root.waitUntilReady();
  return root;
}
