import { chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { backoffMs, type Clock, type Logger, type Random, Secret } from "@cordon/core/kernel";
import { type DatabaseLogins, loginsOf } from "../database-roles.ts";
import { prepareDataFolder } from "./data-folder.ts";
import { initialiseCluster, SERVER_LOGIN } from "./initialise-cluster.ts";
import { type OwnerFile, takeOwnership } from "./owner-file.ts";
import { findServerBinaries } from "./server-binaries.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { findServerUser, type ServerUser } from "./server-user.ts";
import { settleServer } from "./settle-database.ts";

export interface EmbeddedPostgres {
  /** The database `cordon` as each of its roles, over a Unix socket that only we and the server's user can reach. */
  readonly logins: DatabaseLogins;
  /** A database of this server, as its superuser: for setting up, never for work. */
  urlOf(database: string): Secret;
  /** Where the data really lies: the wished-for folder, or the one its link leads to. */
  readonly folder: string;
  /** `restarting`: the server ended by itself and is being started again. */
  state(): "running" | "restarting" | "stopped";
  /** Absent while it is down. */
  serverPid(): number | undefined;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Ours alone. Made when missing. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Server settings instead of or besides `SERVER_SETTINGS`. */
  readonly settings?: Readonly<Record<string, string>>;
}

const DATABASE = "cordon";
const PORT = "5432";
/** `sun_path` has 108 bytes with its end mark; the socket's own name takes 14 with its slash. */
const SOCKET_FOLDER_CHARS_MAX = 93;
const RESTART = { baseMs: 200, maxMs: 10_000 } as const;

/** A small durable server beside the coordinator: nothing is listened to on the network. */
export const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "",
  port: PORT,
  unix_socket_permissions: "0700",
  max_connections: "100",
  shared_buffers: "64MB",
  // [D1] What is acknowledged is on disk.
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  // Nobody replicates from it.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "512MB",
  checkpoint_completion_target: "0.9",
  // Containers often have 64 MB of /dev/shm, and nothing here gains from parallel plans.
  dynamic_shared_memory_type: "mmap",
  max_parallel_workers_per_gather: "0",
  jit: "off",
  huge_pages: "off",
  log_min_messages: "warning",
  log_checkpoints: "off",
  timezone: "UTC",
};

/**
 * Starts the server and keeps it up: when it ends by itself (kill -9, out of memory) it is started again with back-off, and
 * calls in between fail with `store.unavailable`. A server that a killed coordinator left behind is stopped first.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { clock, random, logger } = options;
  const user = await findServerUser();
  const binaries = await findServerBinaries(user);
  const folder = await prepareDataFolder(options.folder, user);
  const socket = await chooseSocketFolder(folder, user);
  const owner = await takeOwnership(folder, socket.outside).catch(async (error: unknown) => {
    if (socket.outside !== undefined) await rm(socket.outside, { recursive: true, force: true });
    throw error;
  });

  try {
    if (owner.left?.socketFolder !== undefined) await rm(owner.left.socketFolder, { recursive: true, force: true });
    const { cluster, password } = await initialiseCluster({ folder, binaries, user, random });
    const urlOf = (database: string) =>
      new Secret(
        `postgres://${SERVER_LOGIN}:${password.reveal()}@localhost:${PORT}/${encodeURIComponent(database)}?host=${encodeURIComponent(socket.folder)}`,
      );
    const launch = () =>
      startServer({
        program: binaries.postgres,
        cluster,
        logFile: path.join(folder, "server.log"),
        settings: { ...SERVER_SETTINGS, ...options.settings, unix_socket_directories: socket.folder },
        user,
        connection: { connectionString: urlOf("postgres").reveal() },
        clock,
      });
    const first = await launch();
    await settleServer(urlOf, password, DATABASE);
    const supervised = supervise(first, launch, { clock, random, logger });
    return {
      logins: loginsOf(urlOf(DATABASE)),
      urlOf,
      folder,
      state: supervised.state,
      serverPid: supervised.pid,
      stop: async () => {
        await supervised.stop();
        await cleanUp(owner, socket.outside);
      },
    };
  } catch (error) {
    await cleanUp(owner, socket.outside);
    throw error;
  }
}

async function cleanUp(owner: OwnerFile, socketOutside: string | undefined): Promise<void> {
  if (socketOutside !== undefined) await rm(socketOutside, { recursive: true, force: true });
  await owner.release();
}

function supervise(
  first: ServerProcess,
  launch: () => Promise<ServerProcess>,
  deps: { readonly clock: Clock; readonly random: Random; readonly logger: Logger },
) {
  let current: ServerProcess | undefined = first;
  const stopping = new AbortController();

  const restart = async (): Promise<ServerProcess | undefined> => {
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      try {
        // The first attempt waits too: backends of a killed server need a moment to notice and let go of its memory.
        await deps.clock.sleep(backoffMs(RESTART, attempt, deps.random.float()), stopping.signal);
        return await launch();
      } catch (error) {
        if (stopping.signal.aborted) return undefined;
        deps.logger.error("postgres.restart", { outcome: "failed", attempt, error: String(error) });
      }
    }
    return undefined;
  };

  const watch = async (): Promise<void> => {
    while (current) {
      await current.ended;
      if (stopping.signal.aborted) return;
      deps.logger.error("postgres.ended", { pid: current.pid });
      current = undefined;
      current = await restart();
      if (current && !stopping.signal.aborted)
        deps.logger.info("postgres.restart", { outcome: "ok", pid: current.pid });
    }
  };
  const watching = watch();

  return {
    state: () =>
      stopping.signal.aborted ? ("stopped" as const) : current ? ("running" as const) : ("restarting" as const),
    pid: () => current?.pid,
    stop: async () => {
      stopping.abort();
      await current?.stop();
      await watching;
      // A restart that was under way when we were told to stop.
      await current?.stop();
    },
  };
}

async function chooseSocketFolder(
  folder: string,
  user: ServerUser | undefined,
): Promise<{ readonly folder: string; readonly outside?: string }> {
  const inside = path.join(folder, "run");
  if (Buffer.byteLength(inside) <= SOCKET_FOLDER_CHARS_MAX) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    if (user) await chown(inside, user.uid, user.gid);
    return { folder: inside };
  }
  const outside = await mkdtemp("/tmp/cordon-postgres-");
  if (user) await chown(outside, user.uid, user.gid);
  return { folder: outside, outside };
}
