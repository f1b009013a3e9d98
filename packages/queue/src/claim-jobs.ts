import type { IQueueBackend, JobJson } from "bullmq";
import { QUEUE_LIMITS } from "./limits.ts";

export interface ClaimedJob {
  readonly jobId: string;
  /** How often it was claimed, this time included. */
  readonly claims: number;
}

export interface Claims {
  readonly jobs: readonly ClaimedJob[];
  /** When the next delayed job falls due, if the queue ran empty and has one. */
  readonly nextDueAt?: number;
  /** What kept the claims from being complete. The jobs above are held all the same. */
  readonly failure?: unknown;
}

/** What `IQueueBackend.moveToActive` answers: the job or null, its id, a rate-limit delay, when the next delayed job is due. */
type Answer = readonly [job: JobJson | null, id: string, limitMs: number, nextDueAt: number];

/**
 * Claims up to `max` jobs, most urgent first. All claims of a round leave in one go, so a round costs one round trip. The
 * first round asks for as many as are expected and each further one for four times as many, so that an empty queue costs a
 * claim or two and a full one few round trips.
 */
export async function claimJobs(
  queue: IQueueBackend,
  { token, max, expected }: { readonly token: string; readonly max: number; readonly expected: number },
): Promise<Claims> {
  const found: JobJson[] = [];
  let round = Math.max(QUEUE_LIMITS.firstRoundJobsMin, expected);
  while (found.length < max) {
    const size = Math.min(round, max - found.length);
    const answers = await Promise.allSettled(Array.from({ length: size }, () => queue.moveToActive(token)));
    let nextDueAt = 0;
    let empty = false;
    let failure: unknown;
    for (const answer of answers) {
      if (answer.status === "rejected") {
        failure ??= answer.reason;
        continue;
      }
      const [job, id, , dueAt] = answer.value as unknown as Answer;
      if (job) found.push({ ...job, id });
      else {
        empty = true;
        nextDueAt = dueAt;
      }
    }
    if (failure !== undefined) return { jobs: inOrder(found), failure };
    if (empty) return { jobs: inOrder(found), ...(nextDueAt > 0 && { nextDueAt }) };
    round *= 4;
  }
  return { jobs: inOrder(found) };
}

/** Postgres answers the claims of a round over several connections, so in any order; the sort is stable. */
function inOrder(jobs: JobJson[]): ClaimedJob[] {
  jobs.sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  return jobs.map((job) => ({ jobId: job.id, claims: job.attemptsStarted }));
}
