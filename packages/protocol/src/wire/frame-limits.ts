/** What is checked of a frame before it is decoded. */
export interface FrameLimits {
  /** Bytes of one received frame. */
  readonly frameBytesMax: number;
  /** Frames per second of one peer, and as many at once; more ends the session. */
  readonly framesPerSecondMax: number;
}

/**
 * The largest legal offer is an IoC scan of 1,000 indicators with 2,048 characters each (core's `ARGUMENT_LIMITS`), which is
 * 6.2 MB in UTF-8's worst case.
 */
export const TO_AGENT_BYTES_MAX = 8 * 1024 * 1024;

/** Agents split inventories and status batches below this (`splitEndpoints`, `splitStatuses`), so many sessions stay affordable. */
export const TO_COORDINATOR_BYTES_MAX = 1024 * 1024;

/** Items of any one list in a frame, at every depth. */
export const ITEMS_PER_LIST_MAX = 1_000;

/** Settings that `PolicyPush` may carry. */
export const POLICY_BYTES_MAX = 256 * 1024;
