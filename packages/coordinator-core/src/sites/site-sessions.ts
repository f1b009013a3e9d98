import { asAppError, type Clock, type Logger } from "@cordon/core/kernel";
import { siteKey } from "../dispatch/site-key.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";
import type { BudgetUpdate, InventoryStore, SiteDelta, SnapshotPart } from "../ports/inventory.ts";
import type { SessionHello, SessionStart, SessionStore } from "../ports/sessions.ts";
import type { SessionRef } from "../status/apply-statuses.ts";

/** What the gateway does to the record for one connected site. `fenced`: a newer session exists, this one must end. */
export interface SiteSessions {
  /** Undefined: the tenant has no such site. */
  begin(site: SiteRef, hello: SessionHello): Promise<SessionStart | undefined>;
  end(session: SessionRef): Promise<void>;
  /** Notes in memory that the site was heard of; written in one statement for all sites now and then. */
  heard(session: SessionRef): void;
  /** Answers the inventory version to acknowledge. */
  snapshotPart(session: SessionRef, part: SnapshotPart): Promise<number | "fenced">;
  delta(session: SessionRef, delta: SiteDelta): Promise<number | "fenced">;
  budgets(session: SessionRef, update: BudgetUpdate): Promise<"stored" | "fenced">;
  start(): void;
  stop(): Promise<void>;
}

export interface SiteSessionsDeps {
  readonly sessions: SessionStore;
  readonly inventory: InventoryStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often `heard` is written; default 10 s. */
  readonly touchMs?: number;
}

const TOUCH_MS = 10_000;

export function createSiteSessions(deps: SiteSessionsDeps): SiteSessions {
  const { sessions, inventory, clock, logger } = deps;
  const touchMs = deps.touchMs ?? TOUCH_MS;
  /** At most one entry per site. */
  const heard = new Map<string, SessionRef>();
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const writeHeard = async (): Promise<void> => {
    const batch = [...heard.values()];
    heard.clear();
    if (batch.length === 0) return;
    await sessions.touchSessions(batch, clock.now()).catch((error: unknown) => {
      // They are heard of again before the silence is long enough to count.
      logger.warn("session.touch", { outcome: "failed", sessions: batch.length, code: asAppError(error).code });
    });
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Rejects only when told to stop.
      await clock.sleep(touchMs, stopping.signal).catch(() => {});
      await writeHeard();
    }
  };

  return {
    async begin({ tenantId, siteId }, hello) {
      const start = await sessions.beginSession(tenantId, siteId, hello, clock.now());
      logger.info("session.begin", {
        tenantId,
        siteId,
        agentId: hello.agentId,
        outcome: start ? "ok" : "no_site",
        ...start,
      });
      return start;
    },
    async end({ tenantId, siteId, epoch }) {
      heard.delete(siteKey({ tenantId, siteId }));
      await sessions.endSession(tenantId, siteId, epoch, clock.now());
    },
    heard: (session) => heard.set(siteKey(session), session),
    snapshotPart: ({ tenantId, siteId, epoch }, part) =>
      inventory.putSnapshotPart(tenantId, siteId, epoch, part, clock.now()),
    delta: ({ tenantId, siteId, epoch }, delta) => inventory.applyDelta(tenantId, siteId, epoch, delta, clock.now()),
    budgets: ({ tenantId, siteId, epoch }, update) =>
      inventory.putBudgets(tenantId, siteId, epoch, update, clock.now()),
    start: () => {
      running = loop();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
