import { type BackoffPolicy, backoffMs } from "@cordon/core/kernel";
import type { AfterClose } from "./close-codes.ts";
import { RETRY_AFTER_MS_MAX, STABLE_MS } from "./limits.ts";

/** How the last attempt went. */
export interface Attempt {
  /** Attempts before this one since the last good session, from 0. */
  readonly failures: number;
  /** How long its session was open; absent when it never was. */
  readonly openForMs?: number;
  readonly next: AfterClose;
  /** The gateway's wish. */
  readonly retryAfterMs?: number;
}

export interface ReconnectPolicy {
  readonly soon: BackoffPolicy;
  readonly later: BackoffPolicy;
}

export type Reconnect =
  | { readonly kind: "stop" }
  | { readonly kind: "wait"; readonly waitMs: number; readonly failures: number };

/**
 * What to do after a connection ended. A short session counts as a failure: one that is welcomed and thrown out again must not
 * come back every second for ever.
 */
export function reconnect(attempt: Attempt, policy: ReconnectPolicy, randomFloat: number): Reconnect {
  if (attempt.next === "fatal") return { kind: "stop" };
  const failures = attempt.openForMs !== undefined && attempt.openForMs >= STABLE_MS ? 0 : attempt.failures;
  const jittered = backoffMs(policy[attempt.next], failures, randomFloat);
  const asked = Math.min(attempt.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
  // Everybody who was turned away is told the same time; they spread over as much again.
  const waitMs = Math.max(jittered, Math.round(asked * (1 + randomFloat)));
  return { kind: "wait", waitMs, failures: failures + 1 };
}
