import type { DispatchJob, SiteRef } from "@cordon/coordinator-core";
import {
  actionId,
  epochMs,
  type Secret,
  silentLogger,
  siteId,
  systemClock,
  systemRandom,
  tenantId,
} from "@cordon/core/kernel";
import { eventually, startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { dispatchQueueContract } from "@cordon/testkit/contracts";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresDispatchQueue, type QueueTimings } from "./index.ts";

const SITE: SiteRef = { tenantId: tenantId("acme"), siteId: siteId("hq") };
const QUICK = { lockMs: 600, renewEveryMs: 150, stalledEveryMs: 150, callTimeoutMs: 2_000 };

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

async function openQueue(url: Secret, timings: Partial<QueueTimings> = {}) {
  const system = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const queue = await createPostgresDispatchQueue({ url, ...system, timings });
  return Object.assign(queue, { [Symbol.asyncDispose]: () => queue.close() });
}

function job(name: string): DispatchJob {
  return { ...SITE, actionId: actionId(name), actionClass: "scan", createdAt: epochMs(Date.UTC(2026, 0, 2)) };
}

describe("dispatch queue in Postgres", () => {
  dispatchQueueContract(() => openQueue(postgres.url));
});

test("it lives in a schema of its own, beside whatever the database holds, and opens a second time", async () => {
  const database = await postgres.createDatabase();
  {
    await using queue = await openQueue(database);
    await queue.add([job("a")]);
  }
  await using queue = await openQueue(database);
  expect((await queue.stats(SITE)).waiting).toBe(1);
  const client = new pg.Client({ connectionString: database.reveal() });
  await client.connect();
  const { rows } = await client.query("SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public'");
  await client.end();
  expect(rows).toEqual([{ tables: 0 }]);
});

test("two processes that open an empty database at once both come up", async () => {
  const database = await postgres.createDatabase();
  const queues = await Promise.all([openQueue(database), openQueue(database), openQueue(database)]);
  try {
    await Promise.all(queues.map((queue, index) => queue.add([job(`n${index}`)])));
    expect((await queues[0]?.stats(SITE))?.waiting).toBe(3);
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
  }
});

test("[D4] jobs of a holder that stopped renewing come back to the watcher", async () => {
  const database = await postgres.createDatabase();
  await using queue = await openQueue(database, QUICK);
  // Renews an hour too late, as a process that hangs would.
  await using hung = await openQueue(database, { ...QUICK, renewEveryMs: 3_600_000, stalledEveryMs: 3_600_000 });
  await queue.add([job("a")]);
  expect(await hung.take(SITE, 1)).toHaveLength(1);
  await queue.watch(SITE);
  const [taken] = await eventually(
    async () => {
      const jobs = await queue.take(SITE, 1);
      return jobs.length > 0 ? jobs : undefined;
    },
    { what: "the job to come back" },
  );
  expect(taken).toMatchObject({ actionId: "a", attempt: 1 });
});

test("[D2] kill -9 of Postgres: calls fail, then everything goes on, and the watcher is told", async () => {
  const own = await startTestPostgres();
  try {
    await using queue = await openQueue(own.url, QUICK);
    let told = 0;
    queue.onWork(() => told++);
    await queue.watch(SITE);
    await queue.add([job("a")]);
    await own.kill9();
    await expect(queue.add([job("lost")])).rejects.toMatchObject({ code: "queue.unavailable" });
    const before = told;
    await own.restarted();
    await eventually(() => told > before, { what: "the watcher to be told after the restart" });
    await queue.add([job("a"), job("b")]);
    expect(await queue.stats(SITE)).toEqual({ waiting: 2, delayed: 0, active: 0 });
  } finally {
    await own.stop();
  }
});
