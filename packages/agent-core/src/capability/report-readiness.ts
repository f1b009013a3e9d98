import type { SiteReadiness } from "@cordon/core/endpoint";
import type { Clock, EpochMs, Logger } from "@cordon/core/kernel";
import type { DriftFacts } from "../drift-log.ts";
import { troubleOf } from "../ksc-trouble.ts";
import type { Edr, EdrCapabilities } from "../ports.ts";
import type { SiteHealth } from "../site-health.ts";
import type { SiteWordView } from "../site-policy/index.ts";
import type { Session } from "../uplink.ts";
import type { CapabilitySettings } from "./capability-settings.ts";
import { kscRefusals } from "./site-refusals.ts";

/** Tells the coordinator what this site can and will do: when a session begins, and whenever it changes. */
export interface ReadinessReporter {
  sessionUp(session: Session): void;
  sessionDown(): void;
  start(): void;
  stop(): Promise<void>;
  /** As it would be told now. */
  readiness(): SiteReadiness;
}

interface Measured {
  readonly at: EpochMs;
  readonly capabilities: EdrCapabilities;
}

export function createReadinessReporter(deps: {
  readonly edr: Pick<Edr, "capabilities">;
  /** The site's own policy and kill switch. */
  readonly site: { view(): SiteWordView };
  readonly drift: () => Pick<DriftFacts, "endpoints" | "tasks">;
  readonly health: Pick<SiteHealth, "failed" | "pausedMs" | "sawConsole">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: CapabilitySettings;
  readonly signal: AbortSignal;
}): ReadinessReporter {
  const { edr, health, clock, logger, settings, signal } = deps;
  let measured: Measured | undefined;
  let session: Session | undefined;
  let told = "";
  let tick: (() => void) | undefined;
  let next: (() => void) | undefined;
  let measuring: Promise<void> | undefined;

  function readiness(): SiteReadiness {
    const { killSwitch, policySha256, policyProblem, refusals } = deps.site.view();
    const { endpoints, tasks } = deps.drift();
    const clockSkewMs = measured?.capabilities.clockSkewMs;
    const own = measured === undefined ? [] : kscRefusals(measured.capabilities, settings.kscVersionMin);
    return {
      measuredAt: measured?.at ?? clock.now(),
      ...(measured === undefined ? {} : { kscVersion: measured.capabilities.kscVersion }),
      missingRights: measured?.capabilities.missingRights ?? [],
      killSwitch: killSwitch !== undefined,
      ...(policySha256 === undefined ? {} : { policySha256 }),
      ...(policyProblem === undefined ? {} : { policyProblem }),
      refusals: [...own, ...refusals],
      ...(clockSkewMs === undefined ? {} : { kscClockSkewMs: clockSkewMs }),
      drift: { endpoints, tasks },
    };
  }

  function report(): void {
    const current = readiness();
    const { measuredAt: _when, ...facts } = current;
    const text = JSON.stringify(facts);
    if (session === undefined || text === told) return;
    if (session.uplink.send({ kind: "siteReport", readiness: current }) === "sent") told = text;
  }

  function look(): void {
    tick = clock.after(settings.reportMs, look);
    report();
  }

  /** One look at KSC; trouble on the way is tried again and says nothing about what it can do. */
  async function measure(): Promise<number> {
    try {
      const capabilities = await edr.capabilities(signal);
      health.sawConsole(capabilities.consoleAvailable);
      const at = clock.now();
      measured = { at, capabilities };
      const { kscVersion, missingRights, missingMethods, clockSkewMs } = capabilities;
      const level = missingRights.length + missingMethods.length > 0 ? "warn" : "info";
      logger[level]("site.capability", { kscVersion, missingRights, missingMethods, clockSkewMs });
      report();
      return settings.measureMs;
    } catch (thrown) {
      if (signal.aborted) return settings.measureMs;
      const trouble = troubleOf(thrown);
      health.failed(trouble);
      logger.warn("site.capability", { code: trouble.code, reason: trouble.message });
      return Math.max(health.pausedMs(), RETRY_MS);
    }
  }

  function plan(afterMs: number): void {
    next?.();
    next = clock.after(afterMs, () => {
      next = undefined;
      measuring = measure().then((againMs) => {
        measuring = undefined;
        if (!signal.aborted && tick !== undefined) plan(againMs);
      });
    });
  }

  return {
    readiness,
    sessionUp(nextSession) {
      // Only the active agent speaks for the site.
      if (nextSession.role === "standby") return;
      session = nextSession;
      told = "";
      report();
      const ageMs = measured === undefined ? Number.POSITIVE_INFINITY : clock.now() - measured.at;
      if (measuring === undefined && (ageMs < 0 || ageMs >= settings.measureMs)) plan(0);
    },
    sessionDown() {
      session = undefined;
    },
    start() {
      look();
    },
    async stop() {
      tick?.();
      tick = undefined;
      next?.();
      session = undefined;
      await measuring;
    },
  };
}

/** After a look that KSC did not answer. */
const RETRY_MS = 15_000;
