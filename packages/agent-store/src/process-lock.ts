import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/core/kernel";

/**
 * One agent per state folder. The lock is SQLite's exclusive lock on a file of its own: the operating system lets go of it
 * when the process ends, however it ends, so a crash leaves nothing to clean up. Throws `agent.already_running`.
 */
export function lockStateDir(stateDir: string): { release(): void } {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const pidFile = path.join(stateDir, "agent.pid");
  const db = new DatabaseSync(path.join(stateDir, "agent.lock"));
  try {
    db.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;");
  } catch (cause) {
    db.close();
    throw new AppError("agent.already_running", `${stateDir} is in use${holder(pidFile)}`, { cause });
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return { release: () => db.close() };
}

/** For the message only: the file may be left over from an agent that ended. */
function holder(pidFile: string): string {
  try {
    return ` by process ${readFileSync(pidFile, "utf8").trim()}`;
  } catch {
    return "";
  }
}
