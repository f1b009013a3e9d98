import type { Clock } from "@cordon/core/kernel";
import { QUEUE_LIMITS } from "./limits.ts";

/** Neither server says when a delayed job falls due, so one timer per queue, for the earliest known, says it here. */
export function createWakeUps(clock: Clock, wake: (queue: string) => void) {
  const timers = new Map<string, { readonly dueMs: number; readonly cancel: () => void }>();
  const cancel = (queue: string) => {
    timers.get(queue)?.cancel();
    timers.delete(queue);
  };
  return {
    within: (queue: string, delayMs: number): void => {
      if (delayMs > QUEUE_LIMITS.wakeUpWithinMsMax) return;
      const dueMs = clock.monotonicMs() + Math.max(0, delayMs);
      const known = timers.get(queue);
      if (known && known.dueMs <= dueMs) return;
      known?.cancel();
      const fire = () => {
        timers.delete(queue);
        wake(queue);
      };
      timers.set(queue, { dueMs, cancel: clock.after(Math.max(0, delayMs), fire) });
    },
    cancel,
    cancelAll: () => {
      for (const queue of [...timers.keys()]) cancel(queue);
    },
  };
}
