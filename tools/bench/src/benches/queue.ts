import type { DispatchQueue } from "@cordon/coordinator-core";
import { Secret, silentLogger, siteId, systemClock, systemRandom } from "@cordon/core/kernel";
import { createPostgresDispatchQueue, createRedisDispatchQueue } from "@cordon/queue";
import { startTestPostgres, startTestRedis, type TestRedis } from "@cordon/testkit";
import type { Bench, BenchContext } from "../bench.ts";
import type { Goal, Measurement } from "../figure.ts";
import { interleavedMedians } from "../rounds.ts";
import { runBareBullmq, runBareBullmqOnPostgres } from "./queue/bare-bullmq.ts";
import { BENCH_TENANT, type Load } from "./queue/load.ts";
import { looseActions, runDispatch, runPort } from "./queue/our-dispatch.ts";
import { type BenchRecord, openRecord } from "./queue/record.ts";

const ONE_SITE: Load = { queues: 1, jobs: 3_000 };
const FLEET: Load = { queues: 20, jobs: 4_000 };
/** The Postgres backend is ten times slower on either side; its figures are for information. */
const ON_POSTGRES: Load = { queues: 5, jobs: 500 };
const GOAL: Goal = { of: "ratio", atLeast: 0.7 };
const CONNECTIONS_GOAL: Goal = { of: "value", atMost: 6 };
const SYSTEM = { clock: systemClock, random: systemRandom, logger: silentLogger };

/** Dispatch against bare BullMQ on the same server, in the same run; and how many connections a large fleet costs. */
export const queueBench: Bench = {
  name: "queue",
  summary: "dispatch from stored action to completed job, beside a bare BullMQ add + process loop",
  run: async (context) => {
    await using redis = await startTestRedis();
    const postgres = await startTestPostgres();
    try {
      await using record = await openRecord(postgres.url);
      const figures: Measurement[] = [];
      for (const load of [FLEET, ONE_SITE]) figures.push(...(await onRedis(context, { load, redis, record })));
      figures.push(await connectionsOf(context, redis));
      figures.push(...(await onPostgres(context, record, await postgres.createDatabase())));
      return figures;
    } finally {
      await postgres.stop();
    }
  },
};

async function onRedis(
  { rounds, say }: BenchContext,
  { load, redis, record }: { readonly load: Load; readonly redis: TestRedis; readonly record: BenchRecord },
): Promise<readonly Measurement[]> {
  const where = `${load.queues} site${load.queues > 1 ? "s" : ""}, Redis`;
  say(`${where}: ${rounds} rounds of ${load.jobs} jobs on each side …`);
  const withQueue = async (measure: (queue: DispatchQueue) => Promise<number>) => {
    await redis.flush();
    const queue = await createRedisDispatchQueue({ url: new Secret(redis.url), ...SYSTEM });
    return measure(queue).finally(() => queue.close());
  };
  const loose = looseActions(load);
  const medians = await interleavedMedians(rounds, {
    bare: async () => {
      await redis.flush();
      return runBareBullmq(redis.url, load);
    },
    port: () => withQueue((queue) => runPort(queue, load, loose)),
    dispatch: async () => {
      const actions = await record.fill(load);
      return withQueue((queue) => runDispatch(queue, record.store, load, actions));
    },
  });
  const peer = { name: "bare BullMQ add + process", value: medians.bare };
  return [
    { name: `dispatch with the record (${where})`, value: medians.dispatch, unit: "jobs/s", peer, goal: GOAL },
    { name: `queue port alone (${where})`, value: medians.port, unit: "jobs/s", peer, goal: GOAL },
  ];
}

async function onPostgres(
  { rounds, say }: BenchContext,
  record: BenchRecord,
  database: Secret,
): Promise<readonly Measurement[]> {
  const where = `${ON_POSTGRES.queues} sites, Postgres`;
  say(`${where}: ${rounds} rounds of ${ON_POSTGRES.jobs} jobs on each side …`);
  const withQueue = async (measure: (queue: DispatchQueue) => Promise<number>) => {
    const queue = await createPostgresDispatchQueue({ url: database, ...SYSTEM });
    return measure(queue).finally(() => queue.close());
  };
  const loose = looseActions(ON_POSTGRES);
  const medians = await interleavedMedians(rounds, {
    bare: () => runBareBullmqOnPostgres(database.reveal(), ON_POSTGRES),
    port: () => withQueue((queue) => runPort(queue, ON_POSTGRES, loose)),
    dispatch: async () => {
      const actions = await record.fill(ON_POSTGRES);
      return withQueue((queue) => runDispatch(queue, record.store, ON_POSTGRES, actions));
    },
  });
  const peer = { name: "bare BullMQ add + process", value: medians.bare };
  return [
    { name: `dispatch with the record (${where})`, value: medians.dispatch, unit: "jobs/s", peer },
    { name: `queue port alone (${where})`, value: medians.port, unit: "jobs/s", peer },
  ];
}

/** Connections that this process holds while it watches 1,000 sites with work. */
async function connectionsOf({ say }: BenchContext, redis: TestRedis): Promise<Measurement> {
  say("1,000 sites: counting Redis connections …");
  const before = await countConnections(redis);
  const queue = await createRedisDispatchQueue({ url: new Secret(redis.url), ...SYSTEM });
  try {
    const sites = Array.from({ length: 1_000 }, (_, index) => ({
      tenantId: BENCH_TENANT,
      siteId: siteId(`wide-${index}`),
    }));
    await Promise.all(sites.map((site) => queue.watch(site)));
    await Promise.all(sites.map((site) => queue.take(site, 1)));
    const value = (await countConnections(redis)) - before;
    return { name: "Redis connections with 1,000 sites", value, unit: "", goal: CONNECTIONS_GOAL };
  } finally {
    await queue.close();
  }
}

async function countConnections(redis: TestRedis): Promise<number> {
  const info = await redis.command("INFO", "clients");
  return Number(/connected_clients:(\d+)/.exec(info)?.[1]);
}
