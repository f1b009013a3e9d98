import { readFileSync, readlinkSync } from "node:fs";

/**
 * A process as a file can remember it. The start time tells it from a later one with the same number; it is 0 where the
 * system does not tell (only Linux's /proc does), and then the number alone has to do.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: number;
}

export function identify(pid: number): ProcessIdentity | undefined {
  if (!isAlive(pid)) return undefined;
  return { pid, startTime: readStat(pid)?.startTime ?? 0 };
}

export function isSameProcessAlive(remembered: ProcessIdentity): boolean {
  const present = identify(remembered.pid);
  return present !== undefined && (present.startTime === remembered.startTime || present.startTime === 0);
}

/** The folder a process works in: Postgres works in its data folder, which proves whose server a pid is. */
export function workingFolderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** A zombie still has a number but does nothing any more: it counts as gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return readStat(pid)?.state !== "Z";
}

function readStat(pid: number): { readonly state: string; readonly startTime: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name may hold spaces and brackets; what follows its last bracket is regular (proc(5)): state is the
    // first field there, starttime the twentieth.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startTime: Number(fields[19] ?? 0) };
  } catch {
    return undefined;
  }
}
