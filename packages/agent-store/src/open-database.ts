import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/core/kernel";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";

export const LEDGER_FILE = "ledger.sqlite";

/**
 * Opens (or makes) the ledger of a state folder. The folder is 0700 and the file 0600: it tells what was done to whom. Write-ahead
 * log with a full sync per commit, so what was acknowledged survives a power cut. A torn or foreign file is
 * `ledger.unreadable`; nothing is repaired or replaced by itself.
 */
export function openForWriting(stateDir: string): DatabaseSync {
  const file = path.join(stateDir, LEDGER_FILE);
  return guarded(file, () => {
    makePrivate(stateDir, file);
    const db = new DatabaseSync(file);
    try {
      db.exec("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      migrate(db, file);
      checkIntegrity(db, file);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** For `status` and `ledger`, beside a running agent. Undefined when there is no ledger yet. */
export function openForReading(stateDir: string): DatabaseSync | undefined {
  const file = path.join(stateDir, LEDGER_FILE);
  try {
    closeSync(openSync(file, "r"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new AppError("ledger.unreadable", `${file}: ${(cause as Error).message}`, { cause });
  }
  return guarded(file, () => {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      db.exec("PRAGMA busy_timeout = 5000");
      const version = versionOf(db);
      if (version !== SCHEMA_VERSION) throw wrongVersion(file, version);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function makePrivate(stateDir: string, file: string): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  chmodSync(stateDir, 0o700);
  // SQLite gives the log and the shared memory beside the file the file's own mode.
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}

function migrate(db: DatabaseSync, file: string): void {
  const version = versionOf(db);
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) throw wrongVersion(file, version);
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}

/** `quick_check` reads every page once; on a ledger of ordinary size that is milliseconds. */
function checkIntegrity(db: DatabaseSync, file: string): void {
  const [row] = db.prepare("PRAGMA quick_check(1)").all();
  const said = row === undefined ? "no answer" : String(Object.values(row)[0]);
  if (said !== "ok") throw new AppError("ledger.unreadable", `${file} is damaged: ${said}`);
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}

function wrongVersion(file: string, version: number): AppError {
  const text = `${file} has form ${version}, this agent knows ${SCHEMA_VERSION}: it was written by another release`;
  return new AppError("ledger.unreadable", text);
}

function guarded<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("ledger.unreadable", `${file}: ${(cause as Error).message}`, { cause });
  }
}
