import type { Clock, Logger } from "@cordon/core/kernel";
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

export declare function createSiteSessions(deps: {
  readonly sessions: SessionStore;
  readonly inventory: InventoryStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often `heard` is written; default 10 s. */
  readonly touchMs?: number;
}): SiteSessions;
