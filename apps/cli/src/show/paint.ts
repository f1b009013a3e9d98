import type { ActionState } from "@cordon/core/action";
import type { createColors } from "picocolors";

export type Paint = ReturnType<typeof createColors>;

const GOOD: ReadonlySet<string> = new Set(["succeeded", "holding", "running", "done", "up", "yes", "act", "connected"]);
const BAD: ReadonlySet<string> = new Set([
  "failed",
  "refused",
  "expired",
  "rotated",
  "no_console",
  "lost",
  "aborted",
  "down",
  "no",
  "refuse",
]);
const UNSURE: ReadonlySet<string> = new Set([
  "held",
  "deferred",
  "unknown",
  "deleted_by_operator",
  "ending",
  "paused",
  "hold",
  "cancelled",
]);

/** States by colour; the word stays, so nobody needs the colour. */
export function paintState(paint: Paint, state: ActionState | string): (text: string) => string {
  if (GOOD.has(state)) return paint.green;
  if (BAD.has(state)) return paint.red;
  if (UNSURE.has(state)) return paint.yellow;
  return (text) => text;
}
