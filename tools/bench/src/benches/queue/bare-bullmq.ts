import { createPostgresBackend, Queue, runMigrations, Worker, type WorkerOptions } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";
import { batchesOf, CONCURRENCY, countDown, type Load, perSecond } from "./load.ts";

/**
 * The peer: what a good program with bare BullMQ does. Bulk adds with the job's own id, one Worker per queue with the same
 * concurrency, a connection shared where BullMQ can share it, jobs removed when done, an empty processor.
 */
export async function runBareBullmq(redisUrl: string, load: Load): Promise<number> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const names = queueNames(load);
  const queues = names.map((name) => new Queue(name, { connection }));
  const workers = names.map((name) => new Worker(name, async () => {}, { connection, ...WORKER_OPTIONS }));
  try {
    return await measure(load, queues, workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
    await Promise.all(queues.map((queue) => queue.close()));
    connection.disconnect();
  }
}

export async function runBareBullmqOnPostgres(connectionString: string, load: Load): Promise<number> {
  // Each Worker keeps one connection for listening; with fewer than that BullMQ stands still.
  const pool = new pg.Pool({ connectionString, options: "-c search_path=bullmq,public", max: load.queues + 8 });
  // Connections that the server ends after the run say so; by then nobody waits for them.
  pool.on("error", () => {});
  // One listener per Queue and Worker is by design, not a leak.
  pool.setMaxListeners(0);
  const client = await pool.connect();
  await runMigrations(client, "bullmq");
  client.release();
  const connection = pool as unknown as { readonly [key: string]: unknown };
  const names = queueNames(load);
  const queues = names.map((name) => new Queue(name, { connection }, createPostgresBackend));
  const workers = names.map(
    (name) => new Worker(name, async () => {}, { connection, ...WORKER_OPTIONS }, createPostgresBackend),
  );
  try {
    return await measure(load, queues, workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
    await Promise.all(queues.map((queue) => queue.close()));
    await pool.end();
  }
}

const WORKER_OPTIONS = { concurrency: CONCURRENCY, removeOnComplete: { count: 0 } } satisfies Partial<WorkerOptions>;
let runs = 0;

function queueNames(load: Load): string[] {
  runs++;
  return Array.from({ length: load.queues }, (_, index) => `bare-${runs}-${index}`);
}

interface BulkQueue {
  addBulk(jobs: { name: string; data: object; opts: { jobId: string; removeOnComplete: boolean } }[]): Promise<unknown>;
}

interface LoopWorker {
  on(event: "completed" | "error", listener: () => void): unknown;
  waitUntilReady(): Promise<unknown>;
}

async function measure(load: Load, queues: readonly BulkQueue[], workers: readonly LoopWorker[]): Promise<number> {
  const countdown = countDown(load.jobs);
  for (const worker of workers) {
    worker.on("completed", countdown.done);
    // Without a listener BullMQ prints what the closing of connections at the end of the run makes it say.
    worker.on("error", () => {});
  }
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  const startedMs = performance.now();
  for (const { queue, from, to } of batchesOf(load)) {
    const jobs = Array.from({ length: to - from }, (_, index) => ({
      name: "offer",
      data: {},
      opts: { jobId: `act_${from + index}`, removeOnComplete: true },
    }));
    await queues[queue]?.addBulk(jobs);
  }
  await countdown.all;
  return perSecond(load.jobs, startedMs);
}
