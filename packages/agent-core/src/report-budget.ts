import type { Clock } from "@cordon/core/kernel";
import type { AgentSettings } from "./settings.ts";
import type { SiteHealth } from "./site-health.ts";
import type { SiteLedger } from "./site-ledger.ts";
import type { Session } from "./uplink.ts";

/** Tells the coordinator how the slots of changed endpoints stand, and the site's health; never more often than the interval. */
export function createBudgetReporter(deps: {
  readonly ledger: SiteLedger;
  readonly health: SiteHealth;
  readonly clock: Clock;
  readonly settings: AgentSettings;
}) {
  const { ledger, health, clock, settings } = deps;
  let session: Session | undefined;
  let timer: (() => void) | undefined;
  let told = "";

  function tick(): void {
    timer = clock.after(settings.budgetIntervalMs, tick);
    if (session === undefined) return;
    const site = {
      serviceConsole: health.console,
      ledger: ledger.summary(),
      ...(health.problem === undefined ? {} : { kscProblem: health.problem }),
    };
    const budgets = ledger.takeChanged(settings.budgetsPerReportMax);
    const text = JSON.stringify(site);
    if (budgets.length === 0 && text === told) return;
    // A report that is lost is made good by the next change; it is news, not record.
    if (session.uplink.send({ kind: "budgetReport", ...site, budgets }) === "sent") told = text;
  }

  return {
    sessionUp(next: Session) {
      session = next;
      told = "";
    },
    sessionDown() {
      session = undefined;
    },
    start: tick,
    stop() {
      timer?.();
    },
  };
}
