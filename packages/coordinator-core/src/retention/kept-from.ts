import { type EpochMs, epochMs } from "@cordon/core/kernel";

/** The record is cut into weeks that begin with the epoch's. */
export const PARTITION_MS = 7 * 86_400_000;

/**
 * `min`: the longest window of a limit (31 days) and the longest cool-down (30 days) are counted over stored decisions, and must not
 * be cut short by their removal.
 */
export const RETENTION_DAYS = { min: 31, max: 3_650, default: 90 } as const;

/**
 * What is older than this may go. It is the beginning of a week, so that a tenant keeps its days and less than a week more, and whole
 * weeks go at once.
 */
export function keptFrom(now: EpochMs, days: number): EpochMs {
  const exact = now - days * 86_400_000;
  return epochMs(Math.max(0, Math.floor(exact / PARTITION_MS) * PARTITION_MS));
}
