import type { Clock } from "@cordon/core/kernel";

/** Runs `step` again and again, `everyMs` after it ended, never twice at a time. `step` handles its own failures. */
export function repeatEvery(clock: Clock, everyMs: number, step: () => Promise<void>): { stop(): void } {
  let stopped = false;
  let cancel = () => {};
  const arm = () => {
    if (stopped) return;
    cancel = clock.after(everyMs, () => void step().then(arm));
  };
  arm();
  return {
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}
