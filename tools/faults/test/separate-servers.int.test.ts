import { rmSync } from "node:fs";
import path from "node:path";
import { Secret } from "@cordon/core/kernel";
import { databaseSettings, startTcpProxy, startTestPostgres, startTestRedis, type TcpProxy } from "@cordon/testkit";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { atKsc, auditSite, ONCE, untilSettled } from "./audit.ts";
import { type Estate, startEstate, type Wish } from "./estate.ts";
import { isQueueEmpty, ONE_OFFER_AT_A_TIME, queueOf } from "./stages.ts";
import { describeStrikes } from "./strike-matrix.ts";

/** The coordinator with a Postgres and a Redis of their own, each behind a line that can be cut. */
let estate: Estate;
let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let redis: Awaited<ReturnType<typeof startTestRedis>>;
let postgresLine: TcpProxy;
let redisLine: TcpProxy;
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  opened.defer(() => postgres.stop());
  opened.use(redis);
  const url = new URL(postgres.url.reveal());
  // The test server listens on a Unix socket only; the line to it is a TCP one, as to a database on another machine.
  postgresLine = opened.use(
    await startTcpProxy({ path: path.join(url.searchParams.get("host") ?? "", ".s.PGSQL.5432") }),
  );
  redisLine = opened.use(await startTcpProxy({ port: redis.port }));
  url.search = "";
  url.hostname = postgresLine.host;
  url.port = String(postgresLine.port);
  estate = await startEstate({
    ...ONE_OFFER_AT_A_TIME,
    ...databaseSettings(new Secret(url.href)),
    CORDON_REDIS_URL: `redis://${redisLine.host}:${redisLine.port}`,
  });
  opened.defer(() => estate.stop());
});
afterAll(() => opened.disposeAsync());

/** Above a lock that runs out, a start and a settlement on a loaded machine. */
const CASE_MS_MAX = 200_000;

/** As after the loss of its machine: no job, no script, no setting is left. */
async function loseRedis(): Promise<void> {
  await redis.kill9();
  rmSync(path.join(path.dirname(redis.socketPath), "appendonlydir"), { recursive: true });
}

describeStrikes(
  () => estate,
  [
    { what: "the line between coordinator and Redis is cut", strike: () => redisLine.cut() },
    { what: "the line between coordinator and Postgres is cut", strike: () => postgresLine.cut() },
    { what: "Redis is killed and comes back with its file", strike: () => redis.kill9(), mend: () => redis.restart() },
    { what: "Redis is flushed", strike: () => redis.flush() },
    { what: "Redis is lost with all it had", strike: loseRedis, mend: () => redis.restart() },
    { what: "Postgres is killed", strike: () => postgres.kill9() },
    {
      what: "coordinator, agent, Redis and Postgres are killed together",
      strike: async ({ coordinator, agent }) => {
        await Promise.all([coordinator.kill9(), agent.kill9(), redis.kill9(), postgres.kill9()]);
      },
      mend: async ({ coordinator, agent }) => {
        await agent.start();
        await Promise.all([redis.restart(), postgres.restarted()]);
        await coordinator.start();
      },
    },
  ],
);

async function expectOnce(...wishes: readonly Wish[]): Promise<void> {
  await untilSettled(estate, wishes);
  for (const wish of wishes) expect(atKsc(estate, await estate.actionOf(wish), wish.hostId)).toEqual(ONCE);
  expect(await auditSite(estate)).toEqual([]);
}

test(
  "[D2] a flushed queue is filled again by the first sweep that begins after it",
  async () => {
    await estate.until("the queue to be empty", () => isQueueEmpty(estate));
    estate.gatewayLine.blackhole();
    const wishes = Array.from({ length: 5 }, () => estate.wish("isolateHost"));
    await estate.deliver(...wishes);
    await estate.until("the jobs to be in the queue", async () => {
      const { waiting, active } = await queueOf(estate);
      return waiting + active === wishes.length;
    });
    const before = sweeps().length;
    await redis.flush();
    const after = await estate.until("a sweep to fill the queue", () => {
      const since = sweeps().slice(before);
      return since.some(({ requeued }) => Number(requeued) > 0) && since;
    });
    // One may have been under way when the queue was emptied.
    expect(after.findIndex(({ requeued }) => Number(requeued) > 0)).toBeLessThanOrEqual(1);
    expect((await queueOf(estate)).waiting).toBe(wishes.length);
    await estate.gatewayLine.heal();
    await expectOnce(...wishes);
  },
  CASE_MS_MAX,
);

const sweeps = () => estate.coordinator.log().filter(({ op }) => op === "sweep.run");

/** A connection of the test's own, beside the coordinator's. */
async function connectDirectly(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.url.reveal() });
  await client.connect();
  return client;
}

const isStored = async (client: pg.Client, { eventId }: Wish) =>
  (await client.query("SELECT FROM events WHERE event_id = $1", [eventId])).rowCount === 1;

/** The coordinator's transaction waits for a lock that the test holds. */
const untilBlocked = (client: pg.Client) =>
  estate.until("the transaction to wait", async () => {
    const { rows } = await client.query("SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted");
    return rows[0].n > 0;
  });

test(
  "[D1] killed before an event is committed, the coordinator has acknowledged nothing, and the repeat is taken as new",
  async () => {
    const wish = estate.wish("isolateHost");
    const client = await connectDirectly();
    // Holds the first write: the last one leaves together with its COMMIT, which nobody can take back.
    await client.query("BEGIN; LOCK TABLE events IN SHARE MODE");
    const sent = estate.send(wish);
    const failed = expect(sent).rejects.toThrow();
    await untilBlocked(client);
    await estate.coordinator.kill9();
    await failed;
    await client.query("COMMIT");
    await estate.coordinator.start();
    expect(await isStored(client, wish)).toBe(false);
    await client.end();
    expect(await estate.deliver(wish)).toBe(1);
    await expectOnce(wish);
  },
  CASE_MS_MAX,
);

test(
  "[D1] killed after an event is committed and before it is acknowledged, the coordinator knows the repeat",
  async () => {
    const wish = estate.wish("isolateHost");
    const client = await connectDirectly();
    // Makes the COMMIT itself wait, after all that the transaction writes.
    await client.query(`
      CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER wait_for_test AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION wait_for_test();
      SELECT pg_advisory_lock(4711)`);
    const sent = estate.send(wish);
    const failed = expect(sent).rejects.toThrow();
    await untilBlocked(client);
    await estate.coordinator.kill9();
    await failed;
    await client.query("SELECT pg_advisory_unlock(4711)");
    await estate.until("Postgres to end the commit", () => isStored(client, wish));
    await client.query("DROP TRIGGER wait_for_test ON events; DROP FUNCTION wait_for_test()");
    await client.end();
    await estate.coordinator.start();
    expect(await estate.deliver(wish)).toBe(0);
    await expectOnce(wish);
  },
  CASE_MS_MAX,
);
