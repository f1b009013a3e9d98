import type { Problem } from "@cordon/agent-core";
import { beginWait, type QuietLimits, watchForQuiet } from "@cordon/agent-core/update";
import type { Clock } from "@cordon/core/kernel";
import type { UpdateSection } from "../config/update-section.ts";

const LOOK_MS = 1_000;
const TELL_MS = 3_600_000;

/** Resolves at a moment at which nothing was open for a while. No work is refused meanwhile. */
export async function waitForQuiet(
  deps: { readonly config: UpdateSection; readonly busy: () => number; readonly clock: Clock },
  tell: (problem?: Problem) => void,
  signal: AbortSignal,
): Promise<"quiet" | "given_up"> {
  const { config, busy, clock } = deps;
  const limits: QuietLimits = {
    quietMs: Math.round(config.quietSeconds * 1_000),
    tellMs: TELL_MS,
    waitMaxMs: Math.round(config.waitHours * 3_600_000),
  };
  let wait = beginWait(clock.monotonicMs());
  let told = false;
  for (;;) {
    const open = busy();
    const { wait: next, verdict } = watchForQuiet(wait, { nowMs: clock.monotonicMs(), busy: open }, limits);
    wait = next;
    if (verdict === "now") return "quiet";
    if (verdict === "give_up") return "given_up";
    if (!told || verdict === "tell") tell();
    told = true;
    await clock.sleep(Math.min(LOOK_MS, limits.quietMs), signal);
  }
}
