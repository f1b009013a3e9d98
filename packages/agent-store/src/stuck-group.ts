import type { CommitProblem } from "./commit-thread.ts";

/**
 * SQLite's codes for troubles of the disk, of its rights and of memory, which pass when someone makes room or mounts the disk for
 * writing again: PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN. All others are of the file or of what is written.
 */
const PASSING: ReadonlySet<number> = new Set([3, 5, 6, 7, 8, 10, 13, 14]);

export function isPassing({ errcode }: CommitProblem): boolean {
  // The low byte is the primary code.
  return errcode !== undefined && PASSING.has(errcode & 0xff);
}

/** Writes that wait for a disk, at most. Beyond it the process ends: what was told to nobody is lost as in a crash. */
export const STUCK_WRITES_MAX = 200_000;

export const RETRY_MS = { first: 250, max: 5_000 } as const;
