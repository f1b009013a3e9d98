import type { Clock, Logger } from "@cordon/core/kernel";
import { troubleOf } from "../ksc-trouble.ts";
import type { Edr } from "../ports.ts";
import type { AgentSettings } from "../settings.ts";
import type { SiteHealth } from "../site-health.ts";
import type { SiteLedger } from "../site-ledger.ts";
import type { Session } from "../uplink.ts";
import type { InventoryStore } from "./inventory-store.ts";
import { passDue } from "./pass-due.ts";
import { createInventoryReader } from "./read-inventory.ts";
import { createInventoryUploader } from "./upload-inventory.ts";

/**
 * Keeps the coordinator's list of this site's endpoints: passes over KSC fill the durable copy, and what the copy has that the
 * coordinator does not hold goes up. Both in turn, never at once: what is being sent must not change under its acknowledgement.
 */
export interface InventorySync {
  sessionUp(session: Session): void;
  sessionDown(): void;
  acked(version: number): void;
  stop(): Promise<void>;
}

export function createInventorySync(deps: {
  readonly edr: Edr;
  readonly store: InventoryStore;
  readonly ledger: Pick<SiteLedger, "meta" | "setMeta">;
  readonly health: Pick<SiteHealth, "sawConsole" | "failed" | "pausedMs">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: AgentSettings;
  readonly signal: AbortSignal;
}): InventorySync {
  const { edr, store, ledger, health, clock, settings, signal } = deps;
  const read = createInventoryReader({ ...deps, lastSeenGrainMs: settings.inventory.lastSeenGrainMs });
  const uploader = createInventoryUploader({
    ...deps,
    versionFloor: () => ledger.meta.inventoryVersion,
    onVersion: (inventoryVersion) => ledger.setMeta({ inventoryVersion }),
    partMax: settings.inventoryPartMax,
    ackMs: settings.inventory.ackMs,
  });
  let up = false;
  let timer: (() => void) | undefined;
  let running: Promise<void> | undefined;
  /** A session came while a round of the one before was ending. */
  let again = false;

  function plan(afterMs: number): void {
    timer?.();
    timer = undefined;
    if (!up || signal.aborted || running !== undefined) return;
    timer = clock.after(afterMs, () => {
      timer = undefined;
      running = round().then((nextMs) => {
        running = undefined;
        plan(again ? 0 : nextMs);
        again = false;
      });
    });
  }

  /** Answers when the next one is due, in ms. Never rejects. */
  async function round(): Promise<number> {
    try {
      const due = passDue(store.meta(), clock.now(), {
        ...settings.inventory,
        intervalMs: settings.inventoryIntervalMs,
      });
      // A copy that was never whole must not replace what the coordinator has.
      if (store.meta().fullPassAt !== undefined) {
        const end = await uploader.run();
        if (end !== "done") return end === "resync" ? RESYNC_MS : settings.inventory.ackMs;
      }
      if (due.kind === "not_yet") return due.inMs;
      // A site without work is looked at too: a missing console must be known before the first isolation needs it.
      health.sawConsole(await edr.consoleAvailable(signal));
      await read(due);
      if (store.meta().fullPassAt === undefined) return settings.inventoryIntervalMs;
      return (await uploader.run()) === "done" ? settings.inventoryIntervalMs : RESYNC_MS;
    } catch (thrown) {
      if (signal.aborted) return settings.inventoryIntervalMs;
      const trouble = troubleOf(thrown);
      health.failed(trouble);
      deps.logger.warn("inventory.sync", { code: trouble.code, reason: trouble.message });
      return Math.max(health.pausedMs(), settings.kscBackoff.maxMs / 4);
    }
  }

  return {
    sessionUp(next) {
      // A stand-by's copy would only fight the active agent's.
      if (next.role === "standby") return;
      up = true;
      uploader.sessionUp(next);
      again = running !== undefined;
      plan(0);
    },
    sessionDown() {
      up = false;
      uploader.sessionDown();
      timer?.();
      timer = undefined;
    },
    acked: uploader.acked,
    async stop() {
      up = false;
      uploader.sessionDown();
      timer?.();
      await running;
    },
  };
}

/** A coordinator that keeps answering something else is not flooded with snapshots. */
const RESYNC_MS = 1_000;
