import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/core/kernel";
import { diskTroubleOf } from "./disk-trouble.ts";

/**
 * One agent per state folder. The lock is SQLite's exclusive lock on a file of its own: the operating system lets go of it
 * when the process ends, however it ends, so a crash leaves nothing to clean up. Throws `agent.already_running`, or
 * `ledger.unwritable` when the folder takes nothing.
 */
export function lockStateDir(stateDir: string): { release(): void } {
  const file = path.join(stateDir, "agent.lock");
  const pidFile = path.join(stateDir, "agent.pid");
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    db = new DatabaseSync(file);
    db.exec(`PRAGMA busy_timeout = ${LOOK_MS_MAX}; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;`);
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    db?.close();
    const trouble = diskTroubleOf(cause, file) ?? rightsTroubleOf(stateDir);
    throw trouble ?? new AppError("agent.already_running", `${stateDir} is in use${holder(pidFile)}`, { cause });
  }
  const lock = db;
  held.add(lock);
  return {
    release() {
      held.delete(lock);
      lock.close();
    },
  };
}

/** Whoever looks at the lock (below) holds it for a moment, and must not keep an agent from starting. */
const LOOK_MS_MAX = 250;

/**
 * The process that has the state folder's lock now; undefined: no agent runs on it. It tells of an agent that can write nothing, too, and
 * of one that was killed a moment ago it tells that it is gone.
 */
export function holderOfStateDir(stateDir: string): { readonly pid: number | undefined } | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path.join(stateDir, "agent.lock"), { readOnly: true });
    db.exec("PRAGMA busy_timeout = 0; SELECT count(*) FROM sqlite_schema");
    return undefined;
  } catch (error) {
    if ((error as { readonly errcode?: number }).errcode !== SQLITE_BUSY) return undefined;
    const pid = Number(pidOf(path.join(stateDir, "agent.pid")));
    return { pid: Number.isSafeInteger(pid) && pid > 0 ? pid : undefined };
  } finally {
    db?.close();
  }
}

const SQLITE_BUSY = 5;

/** A connection that nobody refers to is closed by the garbage collector, and its lock with it: a lock is not to be forgotten. */
const held = new Set<DatabaseSync>();

function rightsTroubleOf(stateDir: string): AppError | undefined {
  try {
    accessSync(stateDir, constants.W_OK);
    return undefined;
  } catch (cause) {
    return new AppError("ledger.unwritable", (cause as Error).message, { cause });
  }
}

/** For messages only: the file may be left over from an agent that ended. */
function pidOf(pidFile: string): string | undefined {
  try {
    return readFileSync(pidFile, "utf8").trim();
  } catch {
    return undefined;
  }
}

function holder(pidFile: string): string {
  const pid = pidOf(pidFile);
  return pid === undefined ? "" : ` by process ${pid}`;
}
