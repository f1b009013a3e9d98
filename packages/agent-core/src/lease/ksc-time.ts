import type { Clock, Logger } from "@cordon/core/kernel";
import { troubleOf } from "../ksc-trouble.ts";
import type { Edr } from "../ports.ts";
import type { SiteHealth } from "../site-health.ts";

/**
 * The difference between KSC's clock and the agent's. When the agent's wall clock is moved, it moves by what the monotonic clock
 * did not, so the difference is right again at once; KSC is asked all the same.
 */
export interface KscTime {
  /** KSC's clock minus the agent's, in ms; undefined while not measured, or when KSC does not tell its time. */
  readonly skewMs: number | undefined;
  /** KSC was asked since the agent started. Before that an end must not be believed past: the clock may have been moved meanwhile. */
  readonly trusted: boolean;
  /** Notices a moved clock; asks KSC when it is due. Never rejects. */
  look(): Promise<void>;
}

export function createKscTime(deps: {
  readonly edr: Pick<Edr, "serverInfo">;
  readonly health: SiteHealth;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly settings: { readonly skewMs: number; readonly jumpMs: number };
}): KscTime {
  const { clock, logger, settings, signal } = deps;
  let skewMs: number | undefined;
  let trusted = false;
  let askedMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  let offset = clock.now() - clock.monotonicMs();

  function noticeJump(): void {
    const next = clock.now() - clock.monotonicMs();
    const jumpMs = next - offset;
    offset = next;
    if (Math.abs(jumpMs) < settings.jumpMs) return;
    logger.warn("clock.moved", { byMs: Math.round(jumpMs) });
    if (skewMs !== undefined) skewMs = Math.round(skewMs - jumpMs);
    askedMs = Number.NEGATIVE_INFINITY;
  }

  async function ask(): Promise<void> {
    askedMs = clock.monotonicMs();
    try {
      const { clockSkewMs } = await deps.edr.serverInfo(signal);
      skewMs = clockSkewMs;
      trusted = true;
    } catch (thrown) {
      const trouble = troubleOf(thrown);
      if (signal.aborted) return;
      deps.health.failed(trouble);
      // A KSC that refuses to tell will not tell later, either.
      if (trouble.reach === "never") trusted = true;
      else askedMs = Number.NEGATIVE_INFINITY;
      logger.debug("ksc.time", { code: trouble.code, reason: trouble.message });
    }
  }

  return {
    get skewMs() {
      return skewMs;
    },
    get trusted() {
      return trusted;
    },
    look() {
      noticeJump();
      if (asking !== undefined) return asking;
      if (deps.health.pausedMs() > 0 || clock.monotonicMs() - askedMs < settings.skewMs) return Promise.resolve();
      asking = ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
}
