import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError, type Random, Secret } from "@cordon/core/kernel";
import type { ServerBinaries } from "./server-binaries.ts";
import type { ServerUser } from "./server-user.ts";

/** The database's only user; its cluster is ours alone. */
export const SERVER_LOGIN = "cordon";

export const SERVER_ENVIRONMENT = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" } as const;

/** The part of the server's words that goes into an error. */
const OUTPUT_CHARS_MAX = 2_000;

/**
 * Makes the cluster when there is none, and answers its password. A crash midway leaves only a draft, which the next start
 * throws away: the cluster's folder appears whole or not at all.
 */
export async function initialiseCluster(options: {
  readonly folder: string;
  readonly binaries: ServerBinaries;
  readonly user: ServerUser | undefined;
  readonly random: Random;
}): Promise<{ readonly cluster: string; readonly password: Secret }> {
  const { folder, binaries, user } = options;
  const cluster = path.join(folder, "cluster");
  const passwordFile = path.join(folder, "password");
  if (existsSync(path.join(cluster, "PG_VERSION"))) {
    return { cluster, password: new Secret((await readFile(passwordFile, "utf8")).trim()) };
  }
  const draft = path.join(folder, "cluster.draft");
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const password = new Secret(Buffer.from(options.random.bytes(24)).toString("base64url"));
  await writeFile(passwordFile, `${password.reveal()}\n`, { mode: 0o600 });
  if (user) {
    await chown(draft, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  await run(
    binaries.initdb,
    [
      `--pgdata=${draft}`,
      `--username=${SERVER_LOGIN}`,
      "--auth=scram-sha-256",
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
      "--locale=C",
      "--no-instructions",
    ],
    user,
    folder,
  );
  await rename(draft, cluster);
  return { cluster, password };
}

function run(program: string, args: readonly string[], user: ServerUser | undefined, cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...user, cwd, env: SERVER_ENVIRONMENT, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-OUTPUT_CHARS_MAX);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (cause) =>
      reject(new AppError("store.unavailable", `${program} could not be started`, { cause })),
    );
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new AppError("store.unavailable", `${path.basename(program)} ended with ${code}: ${output.trim()}`));
    });
  });
}
