import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { AppError, type Clock } from "@cordon/core/kernel";
import pg from "pg";
import { SERVER_ENVIRONMENT } from "./initialise-cluster.ts";
import { identify, isSameProcessAlive, type ProcessIdentity, workingFolderOf } from "./process-identity.ts";
import type { ServerUser } from "./server-user.ts";

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Fast shutdown: open transactions are rolled back, what is committed is flushed. */
  stop(): Promise<void>;
}

const LOG_TAIL_CHARS_MAX = 1_500;
/** Crash recovery replays at most `max_wal_size`; slow disks need a while for that. */
const READY_MS_MAX = 120_000;
const STOP_MS_MAX = 30_000;
const LOOK_MS = 20;

export async function startServer(options: {
  readonly program: string;
  readonly cluster: string;
  readonly logFile: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly user: ServerUser | undefined;
  readonly connection: pg.ClientConfig;
  readonly clock: Clock;
}): Promise<ServerProcess> {
  const { cluster, logFile, clock } = options;
  await stopStaleServer(cluster, clock);
  const log = openSync(logFile, "w", 0o600);
  const flags = Object.entries(options.settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // Its own session: Ctrl-C in a terminal reaches us, not the server under us that we still need to write what is in flight.
  const child = spawn(options.program, ["-D", cluster, ...flags], {
    ...options.user,
    cwd: cluster,
    env: SERVER_ENVIRONMENT,
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const end = watchEnd(child);
  await waitUntilReady(options.connection, end, logFile, clock).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  return {
    pid: child.pid ?? 0,
    ended: end.ended,
    stop: async () => {
      child.kill("SIGINT");
      const cancel = clock.after(STOP_MS_MAX, () => child.kill("SIGQUIT"));
      await end.ended;
      cancel();
    },
  };
}

interface End {
  readonly ended: Promise<void>;
  isOver(): boolean;
}

function watchEnd(child: ChildProcess): End {
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const finish = () => {
      over = true;
      resolve();
    };
    child.once("exit", finish);
    child.once("error", finish);
  });
  return { ended, isOver: () => over };
}

async function waitUntilReady(connection: pg.ClientConfig, end: End, logFile: string, clock: Clock): Promise<void> {
  const deadline = clock.monotonicMs() + READY_MS_MAX;
  for (;;) {
    if (end.isOver()) throw new AppError("store.unavailable", `Postgres ended at its start: ${tail(logFile)}`);
    if (await answers(connection)) return;
    if (clock.monotonicMs() > deadline)
      throw new AppError("store.unavailable", `Postgres is not ready after ${READY_MS_MAX / 1000} s: ${tail(logFile)}`);
    await clock.sleep(LOOK_MS);
  }
}

async function answers(connection: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(connection);
  // A server that goes away while we ask is one that does not answer.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** A server outlives a coordinator that was killed. Its pid counts only if that process works in this very cluster. */
async function stopStaleServer(cluster: string, clock: Clock): Promise<void> {
  const server = readServer(cluster);
  if (!server) return;
  const patience = clock.monotonicMs() + STOP_MS_MAX;
  signal(server, "SIGINT");
  while (isSameProcessAlive(server)) {
    if (clock.monotonicMs() > patience) signal(server, "SIGKILL");
    await clock.sleep(LOOK_MS);
  }
}

function readServer(cluster: string): ProcessIdentity | undefined {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(path.join(cluster, "postmaster.pid"), "utf8"), 10);
  } catch {
    return undefined;
  }
  if (!(pid > 0) || workingFolderOf(pid) !== cluster) return undefined;
  return identify(pid);
}

function signal(server: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    process.kill(server.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function tail(logFile: string): string {
  return readFileSync(logFile, "utf8").slice(-LOG_TAIL_CHARS_MAX).trim() || "it said nothing";
}
