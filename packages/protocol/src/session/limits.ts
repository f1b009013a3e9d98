import type { BackoffPolicy } from "@cordon/core/kernel";

/** Protocol versions of this release. A release speaks its own and the one before it. */
export const PROTOCOL = { min: 1, max: 1 } as const;

/** A peer that was not heard for this many heartbeats is gone: two pings may be lost to a busy network, three are not. */
export const SILENCE_HEARTBEATS = 3;

/** Of the questions that an acting lease lives on, three in a row may go unanswered. */
export const ASKS_PER_LEASE = 4;

/** Pings that are remembered until their answer; an answer to an older one tells nothing that a newer one does not. */
export const UNANSWERED_MAX = 16;

export const DEFAULT_HEARTBEAT_MS = 15_000;

/**
 * A welcome is not signed. Up to the first an epoch is believed whatever it is, for the coordinator goes on from what its agent has seen; beyond it
 * only in steps, so that no rogue gateway can drive an agent's epoch to where there is no next one.
 */
export const EPOCH_PLAUSIBLE_MAX = 2 ** 40;
export const EPOCH_STEP_MAX = 1_000_000;

/** A session that lasted this long was a good one: the next back-off starts anew. */
export const STABLE_MS = 30_000;

/** Containment waits for the link, so a site is back this soon after its coordinator; a thousand sites then come at 70 a second. */
export const BACKOFF_SOON: BackoffPolicy = { baseMs: 1_000, maxMs: 15_000 };
export const BACKOFF_LATER: BackoffPolicy = { baseMs: 30_000, maxMs: 300_000 };

/** What a gateway may ask for with `Retry-After`; a wrong header must not park a site for hours. */
export const RETRY_AFTER_MS_MAX = 300_000;
