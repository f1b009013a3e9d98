import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type Logger, type Secret, silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@cordon/store";
import pg from "pg";
import { eventually } from "./eventually.ts";
import { reapOnExit } from "./reap-on-exit.ts";

export interface TestPostgres {
  /** Of an empty database that is this call's own, as the server's administrator; `loginsOf` has the roles' own. */
  readonly url: Secret;
  /** Another empty database on the same server. */
  createDatabase(): Promise<Secret>;
  /** Kills the server's main process as a crash would. It comes back by itself, as it does under a coordinator. */
  kill9(): Promise<void>;
  /** Resolves when the server answers (again), under another pid than the killed one. */
  restarted(): Promise<void>;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** Safe for tests that kill processes: what a dead process wrote is in the kernel's cache. It would not survive a power cut. */
const FAST = { fsync: "off", full_page_writes: "off", shared_buffers: "32MB", max_connections: "60" } as const;

/** A real server of its own (Postgres' binaries out of the registry), in well under a second once the machine has made a template. */
export async function startTestPostgres(options: { readonly logger?: Logger } = {}): Promise<TestPostgres> {
  const folder = await copyTemplate();
  const server = await launch(folder, options.logger ?? silentLogger);
  const release = reapOnExit(() => killNow(server));
  let databases = 0;
  const createDatabase = async (): Promise<Secret> => {
    const name = `test_${++databases}`;
    const client = new pg.Client({ connectionString: server.urlOf("postgres").reveal() });
    await client.connect();
    try {
      await client.query(`CREATE DATABASE ${name} OWNER cordon_owner`);
      await client.query(`GRANT CREATE ON DATABASE ${name} TO cordon_queue`);
    } finally {
      await client.end();
    }
    return server.urlOf(name);
  };
  let killedPid: number | undefined;

  return {
    url: await createDatabase(),
    createDatabase,
    kill9: async () => {
      killedPid = server.serverPid();
      killNow(server);
      await eventually(() => server.serverPid() !== killedPid, { what: "the killed Postgres to be noticed" });
    },
    restarted: async () => {
      await eventually(() => server.state() === "running" && server.serverPid() !== killedPid, {
        what: "Postgres to be up again",
        withinMs: 60_000,
      });
    },
    stop: async () => {
      await server.stop();
      release();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function launch(folder: string, logger: Logger): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ folder, clock: systemClock, random: systemRandom, logger, settings: FAST });
}

function killNow(server: EmbeddedPostgres): void {
  const pid = server.serverPid();
  if (pid !== undefined) process.kill(pid, "SIGKILL");
}

const FOLDER_PREFIX = "cordon-test-postgres-";

/** A test process that was killed leaves its server running; the next one ends it. */
async function reapAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const folder = path.join(tmpdir(), name);
    const owner = await readNumber(path.join(folder, "owner.json"), /"pid":(\d+)/);
    if (owner === undefined || isAlive(owner)) continue;
    const server = await readNumber(path.join(folder, "cluster", "postmaster.pid"), /^(\d+)/);
    if (server !== undefined && isAlive(server)) process.kill(server, "SIGKILL");
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function readNumber(file: string, pattern: RegExp): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Making a cluster takes a second of two cores; copying one takes a tenth. The template is made once per machine and release. */
async function copyTemplate(): Promise<string> {
  const template = await prepareTemplate();
  await reapAbandoned();
  const folder = await mkdtemp(path.join(tmpdir(), FOLDER_PREFIX));
  // `cp` keeps owners and modes, which the server insists on; node's own cp does not.
  await promisify(execFile)("cp", ["-a", `${template}/.`, folder]);
  return folder;
}

async function prepareTemplate(): Promise<string> {
  const home = path.join(tmpdir(), `cordon-test-template-${userInfo().uid}`);
  const template = path.join(home, "postgres-18-2");
  if (existsSync(template)) return template;
  await mkdir(home, { recursive: true, mode: 0o755 });
  const draft = await mkdtemp(path.join(home, "draft-"));
  const made = path.join(draft, "data");
  await (await launch(made, silentLogger)).stop();
  try {
    await rename(made, template);
  } catch (error) {
    // Another worker was quicker: its template is as good.
    if (!existsSync(template)) throw error;
  }
  await rm(draft, { recursive: true, force: true });
  return template;
}
