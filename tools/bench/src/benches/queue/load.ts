import type { SiteRef } from "@cordon/coordinator-core";
import { siteId, tenantId } from "@cordon/core/kernel";

/** What both sides are given: the same number of jobs, over as many queues, added in batches as large. */
export interface Load {
  readonly queues: number;
  readonly jobs: number;
}

/** A correlation event leads to a handful of actions, a storm to some hundreds at once. */
export const BATCH_JOBS = 100;
/** Jobs of one queue that are under way at a time, on both sides; it is the dispatcher's default. */
export const CONCURRENCY = 256;

export const BENCH_TENANT = tenantId("bench");

export function sitesOf(load: Load): readonly SiteRef[] {
  return Array.from({ length: load.queues }, (_, index) => ({
    tenantId: BENCH_TENANT,
    siteId: siteId(`site-${index}`),
  }));
}

/** Which queue each batch goes to, and how large it is: queue after queue, until all jobs are given out. */
export function* batchesOf(
  load: Load,
): Generator<{ readonly queue: number; readonly from: number; readonly to: number }> {
  for (let from = 0, turn = 0; from < load.jobs; from += BATCH_JOBS, turn++) {
    yield { queue: turn % load.queues, from, to: Math.min(load.jobs, from + BATCH_JOBS) };
  }
}

/** Resolves once `done` was called for every job. */
export function countDown(jobs: number): { done(): void; readonly all: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = jobs;
  return {
    done: () => {
      if (--left === 0) resolve();
    },
    all: promise,
  };
}

export function perSecond(jobs: number, startedMs: number): number {
  return (jobs * 1_000) / (performance.now() - startedMs);
}
