import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/core/kernel";
import { INVENTORY_SCHEMA, INVENTORY_SCHEMA_VERSION } from "./inventory-schema.ts";

export const INVENTORY_FILE = "inventory.sqlite";

/**
 * Opens the copy, and makes it anew when it cannot be read or has another form: it holds nothing that KSC does not have. Throws
 * `ledger.unwritable` when the state folder cannot be written.
 */
export function openInventoryDatabase(stateDir: string): DatabaseSync {
  const file = path.join(stateDir, INVENTORY_FILE);
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    return openFile(file) ?? openFresh(file);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("ledger.unwritable", `${file}: ${(cause as Error).message}`, { cause });
  }
}

function openFile(file: string): DatabaseSync | undefined {
  // SQLite gives the files beside it the file's own mode.
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const db = new DatabaseSync(file);
  try {
    db.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -4096;",
    );
    const version = Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
    if (version === 0) {
      db.exec(`BEGIN IMMEDIATE; ${INVENTORY_SCHEMA} PRAGMA user_version = ${INVENTORY_SCHEMA_VERSION}; COMMIT;`);
      return db;
    }
    if (version === INVENTORY_SCHEMA_VERSION && isWhole(db)) return db;
  } catch {
    // Not a database, or a torn one: made anew below.
  }
  db.close();
  return undefined;
}

function isWhole(db: DatabaseSync): boolean {
  return Object.values(db.prepare("PRAGMA quick_check(1)").get() ?? {})[0] === "ok";
}

function openFresh(file: string): DatabaseSync {
  for (const ending of ["", "-wal", "-shm"]) rmSync(`${file}${ending}`, { force: true });
  const db = openFile(file);
  if (db === undefined) throw new AppError("ledger.unwritable", `${file} cannot be made anew`);
  return db;
}
