import type { AgentId, Clock, Logger } from "@cordon/core/kernel";
import { siteKey } from "../dispatch/site-key.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";
import type { BudgetUpdate, InventoryStore, SiteDelta, SnapshotPart } from "../ports/inventory.ts";
import type { SessionHello, SessionStart, SessionStore } from "../ports/sessions.ts";
import type { SessionRef } from "../status/apply-statuses.ts";
import { createActingWatch } from "./acting-watch.ts";
import { decideRole } from "./decide-session.ts";

/** A waiting session, as far as it matters for who is next. */
export interface Waiting extends SiteRef {
  readonly agentId: AgentId;
  readonly standBy: boolean;
}

/** What the gateway does to the record for one connected site. `fenced`: a newer session exists, this one must end. */
export interface SiteSessions {
  /** Undefined: the tenant has no such site, or the site no such agent. */
  begin(site: SiteRef, hello: SessionHello): Promise<SessionStart | undefined>;
  /** `heardMs`: when its agent was heard last, by the monotonic clock. */
  end(session: SessionRef, heardMs: number): Promise<void>;
  /** Notes that these sessions are alive. Throws `store.unavailable`. */
  beat(sessions: readonly SessionRef[]): Promise<BeatAnswer>;
  /** Those of the waiting that may become active now; each is told by ending its session, and decided on its next hello. */
  promotable<Agent extends Waiting>(waiting: readonly Agent[]): Promise<readonly Agent[]>;
  /** Answers the inventory version to acknowledge. */
  snapshotPart(session: SessionRef, part: SnapshotPart): Promise<number | "fenced">;
  delta(session: SessionRef, delta: SiteDelta): Promise<number | "fenced">;
  /** Of a stand-by only its health is kept. */
  budgets(session: SessionRef, update: BudgetUpdate): Promise<"stored" | "fenced">;
}

export interface BeatAnswer {
  readonly fenced: readonly SessionRef[];
  /** To be welcomed anew, because the site's second agent came or went. */
  readonly leaseChanges: readonly SessionRef[];
}

export interface SiteSessionsDeps {
  readonly sessions: SessionStore;
  readonly inventory: InventoryStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The acting lease of an active agent that is not its site's only one; default 30 s. */
  readonly actingLeaseMs?: number;
}

export const ACTING_LEASE_MS = 30_000;

export function createSiteSessions(deps: SiteSessionsDeps): SiteSessions {
  const { sessions, inventory, clock, logger } = deps;
  const actingLeaseMs = deps.actingLeaseMs ?? ACTING_LEASE_MS;
  const watch = createActingWatch(clock);
  /** The lease that the site's active agent was last seen to keep; a site whose record names none is judged by ours. */
  const leases = new Map<string, number>();
  const quietOf = (site: SiteRef) => watch.quiet(site, Math.max(actingLeaseMs, leases.get(siteKey(site)) ?? 0));

  return {
    async begin(site, hello) {
      const { tenantId, siteId } = site;
      const quiet = quietOf(site);
      const rules = { actingLeaseMs, ...(quiet === undefined ? {} : { quiet }) };
      const start = await sessions.beginSession(tenantId, siteId, hello, rules, clock.now());
      const { agentId, ledgerId } = hello;
      logger.info("session.begin", {
        tenantId,
        siteId,
        agentId,
        ledgerId,
        outcome: start ? "ok" : "no_site",
        ...start,
      });
      return start;
    },
    async end({ tenantId, siteId, agentId, epoch, role }, heardMs) {
      if (role === "standby") return sessions.endStandby(tenantId, agentId, clock.now());
      watch.left({ tenantId, siteId }, epoch, heardMs);
      await sessions.endSession(tenantId, siteId, epoch, clock.now());
    },
    async beat(all) {
      const active = all.filter(({ role }) => role === "active");
      const standbys = all.filter(({ role }) => role === "standby");
      const [beats] = await Promise.all([
        sessions.touchSessions(active, clock.now()),
        sessions.touchStandbys(
          standbys.map(({ agentId }) => agentId),
          clock.now(),
        ),
      ]);
      const alive = new Map(beats.map((beat) => [siteKey(beat), beat]));
      const beatOf = (session: SessionRef) => {
        const beat = alive.get(siteKey(session));
        return beat?.epoch === session.epoch ? beat : undefined;
      };
      return {
        fenced: active.filter((session) => beatOf(session) === undefined),
        leaseChanges: active.filter((session) => beatOf(session)?.leaseChanges === true),
      };
    },
    async promotable(waiting) {
      const bySite = Map.groupBy(waiting, siteKey);
      const standings = await sessions.standings([...bySite.values()].flatMap(([first]) => (first ? [first] : [])));
      const now = clock.now();
      return standings.flatMap((standing) => {
        watch.saw(standing, standing);
        leases.set(siteKey(standing), standing.actingLeaseMs);
        const quiet = quietOf(standing);
        const able = (bySite.get(siteKey(standing)) ?? []).filter(
          (agent) => decideRole(standing, agent, quiet, now).role === "active",
        );
        // One that is set to stand by leaves precedence to one that is not.
        const next = able.find(({ standBy }) => !standBy) ?? able[0];
        return next === undefined ? [] : [next];
      });
    },
    snapshotPart: ({ tenantId, siteId, epoch }, part) =>
      inventory.putSnapshotPart(tenantId, siteId, epoch, part, clock.now()),
    delta: ({ tenantId, siteId, epoch }, delta) => inventory.applyDelta(tenantId, siteId, epoch, delta, clock.now()),
    async budgets({ tenantId, siteId, agentId, epoch, role }, update) {
      if (role === "active") return inventory.putBudgets(tenantId, siteId, epoch, update, clock.now());
      const { serviceConsole, kscProblem } = update;
      await sessions.putStandbyHealth(tenantId, agentId, {
        serviceConsole,
        ...(kscProblem === undefined ? {} : { kscProblem }),
      });
      return "stored";
    },
  };
}
