import type { Clock, Logger } from "@cordon/core/kernel";
import type { Edr } from "../ports.ts";
import type { InventoryStore } from "./inventory-store.ts";
import { isImplausibleLoss, type PassDue } from "./pass-due.ts";

/**
 * One pass over KSC's hosts into the copy, page by page: memory holds one page, whatever the site's size. Only a pass over all
 * hosts that came to its end removes any; one that broke off has no consequence but the news that it brought.
 */
export function createInventoryReader(deps: {
  readonly edr: Edr;
  readonly store: InventoryStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lastSeenGrainMs: number;
  readonly signal: AbortSignal;
}) {
  const { edr, store, clock, logger, lastSeenGrainMs, signal } = deps;
  /** The last pass missed more hosts than is plausible; one more that says the same is believed. */
  let doubted = false;

  return async (due: Exclude<PassDue, { kind: "not_yet" }>): Promise<void> => {
    const startedAt = clock.now();
    const startedMs = clock.monotonicMs();
    const full = due.kind === "full";
    const search = full ? undefined : { seenWithinMs: due.seenWithinMs };
    let hosts = 0;
    let news = 0;
    store.beginPass();
    for await (const page of edr.inventory(signal, search)) {
      hosts += page.length;
      news += store.take(page, lastSeenGrainMs);
    }
    const gone = full ? store.unseen() : 0;
    const believed = doubted || !isImplausibleLoss(store.counts().endpoints, gone);
    if (full) doubted = !believed;
    if (gone > 0 && believed) store.removeUnseen();
    if (!believed) {
      const mend =
        "nothing is removed unless the next pass says the same; see the KSC account's rights and virtual server";
      logger.warn("inventory.implausible_loss", { hosts, missing: gone, mend });
    }
    store.endPass({ startedAt, full: full && believed });
    logger.info("inventory.pass", {
      full,
      hosts,
      news,
      removed: believed ? gone : 0,
      durationMs: Math.round(clock.monotonicMs() - startedMs),
    });
  };
}
