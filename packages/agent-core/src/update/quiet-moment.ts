/** An update restarts the agent, and that waits until nothing it was asked for is under way. */
export interface QuietLimits {
  /** Nothing must have been open for so long: a burst of events comes with small gaps. */
  readonly quietMs: number;
  /** How often a wait is told. */
  readonly tellMs: number;
  /** Then the update is put off; the coordinator offers it again later. */
  readonly waitMaxMs: number;
}

export interface QuietWait {
  readonly startedMs: number;
  readonly quietSinceMs: number | undefined;
  readonly toldMs: number;
}

export const beginWait = (nowMs: number): QuietWait => ({ startedMs: nowMs, quietSinceMs: undefined, toldMs: nowMs });

export type QuietVerdict = "wait" | "tell" | "now" | "give_up";

/** `busy`: actions that are under way. Times are of one monotonic clock. */
export function watchForQuiet(
  wait: QuietWait,
  seen: { readonly nowMs: number; readonly busy: number },
  limits: QuietLimits,
): { readonly wait: QuietWait; readonly verdict: QuietVerdict } {
  const { nowMs, busy } = seen;
  const quietSinceMs = busy > 0 ? undefined : (wait.quietSinceMs ?? nowMs);
  const next = { ...wait, quietSinceMs };
  if (quietSinceMs !== undefined && nowMs - quietSinceMs >= limits.quietMs) return { wait: next, verdict: "now" };
  if (nowMs - wait.startedMs >= limits.waitMaxMs) return { wait: next, verdict: "give_up" };
  if (nowMs - wait.toldMs >= limits.tellMs) return { wait: { ...next, toldMs: nowMs }, verdict: "tell" };
  return { wait: next, verdict: "wait" };
}
