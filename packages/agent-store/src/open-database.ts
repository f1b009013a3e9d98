import { randomUUID } from "node:crypto";
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/core/kernel";
import { diskTroubleOf } from "./disk-trouble.ts";
import { SCHEMA, SCHEMA_VERSION, UNREADABLE_ROWS } from "./schema.ts";
import { damageToldOf, LEDGER_FILE, setAside } from "./set-aside.ts";

/** A ledger that could not be read was put out of the way, and a new one is begun. */
export interface SetAside {
  readonly file: string;
  readonly reason: string;
}

/**
 * Opens (or makes) the ledger of a state folder. The folder is 0700 and the file 0600: it tells what was done to whom. Write-ahead
 * log with a full sync per commit, so what was acknowledged survives a power cut. A damaged file is set aside, never deleted,
 * and a new ledger is begun with an id of its own, by which the coordinator sees that it must offer again what was open [L8]. A
 * file of another release, or one that may not be read, is `ledger.unreadable`.
 */
export function openForWriting(stateDir: string, onSetAside: (told: SetAside) => void): DatabaseSync {
  const file = path.join(stateDir, LEDGER_FILE);
  return guarded(file, () => {
    makePrivate(stateDir, file);
    const told = damageToldOf(stateDir);
    if (told === undefined) {
      try {
        return open(file);
      } catch (error) {
        if (!isDamage(error)) throw error;
        onSetAside({ file: setAside(stateDir), reason: (error as Error).message });
      }
    } else {
      onSetAside({ file: setAside(stateDir), reason: told });
    }
    makePrivate(stateDir, file);
    return open(file);
  });
}

function open(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    migrate(db, file);
    if (statSync(file).size <= CHECK_AT_ONCE_BYTES) checkIntegrity(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Reading every page of a larger ledger would keep the first isolation waiting: it is checked while the agent works. */
export const CHECK_AT_ONCE_BYTES = 16 * 1024 * 1024;

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
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`);
  db.prepare("INSERT INTO meta (key, value) VALUES ('ledgerId', ?)").run(JSON.stringify(randomUUID()));
  db.exec("COMMIT");
}

/** `quick_check` reads every page once, and then every document. Throws `ledger.unreadable`. */
function checkIntegrity(db: DatabaseSync, file: string): void {
  const [row] = db.prepare("PRAGMA quick_check(1)").all();
  const said = row === undefined ? "no answer" : String(Object.values(row)[0]);
  if (said !== "ok") throw damaged(file, said);
  let unreadable: number;
  try {
    unreadable = Number(db.prepare(UNREADABLE_ROWS).get()?.n);
  } catch (cause) {
    // SQLITE_ERROR: its tables are not those that we made.
    if ((cause as { errcode?: number }).errcode === 1) throw damaged(file, (cause as Error).message);
    throw cause;
  }
  if (unreadable > 0) throw damaged(file, `${unreadable} of its rows cannot be read`);
}

function damaged(file: string, said: string): AppError {
  return new AppError("ledger.unreadable", `${file} is damaged: ${said}`, { details: { damaged: true } });
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, or what the check said. Any other trouble is of the disk or of its rights. */
function isDamage(error: unknown): boolean {
  if (error instanceof AppError) return error.details.damaged === true;
  const code = (error as { errcode?: number }).errcode;
  return code === 11 || code === 26;
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}

function wrongVersion(file: string, version: number): AppError {
  const text = `${file} has form ${version}, this agent knows ${SCHEMA_VERSION}: it was written by another release`;
  return new AppError("ledger.unreadable", text);
}

/** Any failure of SQLite at the file as one of the ledger's errors. */
export function guarded<T>(file: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const trouble = diskTroubleOf(cause, file);
    throw trouble ?? new AppError("ledger.unreadable", `${file}: ${(cause as Error).message}`, { cause });
  }
}
