import { addMs, type EpochMs, epochMs } from "../kernel/index.ts";

/**
 * So long after it was signed an order may be taken, and as long as its action may be. What keeps an order from being taken twice is
 * its number; this only ends what lay about, and must be longer than agents' clocks are wrong.
 */
export const ORDER_TERM_MS = 3_600_000;

export function notAfterOf(issuedAt: EpochMs, deadline?: EpochMs): EpochMs {
  return epochMs(Math.max(addMs(issuedAt, ORDER_TERM_MS), deadline ?? 0));
}
