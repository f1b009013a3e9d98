import { statfsSync } from "node:fs";
import type { Clock, Logger } from "@cordon/core/kernel";

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Time to make room, before the ledger cannot be written. */
  readonly low: boolean;
}

/** The ledger of a busy site grows by some tens of MiB a month; below this there is little time left. */
export const FREE_BYTES_MIN = 256 * 1_048_576;
/** On a disk that is small by design the share tells more. */
export const FREE_SHARE_MIN = 0.1;
const LOOK_MS = 30_000;

/** What the disk under the folder has left for this user; undefined when the system does not tell. */
export function diskSpaceOf(folder: string): DiskSpace | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    const freeBytes = bavail * bsize;
    const totalBytes = blocks * bsize;
    return { freeBytes, totalBytes, low: freeBytes < Math.min(FREE_BYTES_MIN, totalBytes * FREE_SHARE_MIN) };
  } catch {
    return undefined;
  }
}

/** Looks now and then, and says once when it gets low and once when it is well again. */
export function watchDiskSpace(deps: { readonly stateDir: string; readonly clock: Clock; readonly logger: Logger }): {
  space(): DiskSpace | undefined;
  stop(): void;
} {
  let space: DiskSpace | undefined;
  let cancel: (() => void) | undefined;
  const look = () => {
    cancel = deps.clock.after(LOOK_MS, look);
    const before = space?.low ?? false;
    space = diskSpaceOf(deps.stateDir);
    if (space === undefined || space.low === before) return;
    if (space.low) deps.logger.warn("disk.low", { ...space, mend: "make room before the ledger cannot be written" });
    else deps.logger.info("disk.well", { ...space });
  };
  look();
  return { space: () => space, stop: () => cancel?.() };
}

export function formatBytes(bytes: number): string {
  if (bytes >= 10 * 2 ** 30) return `${Math.round(bytes / 2 ** 30)} GiB`;
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
