import path from "node:path";
import type { DispatchJob, DispatchQueue, SiteRef, TakenJob } from "@cordon/coordinator-core";
import type { ActionClass } from "@cordon/core/action";
import {
  actionId,
  epochMs,
  Secret,
  silentLogger,
  siteId,
  systemClock,
  systemRandom,
  tenantId,
} from "@cordon/core/kernel";
import { eventually, spawnProgram, startTcpProxy, startTestRedis } from "@cordon/testkit";
import { expect, test } from "vitest";
import { createRedisDispatchQueue } from "./index.ts";

const QUICK = { lockMs: 800, renewEveryMs: 200, stalledEveryMs: 200, callTimeoutMs: 1_000 };
const HOLDER = path.join(import.meta.dirname, "../test/hold-jobs.ts");
const SITE: SiteRef = { tenantId: tenantId("acme"), siteId: siteId("hq") };

async function openQueue(url: string, timings: Parameters<typeof createRedisDispatchQueue>[0]["timings"] = QUICK) {
  const queue = await createRedisDispatchQueue({
    url: new Secret(url),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    timings,
  });
  return Object.assign(queue, { [Symbol.asyncDispose]: () => queue.close() });
}

function job(name: string, actionClass: ActionClass = "collect", site = SITE): DispatchJob {
  return { ...site, actionId: actionId(name), actionClass, createdAt: epochMs(Date.UTC(2026, 0, 2)) };
}

function takeAll(queue: DispatchQueue, count: number): Promise<readonly TakenJob[]> {
  const all: TakenJob[] = [];
  return eventually(
    async () => {
      all.push(...(await queue.take(SITE, 100)));
      return all.length >= count ? all : undefined;
    },
    { what: `${count} jobs to be taken` },
  );
}

const names = (taken: readonly TakenJob[]) => taken.map((one) => String(one.actionId));

test("[D2] after FLUSHALL the same jobs can be added again, and one that is done meanwhile does not come again", async () => {
  await using redis = await startTestRedis();
  await using queue = await openQueue(redis.url);
  const jobs = ["a", "b", "c"].map((name) => job(name));
  await queue.add(jobs);
  const [held] = await queue.take(SITE, 1);
  await redis.flush();
  await queue.add(jobs);
  expect(await queue.stats(SITE)).toEqual({ waiting: 3, delayed: 0, active: 0 });
  if (!held) throw new Error("There should be a job.");
  await queue.settle(held, { kind: "done" });
  expect(names(await queue.take(SITE, 10))).toEqual(["b", "c"]);
});

test("[D2] kill -9 of Redis: calls fail fast, then everything goes on with the acknowledged jobs still there", async () => {
  await using redis = await startTestRedis();
  await using queue = await openQueue(redis.url);
  let told = 0;
  queue.onWork(() => told++);
  await queue.watch(SITE);
  await queue.add([job("a"), job("b")]);
  const [held] = await queue.take(SITE, 1);
  await redis.kill9();
  await expect(queue.take(SITE, 1)).rejects.toMatchObject({ code: "queue.unavailable" });
  await expect(queue.add([job("lost")])).rejects.toMatchObject({ code: "queue.unavailable" });
  await expect(queue.giveBack({ ...SITE, siteId: siteId("other") })).resolves.toBeUndefined();
  const before = told;
  await redis.restart();
  await eventually(() => told > before, { what: "the watcher to be told after the restart" });
  expect(await queue.stats(SITE)).toEqual({ waiting: 1, delayed: 0, active: 1 });
  if (!held) throw new Error("There should be a job.");
  await queue.settle(held, { kind: "done" });
  await queue.add([job("c")]);
  expect(names(await takeAll(queue, 2)).sort()).toEqual(["b", "c"]);
});

test("a queue that opens without a server works as soon as there is one", async () => {
  await using redis = await startTestRedis();
  await redis.kill9();
  await using queue = await openQueue(redis.url, { ...QUICK, firstConnectMs: 50 });
  await expect(queue.add([job("a")])).rejects.toMatchObject({ code: "queue.unavailable" });
  await queue.watch(SITE);
  let told = 0;
  queue.onWork(() => told++);
  await redis.restart();
  await eventually(() => told > 0, { what: "the connection" });
  await queue.add([job("a")]);
  expect(names(await takeAll(queue, 1))).toEqual(["a"]);
});

test("a link that swallows everything makes calls fail within their time-out, and heals", async () => {
  await using redis = await startTestRedis();
  await using proxy = await startTcpProxy(redis);
  await using queue = await openQueue(`redis://127.0.0.1:${proxy.port}`);
  await queue.add([job("a")]);
  proxy.blackhole();
  await expect(queue.stats(SITE)).rejects.toThrow(/queue\.unavailable.*Command timed out/);
  // The dead connection was given up: the next call need not find out again.
  await expect(queue.stats(SITE)).rejects.toThrow(/queue\.unavailable(?!.*timed out)/);
  await proxy.heal();
  const stats = await eventually(() => queue.stats(SITE), { what: "the connection to come back" });
  expect(stats).toEqual({ waiting: 1, delayed: 0, active: 0 });
});

test("a connection cut in the middle of a batch loses no job: adding again completes it", async () => {
  await using redis = await startTestRedis();
  await using proxy = await startTcpProxy(redis);
  await using queue = await openQueue(`redis://127.0.0.1:${proxy.port}`);
  const jobs = Array.from({ length: 400 }, (_, index) => job(`n${index}`));
  proxy.cutAfter("toTarget", 50_000);
  await expect(queue.add(jobs)).rejects.toMatchObject({ code: "queue.unavailable" });
  await eventually(() => queue.add(jobs).then(() => true), { what: "the batch to be added after the cut" });
  expect((await queue.stats(SITE)).waiting).toBe(400);
});

test("[D4] SIGKILL of the process that holds jobs: they come back to the watcher, in the order of their class", async () => {
  await using redis = await startTestRedis();
  await using queue = await openQueue(redis.url);
  await queue.add([job("scan", "scan"), job("contain", "contain")]);
  await using holder = spawnProgram({ argv: [process.execPath, HOLDER, redis.url, SITE.tenantId, SITE.siteId] });
  await holder.waitForLine(/holding 2/);
  await queue.watch(SITE);
  await queue.add([job("waiting-contain", "contain")]);
  expect(await queue.stats(SITE)).toEqual({ waiting: 1, delayed: 0, active: 2 });
  await holder.kill9();
  await eventually(async () => (await queue.stats(SITE)).waiting === 3, { what: "both jobs to come back" });
  // BullMQ alone would put both before the waiting containment.
  const order = await eventually(
    async () => {
      const taken = await queue.take(SITE, 10);
      const last = names(taken).at(-1);
      if (taken.length === 3 && last === "scan") return taken;
      await queue.giveBack(SITE);
      return undefined;
    },
    { what: "the scan to be last" },
  );
  expect(order.find((one) => one.actionId === "scan")?.attempt).toBeGreaterThanOrEqual(1);
});

test("a holder that lives keeps its jobs for many lock times", async () => {
  await using redis = await startTestRedis();
  await using queue = await openQueue(redis.url);
  await using other = await openQueue(redis.url);
  await queue.add([job("long"), job("short")]);
  const held = await queue.take(SITE, 1);
  await other.watch(SITE);
  // Each time the short job is taken and lapses is at least one whole lock time.
  await using holder = spawnProgram({ argv: [process.execPath, HOLDER, redis.url, SITE.tenantId, SITE.siteId] });
  await holder.waitForLine(/holding 1/);
  await holder.kill9();
  const [lapsed] = await takeAll(other, 1);
  expect(lapsed).toMatchObject({ actionId: "short", attempt: 1 });
  expect(names(held)).toEqual(["long"]);
  expect(await other.stats(SITE)).toEqual({ waiting: 0, delayed: 0, active: 2 });
});

test("1,000 watched sites with work take two connections of this process", async () => {
  await using redis = await startTestRedis();
  await using queue = await openQueue(redis.url, {});
  const sites = Array.from({ length: 1_000 }, (_, index) => ({ ...SITE, siteId: siteId(`s-${index}`) }));
  await Promise.all(sites.map((site) => queue.watch(site)));
  await queue.add(sites.map((site, index) => job(`n${index}`, "scan", site)));
  const taken = (await Promise.all(sites.map((site) => queue.take(site, 4)))).flat();
  await Promise.all(taken.map((one) => queue.settle(one, { kind: "done" })));
  expect(taken).toHaveLength(1_000);
  const ours = (await redis.command("CLIENT", "LIST")).split("\n").filter((line) => line.includes("name=cordon-queue"));
  expect(ours).toHaveLength(2);
});

test("a site's keys stay few and short however many jobs went through it", async () => {
  await using redis = await startTestRedis();
  await using queue = await openQueue(redis.url);
  for (let batch = 0; batch < 5; batch++) {
    await queue.add(Array.from({ length: 500 }, (_, index) => job(`n${index}`)));
    for (const taken of await takeAll(queue, 500)) await queue.settle(taken, { kind: "done" });
  }
  expect(Number(await redis.command("DBSIZE"))).toBeLessThan(10);
  expect(Number(await redis.command("XLEN", "cordon:acme:{acme.hq}:events"))).toBeLessThan(1_000);
});

test("[S10] a login that is kept to one tenant's keys serves that tenant and cannot touch another's", async () => {
  await using redis = await startTestRedis();
  const patterns = ["~cordon:acme:*", "~cordon:root:*", "&cordon:acme:*"];
  const rights = ["+@all", "-@admin", "-@dangerous", "+info", "+client"];
  await redis.command("ACL", "SETUSER", "acme", "on", ">secret", ...rights, ...patterns);
  await using queue = await openQueue(`redis://acme:secret@${redis.host}:${redis.port}`);
  await using everybodys = await openQueue(redis.url);
  const woken: SiteRef[] = [];
  queue.onWork((site) => woken.push(site));
  await queue.watch(SITE);
  await everybodys.add([job("a")]);
  expect(names(await takeAll(queue, 1))).toEqual(["a"]);
  await eventually(() => woken.length > 0, { what: "the tenant's own queue to wake up" });
  const other = { ...SITE, tenantId: tenantId("other") };
  await expect(queue.add([job("b", "collect", other)])).rejects.toThrow(/NOPERM|queue\.unavailable/);
  expect(await everybodys.stats(other)).toEqual({ waiting: 0, delayed: 0, active: 0 });
});
