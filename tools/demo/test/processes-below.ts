import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Process ids whose command line or working folder lies below one of the folders: what a demo there has started. */
export function processesBelow(...folders: readonly string[]): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => folders.some((folder) => belongs(pid, folder)))
    .map(Number);
}

function belongs(pid: string, folder: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder) ||
      readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
    );
  } catch {
    // Ended while we looked.
    return false;
  }
}
