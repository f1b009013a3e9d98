import type { LeaseView } from "@cordon/core/endpoint";
import { type ActionId, addMs, asAppError, type Clock, type Logger } from "@cordon/core/kernel";
import { LEASE_TOLERANCE_MS } from "@cordon/core/lease";
import { siteKey } from "../dispatch/site-key.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";
import type { LeaseFacts, LeaseStore, RaisedMismatch, ReleaseVerdict, UnansweredRelease } from "../ports/leases.ts";
import type { SiteLink } from "../ports/site-link.ts";
import type { SessionRef } from "../status/apply-statuses.ts";
import { judgeLease } from "./judge-lease.ts";

/**
 * Follows isolations at the coordinator: records what sites tell of them, brings stored releases to their sites, and raises what
 * does not agree [S6]. One per process; several processes may do it side by side.
 */
export interface LeaseWatch {
  /** `fenced`: a newer session exists, this one must end. */
  reported(session: SessionRef, views: readonly LeaseView[]): Promise<"stored" | "fenced">;
  /** To be awaited before whoever waits for the answer is told. */
  answered(site: SiteRef, actionId: ActionId, verdict: ReleaseVerdict): Promise<void>;
  /** The site has a new session: releases that may still matter are asked for again. */
  connected(site: SiteRef): void;
  start(): void;
  stop(): Promise<void>;
}

export interface LeaseWatchDeps {
  readonly store: LeaseStore;
  readonly linkOf: (site: SiteRef) => Pick<SiteLink, "release"> | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two looks for releases that wait and for ends that passed unnoticed; default 5 s. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 5_000;
const RELEASES_PER_LOOK = 500;
const LEASES_PER_LOOK = 500;

export function createLeaseWatch(deps: LeaseWatchDeps): LeaseWatch {
  const { store, clock, logger } = deps;
  const intervalMs = deps.intervalMs ?? INTERVAL_MS;
  const stopping = new AbortController();
  /** Releases that their site was asked for, each once at a time. */
  const asking = new Map<string, Promise<void>>();
  let running: Promise<void> = Promise.resolve();

  const judge = (facts: LeaseFacts) => judgeLease(facts, clock.now());

  function raise(mismatches: readonly RaisedMismatch[]): void {
    for (const { tenantId, siteId, actionId, mismatch } of mismatches) {
      logger.error("lease.mismatch", { tenantId, siteId, actionId, reason: mismatch });
    }
  }

  async function deliver(): Promise<void> {
    for (const release of await store.listUnanswered(RELEASES_PER_LOOK)) {
      const link = deps.linkOf(release);
      const key = `${siteKey(release)}/${release.actionId}`;
      if (link === undefined || asking.has(key)) continue;
      asking.set(
        key,
        ask(link, release).finally(() => asking.delete(key)),
      );
    }
  }

  async function ask(
    link: Pick<SiteLink, "release">,
    { tenantId, siteId, actionId, reason }: UnansweredRelease,
  ): Promise<void> {
    try {
      await link.release(actionId, reason);
    } catch (error) {
      logger.debug("lease.release", { tenantId, siteId, actionId, outcome: "not_answered", error: String(error) });
    }
  }

  async function look(): Promise<void> {
    try {
      await deliver();
      raise(await store.rejudgeOverdue(addMs(clock.now(), -LEASE_TOLERANCE_MS), judge, clock.now(), LEASES_PER_LOOK));
    } catch (error) {
      logger.warn("lease.watch", { outcome: "failed", code: asAppError(error).code });
    }
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look();
      // Rejects only when told to stop.
      await clock.sleep(intervalMs, stopping.signal).catch(() => {});
    }
  }

  return {
    async reported(session, views) {
      const { tenantId, siteId, epoch } = session;
      const raised = await store.reportLeases({ tenantId, siteId, epoch }, views, judge, clock.now());
      if (raised === "fenced") return "fenced";
      raise(raised);
      return "stored";
    },
    async answered({ tenantId, siteId }, actionId, verdict) {
      await store.answerRelease({ tenantId, siteId }, actionId, verdict, clock.now());
      const { outcome, endpointEndsAt } = verdict;
      logger.info("lease.release", { tenantId, siteId, actionId, outcome, endpointEndsAt });
    },
    connected({ tenantId, siteId }) {
      store
        .reopenReleases({ tenantId, siteId })
        .then(deliver)
        .catch((error: unknown) => {
          logger.warn("lease.watch", { tenantId, siteId, outcome: "failed", code: asAppError(error).code });
        });
    },
    start: () => {
      running = loop();
    },
    stop: async () => {
      stopping.abort();
      await running;
      await Promise.all(asking.values());
    },
  };
}
