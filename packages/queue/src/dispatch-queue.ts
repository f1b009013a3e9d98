import type { DispatchJob, DispatchQueue, SiteRef, TakenJob } from "@cordon/coordinator-core";
import { assert, type Clock, type Logger, type Random } from "@cordon/core/kernel";
import type { IQueueBackend, JobJson, MinimalJob } from "bullmq";
import { claimJobs } from "./claim-jobs.ts";
import { jobVerdict } from "./errors.ts";
import { createHeldJobs, type HeldJob } from "./held-jobs.ts";
import { recoverStalledJobs, renewLocks } from "./keep-locks.ts";
import { QUEUE_LIMITS, type QueueTimings } from "./limits.ts";
import { actionOfJob, jobIdOf, queueNameOf } from "./names.ts";
import { priorityOf } from "./priority.ts";
import { createQueueObjects } from "./queue-objects.ts";
import { repeatEvery } from "./repeat-every.ts";
import type { QueueTransport, TransportListeners } from "./transport.ts";
import { createWakeUps } from "./wake-ups.ts";

export interface DispatchQueueDeps {
  readonly open: (listeners: TransportListeners) => QueueTransport;
  readonly timings: QueueTimings;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** What stays between `take` and `settle`; the port's `TakenJob` does not show it. */
interface Holding extends HeldJob {
  readonly queue: string;
}

/**
 * The dispatch queue on BullMQ, fetched by hand: no Worker, no processor, no connection per site. BullMQ's operations
 * come from its backend of a queue; what a Worker would do beside (renew locks, take back the jobs of the dead, wake up) is
 * done here for all queues together.
 */
export async function createDispatchQueue(deps: DispatchQueueDeps): Promise<DispatchQueue> {
  const { timings, clock, random, logger } = deps;
  const processToken = random.uuid();
  const watched = new Map<string, SiteRef>();
  const listeners = new Set<(site: SiteRef) => void>();
  const held = createHeldJobs();
  const holdings = new WeakMap<TakenJob, Holding>();
  const capped = createQueueObjects<true>();
  /** Jobs that the last take found, per watched or just taken queue; idle queues are not in it. */
  const lastFound = new Map<string, number>();
  let takes = 0;

  const tell = (queue: string) => {
    const site = watched.get(queue);
    if (site) for (const listener of listeners) listener(site);
  };
  const wakeUps = createWakeUps(clock, tell);
  const connected = new AbortController();
  const transport = deps.open({
    onAnnounced: tell,
    onRestored: () => {
      connected.abort();
      for (const queue of watched.keys()) tell(queue);
    },
  });

  /** All calls end in their value or in one `AppError`. */
  const call = async <T>(operation: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw transport.failure(operation, error);
    }
  };

  const addToQueue = async (name: string, jobs: readonly JobJson[]) => {
    const queue = transport.queue(name);
    // Goes out ahead of the jobs on the same connection; it is repeated with the stalled check, so a failure is no matter.
    capped.get(name, () => {
      capEvents(queue).catch(() => {});
      return true;
    });
    for (const batch of batches(jobs)) await queue.addJobs(batch.map((job) => ({ job, jobId: job.id })));
    transport.announce(name);
  };

  const giveBackAll = async (name: string) => {
    const jobs = held.takeOut(name);
    if (jobs.length === 0) return;
    const queue = transport.queue(name);
    for (const batch of batches(jobs)) {
      const backs = batch.map(({ jobId, token }) => queue.moveJobFromActiveToWait(jobId, token));
      await allUnlessVerdict(backs);
    }
    transport.announce(name);
  };

  const settleHolding = async ({ queue: name, jobId, token }: Holding, delayMs: number | undefined) => {
    const queue = transport.queue(name);
    try {
      if (delayMs === undefined) {
        await queue.moveToCompleted({ id: jobId, opts: {} } as MinimalJob, null, true, token, false);
      } else if (delayMs > 0) {
        await queue.moveToDelayed(jobId, clock.now(), Math.ceil(delayMs), token, { skipAttempt: true });
        if (watched.has(name)) wakeUps.within(name, delayMs);
      } else {
        await queue.moveJobFromActiveToWait(jobId, token);
        transport.announce(name);
      }
    } catch (error) {
      const verdict = jobVerdict(error);
      if (verdict === undefined) throw error;
      // Our lock ran out and nobody holds the job yet: it is done all the same, so it must not come again.
      if (verdict === "lock_lost" && delayMs === undefined) await queue.remove(jobId, false);
      logger.info("queue.late_settlement", { queue: name, jobId, verdict });
    }
  };

  const keepers = [
    repeatEvery(clock, timings.renewEveryMs, () => renewLocks({ transport, held, lockMs: timings.lockMs, logger })),
    repeatEvery(clock, timings.stalledEveryMs, async () => {
      await transport.probe();
      await recoverStalledJobs({ transport, queues: [...watched.keys()], capEvents, logger });
    }),
  ];

  await clock.sleep(timings.firstConnectMs, connected.signal).then(
    () => logger.warn("queue.open", { outcome: "no server yet; it is tried again by itself" }),
    () => {},
  );

  return {
    add: (jobs) =>
      call("add", async () => {
        const byQueue = Map.groupBy(jobs, queueNameOf);
        await Promise.all([...byQueue].map(([name, own]) => addToQueue(name, own.map(jobOf))));
      }),
    take: (site, max) =>
      call("take", async () => {
        const name = queueNameOf(site);
        const queue = transport.queue(name);
        const room = Math.min(max, QUEUE_LIMITS.takeJobsMax, QUEUE_LIMITS.heldPerSiteMax - held.count(name));
        const token = `${processToken}.${takes++}`;
        const claims = await claimJobs(queue, { token, max: room, expected: lastFound.get(name) ?? 0 });
        // Busy queues stay busy: the next take begins with as many as this one found.
        if (claims.jobs.length > 0) lastFound.set(name, claims.jobs.length);
        else lastFound.delete(name);
        if (claims.nextDueAt !== undefined && watched.has(name)) {
          wakeUps.within(name, claims.nextDueAt - clock.now());
        }
        if (claims.failure !== undefined && claims.jobs.length === 0) throw claims.failure;
        return claims.jobs.map(({ jobId, claims: count }) => {
          const taken = { ...siteOnly(site), actionId: actionOfJob(jobId), attempt: count - 1 };
          held.add(name, jobId, token);
          holdings.set(taken, { queue: name, jobId, token });
          return taken;
        });
      }),
    settle: (job, settlement) =>
      call("settle", async () => {
        const holding = holdings.get(job);
        assert(holding, "only a job that take returned is settled");
        // Even if the server does not hear of it: unrenewed, the lock runs out and the job comes again.
        held.drop(holding.queue, holding.jobId, holding.token);
        await settleHolding(holding, settlement.kind === "done" ? undefined : settlement.delayMs);
      }),
    giveBack: (site) => call("giveBack", () => giveBackAll(queueNameOf(site))),
    remove: (site, actionIds) =>
      call("remove", async () => {
        const queue = transport.queue(queueNameOf(site));
        for (const batch of batches(actionIds)) {
          await Promise.all(batch.map((action) => queue.remove(jobIdOf(action), false)));
        }
      }),
    stats: (site) =>
      call("stats", async () => {
        const counts = await transport.queue(queueNameOf(site)).getCounts(["wait", "prioritized", "delayed", "active"]);
        const [wait = 0, prioritized = 0, delayed = 0, active = 0] = counts;
        return { waiting: wait + prioritized, delayed, active };
      }),
    watch: async (site) => {
      const name = queueNameOf(site);
      watched.set(name, siteOnly(site));
      await transport.listen(name);
    },
    unwatch: async (site) => {
      const name = queueNameOf(site);
      watched.delete(name);
      lastFound.delete(name);
      wakeUps.cancel(name);
      await transport.unlisten(name);
    },
    onWork: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      for (const keeper of keepers) keeper.stop();
      wakeUps.cancelAll();
      watched.clear();
      // Others need not wait for the locks to run out. Without a server there is nothing to give back to.
      await Promise.allSettled(held.queues().map(giveBackAll));
      await transport.close();
    },
  };
}

function siteOnly({ tenantId, siteId }: SiteRef): SiteRef {
  return { tenantId, siteId };
}

/** A job as BullMQ stores it: the id says which action, the queue which site; nothing else is in it. */
function jobOf(job: DispatchJob): JobJson {
  const priority = priorityOf(job);
  return {
    id: jobIdOf(job.actionId),
    name: "offer",
    data: "{}",
    opts: { priority },
    priority,
    timestamp: job.createdAt,
    progress: 0,
    attemptsMade: 0,
    attemptsStarted: 0,
    failedReason: "",
    returnvalue: "",
    stalledCounter: 0,
  };
}

async function capEvents(queue: IQueueBackend): Promise<void> {
  await queue.setQueueMeta({ "opts.maxLenEvents": QUEUE_LIMITS.eventsPerQueueMax });
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += QUEUE_LIMITS.batchJobsMax) {
    yield items.slice(from, from + QUEUE_LIMITS.batchJobsMax);
  }
}

/** Waits for all. That a job is no longer ours is no failure. */
async function allUnlessVerdict(promises: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === "rejected" && jobVerdict(result.reason) === undefined) throw result.reason;
  }
}
