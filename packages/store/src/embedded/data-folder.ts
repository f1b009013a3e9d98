import { existsSync } from "node:fs";
import { chmod, chown, lstat, mkdir, mkdtemp, readlink, realpath, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";
import { areParentsEnterable } from "./reachable.ts";
import type { ServerUser } from "./server-user.ts";

/** Where the cluster really lies when the wished-for folder cannot be reached by the server's user. */
const FALLBACK_PARENT = "/var/lib/cordon";

/**
 * Makes the folder that holds the cluster, and answers where it really is. When root hands the server to another user that
 * cannot reach the wished-for folder (below a home of mode 0700), the folder becomes a symbolic link to one below
 * /var/lib/cordon, so that the next start finds it again and a person sees where the data is. Where the link is gone, the
 * wish is a fresh start: a new folder, never the one of a data directory that somebody removed.
 */
export async function prepareDataFolder(wished: string, user: ServerUser | undefined): Promise<string> {
  await mkdir(path.dirname(wished), { recursive: true });
  const real = await settleFolder(path.resolve(wished), user);
  if (user) await chown(real, user.uid, user.gid);
  await chmod(real, 0o700);
  return real;
}

/** Removes the cluster and, where there is one, the link to it. The server must be stopped. */
export async function removeDataFolder(wished: string): Promise<void> {
  const target = await linkTarget(wished);
  if (target !== undefined) await rm(target, { recursive: true, force: true });
  await rm(wished, { recursive: true, force: true });
}

async function settleFolder(wished: string, user: ServerUser | undefined): Promise<string> {
  if (!user || areParentsEnterable(await realParent(wished))) {
    await mkdir(wished, { recursive: true, mode: 0o700 });
    return realpath(wished);
  }
  if (existsSync(wished) && (await linkTarget(wished)) === undefined) {
    throw new AppError(
      "store.unavailable",
      `${wished} lies where the user that runs Postgres cannot reach it: move it, or start as the user it belongs to`,
    );
  }
  const known = await linkTarget(wished);
  if (known !== undefined) {
    await mkdir(known, { recursive: true, mode: 0o700 });
    return known;
  }
  // A strict umask would close it to the very user it is for.
  if (await mkdir(FALLBACK_PARENT, { recursive: true })) await chmod(FALLBACK_PARENT, 0o755);
  const real = await mkdtemp(path.join(FALLBACK_PARENT, "postgres-"));
  await symlink(real, wished);
  return real;
}

/** The wished-for path with links in its parents followed, for a link may lead below a closed home. */
async function realParent(wished: string): Promise<string> {
  return path.join(await realpath(path.dirname(wished)), path.basename(wished));
}

async function linkTarget(wished: string): Promise<string | undefined> {
  const found = await lstat(wished).catch(() => undefined);
  return found?.isSymbolicLink() ? readlink(wished) : undefined;
}
