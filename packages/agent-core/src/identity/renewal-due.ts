import type { EpochMs } from "@cordon/core/kernel";

/** The time in which a certificate is good. */
export interface Validity {
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/** A fleet that was enrolled in one afternoon does not renew in one minute. */
const SHARE_MIN = 0.5;
const SHARE_MAX = 2 / 3;
/** When all are to renew, they spread over this. */
export const RENEWAL_SPREAD_MS = 10 * 60_000;
/** Certificates are good from an hour before they are made. */
export const BACKDATE_MS = 3_600_000;

/**
 * [I5] When a certificate is to be renewed, by the coordinator's clock: between half and two thirds of its life, `draw` (0 to 1) says
 * where; at once, spread over ten minutes, when it is older than the coordinator wants certificates to be.
 */
export function renewalDue(
  { from, until }: Validity,
  draw: number,
  now: EpochMs,
  renewIssuedBefore: EpochMs | undefined,
): EpochMs {
  const ordinary = from + (until - from) * (SHARE_MIN + (SHARE_MAX - SHARE_MIN) * draw);
  const isUnwanted = renewIssuedBefore !== undefined && from + BACKDATE_MS < renewIssuedBefore;
  return Math.round(isUnwanted ? Math.min(ordinary, now + RENEWAL_SPREAD_MS * draw) : ordinary) as EpochMs;
}

const ASK_AGAIN_MS_MIN = 60_000;
const ASK_AGAIN_MS_MAX = 3_600_000;

/** The wait after a try that brought nothing: a minute, doubled up to an hour, and up to half as long again. */
export function askAgainMs(tries: number, draw: number): number {
  const wait = Math.min(ASK_AGAIN_MS_MAX, ASK_AGAIN_MS_MIN * 2 ** Math.max(0, Math.min(tries - 1, 10)));
  return Math.round(wait * (1 + draw / 2));
}
