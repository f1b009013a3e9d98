import type { Clock, EpochMs, Logger } from "@cordon/core/kernel";

/** The machine's time was set while the agent ran, or the machine slept. */
export interface ClockJump {
  readonly at: EpochMs;
  /** Forward when positive. */
  readonly byMs: number;
}

/** Less is what a clock that is being slewed, or a busy machine, does within one look. */
const JUMP_MS_MIN = 5_000;
const LOOK_MS = 1_000;

/**
 * Compares the wall clock with the monotonic one. Waits are counted by the monotonic clock and stay as long as they were;
 * deadlines and the ends of isolations are times of the day and follow the wall clock, so a jump is told.
 */
export function watchClock(deps: { readonly clock: Clock; readonly logger: Logger }): {
  lastJump(): ClockJump | undefined;
  stop(): void;
} {
  const { clock, logger } = deps;
  let jump: ClockJump | undefined;
  let offsetMs = clock.now() - clock.monotonicMs();
  let cancel: (() => void) | undefined;
  const look = () => {
    cancel = clock.after(LOOK_MS, look);
    const byMs = Math.round(clock.now() - clock.monotonicMs() - offsetMs);
    offsetMs += byMs;
    if (Math.abs(byMs) < JUMP_MS_MIN) return;
    jump = { at: clock.now(), byMs };
    logger.warn("clock.jump", {
      byMs,
      mend: "compare this machine's time with the coordinator's: deadlines follow it",
    });
  };
  cancel = clock.after(LOOK_MS, look);
  return { lastJump: () => jump, stop: () => cancel?.() };
}
