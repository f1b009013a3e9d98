/** The jobs that this process holds and has not settled, per queue: what must be renewed, and given back when a socket goes. */
export interface HeldJobs {
  add(queue: string, jobId: string, token: string): void;
  /** Only if it is still held under this token. */
  drop(queue: string, jobId: string, token: string): void;
  count(queue: string): number;
  /** Takes all of a queue's jobs out. */
  takeOut(queue: string): readonly HeldJob[];
  of(queue: string): readonly HeldJob[];
  queues(): readonly string[];
}

export interface HeldJob {
  readonly jobId: string;
  readonly token: string;
}

export function createHeldJobs(): HeldJobs {
  const byQueue = new Map<string, Map<string, string>>();
  const of = (queue: string): HeldJob[] => [...(byQueue.get(queue) ?? [])].map(([jobId, token]) => ({ jobId, token }));
  return {
    add: (queue, jobId, token) => {
      let jobs = byQueue.get(queue);
      if (!jobs) {
        jobs = new Map();
        byQueue.set(queue, jobs);
      }
      jobs.set(jobId, token);
    },
    drop: (queue, jobId, token) => {
      const jobs = byQueue.get(queue);
      // Taken again meanwhile under a newer token: that holding goes on.
      if (jobs?.get(jobId) !== token) return;
      jobs.delete(jobId);
      if (jobs.size === 0) byQueue.delete(queue);
    },
    count: (queue) => byQueue.get(queue)?.size ?? 0,
    takeOut: (queue) => {
      const jobs = of(queue);
      byQueue.delete(queue);
      return jobs;
    },
    of,
    queues: () => [...byQueue.keys()],
  };
}
