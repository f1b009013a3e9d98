import type { ActionId, Clock } from "@cordon/core/kernel";
import { entryKey } from "./entry.ts";
import type { SiteHealth } from "./site-health.ts";
import type { SiteLedger } from "./site-ledger.ts";

/**
 * [L8] Of an order that goes on within seconds its next status tells. One that waits longer is told as it is, with the trouble of KSC that
 * it waits for: people then see why, and a ledger that is set back to before its admission is behind what the coordinator has.
 */
export interface WaitingTeller {
  start(): void;
  stop(): void;
}

const EVERY_MS = 5_000;

export function createWaitingTeller(deps: {
  readonly ledger: Pick<SiteLedger, "openEntries" | "amend">;
  readonly health: Pick<SiteHealth, "problem">;
  readonly clock: Clock;
}): WaitingTeller {
  const { ledger, health, clock } = deps;
  /** Those that the round before saw waiting, and whether they were told. */
  let waiting = new Map<ActionId, boolean>();
  let timer: (() => void) | undefined;

  function round(): void {
    timer = clock.after(EVERY_MS, round);
    const still = new Map<ActionId, boolean>();
    const untold: ActionId[] = [];
    for (const entry of ledger.openEntries()) {
      // What has a code was told with it.
      if (entry.state !== "delivered" || entry.code !== undefined) continue;
      const told = waiting.get(entryKey(entry));
      if (told === false) untold.push(entryKey(entry));
      still.set(entryKey(entry), told !== undefined);
    }
    for (const actionId of untold) ledger.amend(actionId, { ...health.problem }, "tell");
    waiting = still;
  }

  return {
    start() {
      timer = clock.after(EVERY_MS, round);
    },
    stop() {
      timer?.();
    },
  };
}
