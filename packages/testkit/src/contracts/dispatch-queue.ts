import type { DispatchJob, DispatchQueue, SiteRef, TakenJob } from "@cordon/coordinator-core";
import type { ActionClass } from "@cordon/core/action";
import { type ActionId, actionId, epochMs, siteId, tenantId } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { eventually } from "../eventually.ts";

/** A moment long ago: nothing here depends on today. */
const BASE = Date.UTC(2026, 0, 2);
const MINUTE_MS = 60_000;
let sites = 0;

/**
 * What every dispatch queue must do, whatever is behind it. `open` gives a queue as one more process would have it: all
 * share the same jobs.
 */
export function dispatchQueueContract(open: () => Promise<DispatchQueue>): void {
  /** Each test has sites of its own, so they share a server without meeting. */
  const freshSite = (tenant = "acme"): SiteRef => ({ tenantId: tenantId(tenant), siteId: siteId(`site-${++sites}`) });
  const withQueue = (title: string, act: (queue: DispatchQueue, site: SiteRef) => Promise<void>) =>
    test(title, async () => {
      const queue = await open();
      try {
        await act(queue, freshSite());
      } finally {
        await queue.close();
      }
    });

  withQueue("taking from an empty queue gives nothing at once", async (queue, site) => {
    expect(await queue.take(site, 10)).toEqual([]);
    expect(await queue.stats(site)).toEqual({ waiting: 0, delayed: 0, active: 0 });
  });

  withQueue("[D4] an action that is queued, held or delayed is not queued again", async (queue, site) => {
    const twice = job(site, "a");
    await queue.add([twice, twice]);
    await queue.add([twice]);
    const [held, ...others] = await queue.take(site, 10);
    expect([held?.actionId, others]).toEqual(["a", []]);
    await queue.add([twice]);
    expect(await queue.take(site, 10)).toEqual([]);
    await queue.settle(present(held), { kind: "again", delayMs: 10 * MINUTE_MS });
    await queue.add([twice]);
    expect(await queue.stats(site)).toEqual({ waiting: 0, delayed: 1, active: 0 });
    expect(await queue.take(site, 10)).toEqual([]);
  });

  withQueue("a job that is done is gone, and may be added again", async (queue, site) => {
    await queue.add([job(site, "a")]);
    for (const taken of await queue.take(site, 10)) await queue.settle(taken, { kind: "done" });
    expect(await queue.stats(site)).toEqual({ waiting: 0, delayed: 0, active: 0 });
    await queue.add([job(site, "a")]);
    expect(await queue.take(site, 10)).toMatchObject([{ ...site, actionId: "a", attempt: 0 }]);
  });

  withQueue("[D7] a higher class goes first, however long a lower one has waited", async (queue, site) => {
    const classes: ActionClass[] = ["scan", "collect", "remediate", "contain"];
    for (const [index, actionClass] of classes.entries()) {
      await queue.add([job(site, actionClass, { actionClass, createdAt: BASE + index * MINUTE_MS })]);
    }
    expect(await order(queue, site)).toEqual(["contain", "remediate", "collect", "scan"]);
  });

  withQueue("[D7] a higher class that is added last is the next to be taken", async (queue, site) => {
    await queue.add(Array.from({ length: 50 }, (_, index) => job(site, `scan-${index}`, { actionClass: "scan" })));
    await queue.take(site, 3);
    await queue.add([job(site, "urgent", { actionClass: "contain" })]);
    expect(actions(await queue.take(site, 1))).toEqual(["urgent"]);
  });

  withQueue("[D8] containment goes newest first, every other class oldest first", async (queue, site) => {
    const added = [2, 0, 3, 1].flatMap((age) =>
      (["contain", "remediate"] as const).map((actionClass) =>
        job(site, `${actionClass}-${age}`, { actionClass, createdAt: BASE - age * MINUTE_MS }),
      ),
    );
    await queue.add(added);
    expect(await order(queue, site)).toEqual([
      ...["contain-0", "contain-1", "contain-2", "contain-3"],
      ...["remediate-3", "remediate-2", "remediate-1", "remediate-0"],
    ]);
  });

  withQueue("take gives at most as many as asked for", async (queue, site) => {
    await queue.add(["a", "b", "c"].map((name) => job(site, name)));
    expect(await queue.take(site, 0)).toEqual([]);
    expect(await queue.take(site, 2)).toHaveLength(2);
    expect(await queue.stats(site)).toEqual({ waiting: 1, delayed: 0, active: 2 });
  });

  withQueue("a large batch arrives whole, once, and can be settled in one go", async (queue, site) => {
    const names = Array.from({ length: 1_234 }, (_, index) => `n${index}`);
    await queue.add(names.map((name) => job(site, name)));
    const seen = new Set<string>();
    for (;;) {
      const taken = await queue.take(site, 300);
      if (taken.length === 0) break;
      for (const { actionId: id } of taken) seen.add(id);
      await Promise.all(taken.map((one) => queue.settle(one, { kind: "done" })));
    }
    expect(seen.size).toBe(names.length);
    expect(await queue.stats(site)).toEqual({ waiting: 0, delayed: 0, active: 0 });
  });

  withQueue("an offer that is to come again is never dropped for having come often", async (queue, site) => {
    await queue.add([job(site, "a")]);
    for (let attempt = 0; attempt < 12; attempt++) {
      const [taken] = await queue.take(site, 1);
      expect(taken?.attempt).toBe(attempt);
      await queue.settle(present(taken), { kind: "again", delayMs: 0 });
    }
  });

  withQueue("a delayed job comes again by itself, and the watcher is told", async (queue, site) => {
    let told = 0;
    queue.onWork(() => told++);
    await queue.watch(site);
    await queue.add([job(site, "a")]);
    await queue.settle(present((await queue.take(site, 1))[0]), { kind: "again", delayMs: 150 });
    await eventually(() => told >= 2, { what: "to be told of the job and of its return" });
    const [again] = await eventually(() => takeSome(queue, site), { what: "the delayed job" });
    expect(again).toMatchObject({ actionId: "a", attempt: 1 });
  });

  withQueue("[D8] what a lost socket's process held is at once there for the next", async (queue, site) => {
    const other = freshSite();
    await queue.add([job(site, "done"), job(site, "held"), job(other, "elsewhere")]);
    const taken = await queue.take(site, 10);
    const done = taken.find((one) => one.actionId === "done");
    await queue.take(other, 10);
    await queue.settle(present(done), { kind: "done" });
    await queue.giveBack(site);
    const next = await open();
    try {
      expect(await next.take(site, 10)).toMatchObject([{ actionId: "held", attempt: 1 }]);
      expect(await next.take(other, 10)).toEqual([]);
    } finally {
      await next.close();
    }
  });

  withQueue(
    "a settlement that comes after the job was given back changes nothing for its next holder",
    async (queue, site) => {
      await queue.add([job(site, "a")]);
      const [first] = await queue.take(site, 1);
      await queue.giveBack(site);
      const [second] = await queue.take(site, 1);
      await queue.settle(present(first), { kind: "again", delayMs: 10 * MINUTE_MS });
      expect(await queue.stats(site)).toEqual({ waiting: 0, delayed: 0, active: 1 });
      await queue.settle(present(second), { kind: "done" });
      expect(await queue.stats(site)).toEqual({ waiting: 0, delayed: 0, active: 0 });
    },
  );

  withQueue("removed actions are not taken; unknown ones are ignored", async (queue, site) => {
    await queue.add([job(site, "queued"), job(site, "delayed"), job(site, "kept")]);
    for (const taken of await queue.take(site, 3)) {
      await queue.settle(taken, { kind: "again", delayMs: taken.actionId === "delayed" ? 10 * MINUTE_MS : 0 });
    }
    await queue.remove(site, [actionId("queued"), actionId("delayed"), actionId("never-seen")]);
    expect(await queue.stats(site)).toEqual({ waiting: 1, delayed: 0, active: 0 });
    expect(await order(queue, site)).toEqual(["kept"]);
  });

  withQueue("[S10] the same site id under another tenant is another queue", async (queue, site) => {
    const foreign = { ...site, tenantId: tenantId("globex") };
    await queue.add([job(site, "a")]);
    expect(await queue.take(foreign, 10)).toEqual([]);
    await queue.remove(foreign, [actionId("a")]);
    expect(await order(queue, site)).toEqual(["a"]);
  });

  withQueue("two processes that take side by side never get the same job", async (queue, site) => {
    const names = Array.from({ length: 300 }, (_, index) => `n${index}`);
    await queue.add(names.map((name) => job(site, name)));
    const rival = await open();
    try {
      const drain = async (from: DispatchQueue) => {
        const got: string[] = [];
        for (;;) {
          const taken = await from.take(site, 20);
          if (taken.length === 0) return got;
          got.push(...actions(taken));
        }
      };
      const all = (await Promise.all([drain(queue), drain(rival)])).flat();
      expect(all).toHaveLength(names.length);
      expect(new Set(all).size).toBe(names.length);
    } finally {
      await rival.close();
    }
  });

  withQueue("work that another process adds is announced, for watched sites only", async (queue, site) => {
    const [watched, unwatched, ignored] = [site, freshSite(), freshSite()];
    const told: SiteRef[] = [];
    const stop = queue.onWork((which) => told.push(which));
    await queue.watch(watched);
    await queue.watch(unwatched);
    await queue.unwatch(unwatched);
    const producer = await open();
    try {
      await producer.add([job(unwatched, "a")]);
      await producer.add([job(ignored, "b")]);
      await producer.add([job(watched, "c")]);
      await eventually(() => told.length > 0, { what: "the announcement" });
      expect(told.every((which) => which.siteId === watched.siteId && which.tenantId === watched.tenantId)).toBe(true);
      stop();
      const before = told.length;
      await queue.watch(ignored);
      let toldAgain = false;
      queue.onWork(() => {
        toldAgain = true;
      });
      await producer.add([job(ignored, "d")]);
      await eventually(() => toldAgain, { what: "the second listener to be told" });
      expect(told).toHaveLength(before);
    } finally {
      await producer.close();
    }
  });

  withQueue("every id that an action may have survives the queue", async (queue, site) => {
    const ids = ["wait", "meta", "42", "a:b", "a:b:lock", "%3A", "act_0123456789abcdef0123456789abcdef"];
    await queue.add(ids.map((id) => job(site, id)));
    expect((await order(queue, site)).sort()).toEqual(ids.sort());
  });

  test("closing gives back what is held; a closed queue says that it is unavailable", async () => {
    const site = freshSite();
    const queue = await open();
    await queue.add([job(site, "a")]);
    await queue.take(site, 1);
    await queue.close();
    await expect(queue.take(site, 1)).rejects.toMatchObject({ code: "queue.unavailable" });
    await expect(queue.add([job(site, "b")])).rejects.toMatchObject({ code: "queue.unavailable" });
    const next = await open();
    try {
      expect(actions(await next.take(site, 10))).toEqual(["a"]);
    } finally {
      await next.close();
    }
  });
}

interface JobParts {
  readonly actionClass?: ActionClass;
  readonly createdAt?: number;
}

function job(site: SiteRef, name: string, { actionClass = "collect", createdAt = BASE }: JobParts = {}): DispatchJob {
  return { ...site, actionId: actionId(name), actionClass, createdAt: epochMs(createdAt) };
}

/** Takes one at a time, so that the order is the queue's and not that of a batch. */
async function order(queue: DispatchQueue, site: SiteRef): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const [taken] = await queue.take(site, 1);
    if (!taken) return names;
    names.push(taken.actionId);
  }
}

async function takeSome(queue: DispatchQueue, site: SiteRef): Promise<readonly TakenJob[] | undefined> {
  const taken = await queue.take(site, 10);
  return taken.length > 0 ? taken : undefined;
}

function actions(taken: readonly TakenJob[]): ActionId[] {
  return taken.map((one) => one.actionId);
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("There should be a job.");
  return value;
}
