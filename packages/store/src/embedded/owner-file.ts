import { readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";
import { identify, isSameProcessAlive, type ProcessIdentity } from "./process-identity.ts";

/** Who holds a data folder. A server whose owner is dead may be stopped; one whose owner lives may not. */
export interface Owner extends ProcessIdentity {
  /** Where this owner's server puts its socket, when that is outside the data folder. */
  readonly socketFolder?: string;
}

export interface OwnerFile {
  /** The dead owner that left the folder behind, if any. */
  readonly left: Owner | undefined;
  release(): Promise<void>;
}

/** Takes the folder, or throws when another living process has it. */
export async function takeOwnership(folder: string, socketFolder: string | undefined): Promise<OwnerFile> {
  const file = path.join(folder, "owner.json");
  const self = identify(process.pid);
  const content = JSON.stringify({ ...self, ...(socketFolder === undefined ? {} : { socketFolder }) });
  const left = readOwner(file);
  if (left && isSameProcessAlive(left)) throw inUse(folder, left);
  if (left) await removeStale(file, left, folder);
  try {
    await writeFile(file, content, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw inUse(folder, readOwner(file));
  }
  return { left, release: () => rm(file, { force: true }) };
}

/** Two starting processes may both find the dead owner: moving the file aside tells the one that took another's fresh file. */
async function removeStale(file: string, stale: Owner, folder: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await rename(file, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  const moved = readOwner(aside);
  if (moved && (moved.pid !== stale.pid || moved.startTime !== stale.startTime)) {
    await rename(aside, file);
    throw inUse(folder, moved);
  }
  await rm(aside, { force: true });
}

function readOwner(file: string): Owner | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as Owner;
  } catch {
    // Torn by a crash while it was written: its writer is gone.
    return { pid: 0, startTime: -1 };
  }
}

function inUse(folder: string, owner: Owner | undefined): AppError {
  return new AppError(
    "store.unavailable",
    `the data folder ${folder} is in use by process ${owner?.pid ?? "?"}: stop that coordinator, or give this one another data folder`,
  );
}
