export interface BackoffPolicy {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * Full-range exponential back-off with half jitter: attempt 0 waits between base/2 and base, each further attempt twice as
 * long, up to `maxMs`. Jitter keeps a fleet that lost its coordinator from coming back in one instant.
 */
export function backoffMs(policy: BackoffPolicy, attempt: number, randomFloat: number): number {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * randomFloat);
}
