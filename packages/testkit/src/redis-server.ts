import path from "node:path";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { redisCommand } from "./redis-command.ts";
import { type Program, spawnProgram } from "./spawn-program.ts";
import { createTempFolder } from "./temp-folder.ts";

/** A real Redis of a test's own, on a free port and a Unix socket, in a temporary folder. */
export interface TestRedis extends AsyncDisposable {
  readonly host: string;
  /** Stays the same through `kill9` and `restart`. */
  readonly port: number;
  readonly socketPath: string;
  readonly url: string;
  /** One command over a connection of its own, e.g. `command("CLIENT", "LIST")`. */
  command(...args: readonly string[]): Promise<string>;
  /** FLUSHALL: everything is gone. */
  flush(): Promise<void>;
  kill9(): Promise<void>;
  /** Starts it again on the same folder and port; what was appended to its file is there again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Another process may take the free port between finding and binding it. */
const START_ATTEMPTS_MAX = 5;

export interface TestRedisOptions {
  /** A cluster of this one node, which owns all slots. */
  readonly cluster?: true;
}

export async function startTestRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const folder = createTempFolder("cordon-redis");
  const socketPath = path.join(folder.path, "redis.sock");
  let port = 0;
  let program: Program | undefined;
  const stop = async () => {
    await program?.kill9();
    folder.remove();
  };
  try {
    for (let attempt = 1; program === undefined; attempt++) {
      port = await freePort();
      program = await launch({ folder: folder.path, socketPath, port, options }).catch((error: Error) => {
        if (attempt >= START_ATTEMPTS_MAX || !error.message.includes("Address already in use")) throw error;
        return undefined;
      });
    }
    if (options.cluster) await formCluster(socketPath);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host: "127.0.0.1",
    port,
    socketPath,
    url: `redis://127.0.0.1:${port}`,
    command: (...args) => redisCommand(socketPath, args),
    flush: async () => {
      await redisCommand(socketPath, ["FLUSHALL"]);
    },
    kill9: async () => {
      await program?.kill9();
    },
    restart: async () => {
      await program?.kill9();
      program = await launch({ folder: folder.path, socketPath, port, options });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function formCluster(socketPath: string): Promise<void> {
  await redisCommand(socketPath, ["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
  await eventually(async () => (await redisCommand(socketPath, ["CLUSTER", "INFO"])).includes("cluster_state:ok"), {
    what: "the cluster to be formed",
  });
}

async function launch(where: {
  readonly folder: string;
  readonly socketPath: string;
  readonly port: number;
  readonly options: TestRedisOptions;
}): Promise<Program> {
  const binary = process.env.CORDON_REDIS_SERVER ?? "redis-server";
  const program = spawnProgram({
    argv: [
      binary,
      ...["--port", String(where.port), "--bind", "127.0.0.1", "--unixsocket", where.socketPath, "--dir", where.folder],
      ...["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", "--databases", "16"],
      ...(where.options.cluster ? ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"] : []),
    ],
  });
  try {
    await program.waitForLine(/ready to accept connections/i);
    return program;
  } catch (error) {
    await program.kill9();
    const text = (error as Error).message;
    if (!text.includes("ENOENT")) throw error;
    throw new Error(
      `No ${binary} here. Install it (apt-get install redis-server) or set CORDON_REDIS_SERVER to its path.`,
    );
  }
}
