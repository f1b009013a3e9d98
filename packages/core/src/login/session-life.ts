import type { EpochMs } from "../kernel/index.ts";

export interface SessionLimits {
  /** Without a use for so long it has ended. */
  readonly idleMs: number;
  /** After so long it has ended, however much it was used. */
  readonly lifeMs: number;
}

/** How late a use may be noted: once a minute is no load for the record. */
export const SESSION_NOTE_MS = 60_000;

export interface SessionFacts {
  readonly startedAt: EpochMs;
  /** As last noted. */
  readonly usedAt: EpochMs;
  /** Present: the person may not sign in any more. */
  readonly personRevokedAt?: EpochMs;
}

export type SessionState =
  | {
      readonly kind: "live";
      /** This use is to be noted. */
      readonly note: boolean;
      /** Its end if it is not used again; never after its life. */
      readonly endsAt: EpochMs;
    }
  | { readonly kind: "ended"; readonly why: "idle" | "old" | "revoked" };

/** [S1]-[S4] Whether a session still counts. */
export function decideSession(facts: SessionFacts, limits: SessionLimits, clockNow: EpochMs): SessionState {
  if (facts.personRevokedAt !== undefined) return { kind: "ended", why: "revoked" };
  // [S4] Time does not go back behind what was seen of it.
  const now = Math.max(clockNow, facts.usedAt);
  const lifeEnds = facts.startedAt + limits.lifeMs;
  if (now >= lifeEnds) return { kind: "ended", why: "old" };
  if (now - facts.usedAt >= limits.idleMs) return { kind: "ended", why: "idle" };
  return {
    kind: "live",
    note: now - facts.usedAt >= Math.min(SESSION_NOTE_MS, limits.idleMs / 2),
    endsAt: Math.min(now + limits.idleMs, lifeEnds) as EpochMs,
  };
}
