import type { Logger } from "@cordon/core/kernel";
import type { IQueueBackend } from "bullmq";
import type { HeldJobs } from "./held-jobs.ts";
import { QUEUE_LIMITS } from "./limits.ts";
import type { QueueTransport } from "./transport.ts";

/** Renews the locks of all held jobs, one call per queue and batch. What could not be renewed is no longer held. */
export async function renewLocks(deps: {
  readonly transport: QueueTransport;
  readonly held: HeldJobs;
  readonly lockMs: number;
  readonly logger: Logger;
}): Promise<void> {
  const { transport, held, lockMs, logger } = deps;
  await forEachQueue(held.queues(), logger, "queue.renew", async (name) => {
    const queue = transport.queue(name);
    const jobs = held.of(name);
    for (let from = 0; from < jobs.length; from += QUEUE_LIMITS.batchJobsMax) {
      const batch = jobs.slice(from, from + QUEUE_LIMITS.batchJobsMax);
      const lost = await queue.extendLocks(
        batch.map(({ jobId }) => jobId),
        batch.map(({ token }) => token),
        lockMs,
      );
      const lostIds = new Set(lost);
      for (const { jobId, token } of batch) if (lostIds.has(jobId)) held.drop(name, jobId, token);
      // Somebody may be given these jobs again; the agent recognises a repeat [D4].
      if (lost.length > 0) logger.warn("queue.locks_lost", { queue: name, jobs: lost.length });
    }
  });
}

/** Takes back the jobs of processes that died, and keeps the queues' event streams short. */
export async function recoverStalledJobs(deps: {
  readonly transport: QueueTransport;
  readonly queues: readonly string[];
  readonly capEvents: (queue: IQueueBackend) => Promise<void>;
  readonly logger: Logger;
}): Promise<void> {
  const { transport, queues, capEvents, logger } = deps;
  await forEachQueue(queues, logger, "queue.stalled", async (name) => {
    const queue = transport.queue(name);
    const [recovered] = await Promise.all([queue.moveStalledJobsToWait(), capEvents(queue)]);
    if (recovered.length === 0) return;
    // On Redis BullMQ puts them before every prioritised job; back to their own place, or a scan overtakes containment [D7].
    for (const jobId of recovered) await restorePriority(queue, jobId);
    transport.announce(name);
    logger.warn("queue.recovered", { queue: name, jobs: recovered.length });
  });
}

async function restorePriority(queue: IQueueBackend, jobId: string): Promise<void> {
  const job = await queue.getJobData(jobId);
  if (job?.priority !== undefined) await queue.changePriority(jobId, job.priority, true);
}

/** Some queues at a time. A failure concerns its queue alone, and the next pass tries again. */
async function forEachQueue(
  names: readonly string[],
  logger: Logger,
  operation: string,
  act: (name: string) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < names.length; from += QUEUE_LIMITS.maintainedAtOnce) {
    const group = names.slice(from, from + QUEUE_LIMITS.maintainedAtOnce);
    const results = await Promise.allSettled(group.map(act));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) logger.debug(operation, { outcome: "failed", reason: String(failed.reason) });
  }
}
