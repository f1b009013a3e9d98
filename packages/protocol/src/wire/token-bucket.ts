/** A token bucket: `perSecond` tokens a second, and as many at once. */
export interface Bucket {
  readonly tokens: number;
  /** Monotonic milliseconds. */
  readonly filledAt: number;
}

export function fullBucket(perSecond: number, nowMs: number): Bucket {
  return { tokens: perSecond, filledAt: nowMs };
}

/** The bucket after one more token, or undefined when it is empty. */
export function takeToken(bucket: Bucket, perSecond: number, nowMs: number): Bucket | undefined {
  const gained = (Math.max(0, nowMs - bucket.filledAt) * perSecond) / 1_000;
  const tokens = Math.min(perSecond, bucket.tokens + gained);
  return tokens < 1 ? undefined : { tokens: tokens - 1, filledAt: Math.max(nowMs, bucket.filledAt) };
}

/** Milliseconds until the next token is there; 0 when one is. */
export function untilTokenMs(bucket: Bucket, perSecond: number, nowMs: number): number {
  const gained = (Math.max(0, nowMs - bucket.filledAt) * perSecond) / 1_000;
  const missing = 1 - Math.min(perSecond, bucket.tokens + gained);
  return missing <= 0 ? 0 : Math.ceil((missing * 1_000) / perSecond);
}
