import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { removeDataFolder } from "@cordon/store";
import { freePort, type Program, reapOnExit, spawnProgram } from "@cordon/testkit";

const MAIN = path.resolve(import.meta.dirname, "../../../apps/coordinator/src/main.ts");
/** The first start makes a database cluster, on a machine that others load. */
const START_MS_MAX = 90_000;

/** The coordinator as a process of its own, on the same ports at every start. */
export interface CoordinatorProcess {
  readonly ports: { readonly intake: number; readonly api: number; readonly gateway: number };
  /** PEM of its CA; there from the first start on. */
  authority(): string;
  adminToken(): string;
  /** Resolves when it listens. */
  start(): Promise<void>;
  kill9(): Promise<void>;
  /** The main process of the Postgres that the coordinator runs by itself. */
  killPostgres(): void;
  /** JSON lines of the present process, oldest first. */
  log(): readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

export async function createCoordinatorProcess(options: {
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
}): Promise<CoordinatorProcess> {
  const data = path.join(options.folder, "coordinator");
  mkdirSync(data, { recursive: true });
  const ports = { intake: await freePort(), api: await freePort(), gateway: await freePort() };
  let program: Program | undefined;
  const pidFile = path.join(data, "postgres", "cluster", "postmaster.pid");
  const serverPid = () => (existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, "utf8"), 10) : undefined);
  const reaped = reapOnExit(() => {
    const pid = serverPid();
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  });

  return {
    ports,
    authority: () => readFileSync(path.join(data, "ca", "ca.pem"), "utf8"),
    adminToken: () => readFileSync(path.join(data, "admin-token"), "utf8").trim(),
    async start() {
      program = spawnProgram({
        argv: [process.execPath, MAIN, "--ready-json"],
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          CORDON_DATA_DIR: data,
          CORDON_PUBLIC_HOST: "127.0.0.1",
          CORDON_INTAKE_PORT: String(ports.intake),
          CORDON_API_PORT: String(ports.api),
          CORDON_GATEWAY_PORT: String(ports.gateway),
          CORDON_LOG: "stderr",
          CORDON_LOG_LEVEL: "debug",
          ...options.settings,
        },
      });
      await program.waitForLine(/^\{"ready":true/, { withinMs: START_MS_MAX });
    },
    async kill9() {
      await program?.kill9();
    },
    killPostgres() {
      const killed = serverPid();
      if (killed === undefined) throw new Error(`no server pid in ${pidFile}`);
      process.kill(killed, "SIGKILL");
    },
    log: () =>
      (program?.stderr() ?? "").split("\n").flatMap((line) => {
        try {
          return [JSON.parse(line) as Record<string, unknown>];
        } catch {
          // The first line may be cut, the last one unfinished.
          return [];
        }
      }),
    async stop() {
      await program?.end({ withinMs: 25_000 });
      reaped();
      await removeDataFolder(path.join(data, "postgres"));
    },
  };
}
