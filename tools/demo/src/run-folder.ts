import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { removeDataFolder } from "@cordon/store";

/** So many demos of one user may run beside each other. */
const SLOTS_MAX = 8;
const RECORD = "processes.json";
/** The coordinator's data directory, below the run folder. */
export const COORDINATOR_FOLDER = "coordinator";
/** Where postmaster.pid lies at most, below the run folder. */
const DEPTH_MAX = 5;

interface ProcessRecord {
  readonly pid: number;
  /** The kernel's start time of the process: a pid alone may have been given to somebody else meanwhile. */
  readonly startedAt: string;
}

export interface RunFolder {
  readonly path: string;
  /** Processes of an earlier demo that did not end by itself, which were ended now. */
  readonly cleanedUp: number;
  /** Notes a child, so that the next demo can end it if this one is killed. */
  remember(pid: number): void;
  remove(): Promise<void>;
}

/**
 * The demo's own folder, outside the checkout: a database server started by root runs as another user, who cannot enter a
 * private home. A folder left behind by a killed demo is emptied, and what it left running is ended.
 */
export async function claimRunFolder(): Promise<RunFolder> {
  for (let slot = 1; slot <= SLOTS_MAX; slot++) {
    const folder = path.join(tmpdir(), `cordon-demo-${userInfo().username}${slot === 1 ? "" : `-${slot}`}`);
    const record = readRecord(folder);
    const [owner] = record;
    if (owner !== undefined && owner.pid !== process.pid && isAlive(owner)) continue;
    const leftovers = [...record.filter(isAlive), ...databaseServers(folder)];
    for (const { pid } of leftovers) endNow(pid);
    await removeFolder(folder);
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o711);
    const processes: ProcessRecord[] = [];
    const remember = (pid: number) => {
      processes.push({ pid, startedAt: startTime(pid) ?? "" });
      writeFileSync(path.join(folder, RECORD), JSON.stringify(processes), { mode: 0o600 });
    };
    remember(process.pid);
    return {
      path: folder,
      cleanedUp: leftovers.length,
      remember,
      remove: () => removeFolder(folder),
    };
  }
  throw new Error(`${SLOTS_MAX} demos of this user are running already; end one of them.`);
}

/** The database may lie elsewhere, where its server's user can reach it; the folder then holds a link. */
async function removeFolder(folder: string): Promise<void> {
  await removeDataFolder(path.join(folder, COORDINATOR_FOLDER, "postgres"));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** The demo itself comes first in the record. */
function readRecord(folder: string): readonly ProcessRecord[] {
  const file = path.join(folder, RECORD);
  if (!existsSync(file)) return [];
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(parsed) ? (parsed as readonly ProcessRecord[]) : [];
  } catch {
    // Torn by the kill: the database server is found by its own file.
    return [];
  }
}

function databaseServers(folder: string, depth = 0): readonly ProcessRecord[] {
  if (depth > DEPTH_MAX || !existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return databaseServers(file, depth + 1);
    if (entry.name !== "postmaster.pid") return [];
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return commandOf(pid).includes("postgres") ? [{ pid, startedAt: startTime(pid) ?? "" }] : [];
  });
}

function isAlive({ pid, startedAt }: ProcessRecord): boolean {
  const now = startTime(pid);
  return now !== undefined && now === startedAt;
}

/** Field 22 of /proc/<pid>/stat, counted after the command, which may contain spaces. */
function startTime(pid: number): string | undefined {
  return fromProc(pid, "stat")
    ?.replace(/^.*\)\s/s, "")
    .split(" ")[19];
}

function commandOf(pid: number): string {
  return fromProc(pid, "cmdline") ?? "";
}

function fromProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Ended in between.
  }
}
