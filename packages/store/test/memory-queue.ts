import type { DispatchJob, DispatchQueue, SiteRef, TakenJob } from "@cordon/coordinator-core";
import { classRank } from "@cordon/core/action";
import { type ActionId, AppError, systemClock } from "@cordon/core/kernel";

interface Held {
  readonly job: DispatchJob;
  attempt: number;
  state: "waiting" | "delayed" | "active";
  holder?: object;
  /** Tells a job's present holding from an earlier one. */
  holding: number;
  cancelDelay: () => void;
}

/** A queue server in this process: the same contract as the real ones, and faults at the push of a button. */
export interface MemoryQueueServer {
  open(): DispatchQueue;
  /** Everything is gone, as after FLUSHALL. */
  flush(): void;
  /** While true every call fails with `queue.unavailable`. */
  down: boolean;
  /** Every id that was ever handed in, in order, repeats included. */
  readonly added: ActionId[];
}

export function createMemoryQueueServer(): MemoryQueueServer {
  const sites = new Map<string, Map<ActionId, Held>>();
  const clients = new Set<{ readonly watched: Set<string>; readonly listeners: Set<(site: SiteRef) => void> }>();
  const server: MemoryQueueServer = { open, flush: () => sites.clear(), down: false, added: [] };

  const keyOf = ({ tenantId, siteId }: SiteRef) => `${tenantId}/${siteId}`;
  const jobsOf = (site: SiteRef) => {
    const jobs = sites.get(keyOf(site)) ?? new Map<ActionId, Held>();
    sites.set(keyOf(site), jobs);
    return jobs;
  };
  const announce = ({ tenantId, siteId }: SiteRef) => {
    for (const { watched, listeners } of clients) {
      if (watched.has(`${tenantId}/${siteId}`))
        for (const tell of listeners) queueMicrotask(() => tell({ tenantId, siteId }));
    }
  };
  const backToWaiting = (site: SiteRef, held: Held) => {
    held.state = "waiting";
    announce(site);
  };

  function open(): DispatchQueue {
    const self = { watched: new Set<string>(), listeners: new Set<(site: SiteRef) => void>() };
    clients.add(self);
    const holdings = new WeakMap<TakenJob, number>();
    let closed = false;
    const guard = () => {
      if (closed || server.down) throw new AppError("queue.unavailable", closed ? "closed" : "down for the test");
    };
    const giveBackWhere = (jobs: Map<ActionId, Held>, site: SiteRef) => {
      for (const held of jobs.values()) {
        if (held.state !== "active" || held.holder !== self) continue;
        held.attempt++;
        backToWaiting(site, held);
      }
    };

    return {
      async add(jobs) {
        guard();
        for (const job of jobs) {
          server.added.push(job.actionId);
          const known = jobsOf(job);
          if (known.has(job.actionId)) continue;
          known.set(job.actionId, { job, attempt: 0, state: "waiting", holding: 0, cancelDelay: () => {} });
          announce(job);
        }
      },
      async take(site, max) {
        guard();
        const waiting = [...jobsOf(site).values()].filter(({ state }) => state === "waiting").sort(byUrgency);
        return waiting.slice(0, max).map((held) => {
          held.state = "active";
          held.holder = self;
          held.holding++;
          const taken: TakenJob = {
            tenantId: site.tenantId,
            siteId: site.siteId,
            actionId: held.job.actionId,
            attempt: held.attempt,
          };
          holdings.set(taken, held.holding);
          return taken;
        });
      },
      async settle(taken, settlement) {
        guard();
        const held = jobsOf(taken).get(taken.actionId);
        if (held?.state !== "active" || held.holding !== holdings.get(taken)) return;
        if (settlement.kind === "done") jobsOf(taken).delete(taken.actionId);
        else {
          held.attempt++;
          if (settlement.delayMs === 0) return backToWaiting(taken, held);
          held.state = "delayed";
          held.cancelDelay = systemClock.after(settlement.delayMs, () => {
            if (held.state === "delayed") backToWaiting(taken, held);
          });
        }
      },
      async giveBack(site) {
        guard();
        giveBackWhere(jobsOf(site), site);
      },
      async remove(site, actionIds) {
        guard();
        for (const id of actionIds) {
          jobsOf(site).get(id)?.cancelDelay();
          jobsOf(site).delete(id);
        }
      },
      async stats(site) {
        guard();
        const states = [...jobsOf(site).values()].map(({ state }) => state);
        const count = (wanted: string) => states.filter((state) => state === wanted).length;
        return { waiting: count("waiting"), delayed: count("delayed"), active: count("active") };
      },
      async watch(site) {
        guard();
        self.watched.add(keyOf(site));
      },
      async unwatch(site) {
        guard();
        self.watched.delete(keyOf(site));
      },
      onWork(listener) {
        self.listeners.add(listener);
        return () => self.listeners.delete(listener);
      },
      async close() {
        closed = true;
        clients.delete(self);
        for (const jobs of sites.values()) {
          for (const held of jobs.values()) {
            held.cancelDelay();
            giveBackWhere(jobs, held.job);
          }
        }
      },
    };
  }

  return server;
}

function byUrgency({ job: left }: Held, { job: right }: Held): number {
  const rank = classRank(left.actionClass) - classRank(right.actionClass);
  if (rank !== 0) return rank;
  return left.actionClass === "contain" ? right.createdAt - left.createdAt : left.createdAt - right.createdAt;
}
