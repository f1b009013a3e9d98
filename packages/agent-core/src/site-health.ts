import { type BackoffPolicy, backoffMs, type Clock, type Logger, type Random } from "@cordon/core/kernel";
import type { Trouble } from "./ksc-trouble.ts";
import type { Problem, ServiceConsole } from "./uplink.ts";

/**
 * Whether this site's KSC can be used, shared by everything that calls it: after a trouble of the whole site nobody calls
 * until the pause is over, each further failure doubles it, and one success ends it.
 */
export interface SiteHealth {
  readonly problem: Problem | undefined;
  readonly console: ServiceConsole;
  /** Milliseconds until KSC may be called again; 0 = now. */
  pausedMs(): number;
  failed(trouble: Trouble): void;
  succeeded(): void;
  sawConsole(available: boolean): void;
  /** How long the last answer about the console is old; infinite before the first. */
  consoleAgeMs(): number;
}

export function createSiteHealth(deps: {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly backoff: BackoffPolicy;
}): SiteHealth {
  const { clock, random, logger, backoff } = deps;
  let problem: Problem | undefined;
  let failures = 0;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  let console: ServiceConsole = "unknown";
  let consoleAtMs = Number.NEGATIVE_INFINITY;

  return {
    get problem() {
      return problem;
    },
    get console() {
      return console;
    },
    pausedMs: () => Math.max(0, pausedUntilMs - clock.monotonicMs()),
    failed(trouble) {
      if (trouble.reach !== "site") return;
      // Calls that were under way together fail together; that is one failure.
      if (clock.monotonicMs() >= pausedUntilMs) {
        pausedUntilMs = clock.monotonicMs() + backoffMs(backoff, failures++, random.float());
      }
      if (problem?.code !== trouble.code) logger.warn("ksc.trouble", { code: trouble.code, reason: trouble.message });
      problem = { code: trouble.code, message: trouble.message };
    },
    succeeded() {
      if (problem !== undefined) logger.info("ksc.recovered", { after: problem.code });
      problem = undefined;
      failures = 0;
      pausedUntilMs = Number.NEGATIVE_INFINITY;
    },
    sawConsole(available) {
      const next = available ? "up" : "down";
      if (console !== next) logger.info("ksc.console", { state: next });
      console = next;
      consoleAtMs = clock.monotonicMs();
    },
    consoleAgeMs: () => clock.monotonicMs() - consoleAtMs,
  };
}
