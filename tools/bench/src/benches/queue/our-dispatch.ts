import {
  type ActionStore,
  createDispatcher,
  type DispatchQueue,
  type SiteLink,
  type SiteRef,
  type TakenJob,
} from "@cordon/coordinator-core";
import type { ActionClass } from "@cordon/core/action";
import { type ActionId, type EpochMs, silentLogger, systemClock } from "@cordon/core/kernel";
import { batchesOf, CONCURRENCY, countDown, type Load, perSecond, sitesOf } from "./load.ts";

export interface StoredAction {
  readonly actionId: ActionId;
  readonly actionClass: ActionClass;
  readonly createdAt: EpochMs;
}

/** An agent that has always just answered: what is measured ends at the gateway's hand-off. */
const INSTANT_LINK: SiteLink = {
  offer: async () => ({ kind: "accepted" }),
  cancel: async () => ({ outcome: "not_found" }),
};

/**
 * Our dispatch as the coordinator runs it: actions that are stored are added, the dispatcher takes them, loads what they
 * are, offers them, writes the receipt into the record and completes the job.
 */
export async function runDispatch(
  queue: DispatchQueue,
  store: Pick<ActionStore, "loadForDispatch" | "move">,
  load: Load,
  actions: readonly StoredAction[],
): Promise<number> {
  const countdown = countDown(load.jobs);
  const sites = sitesOf(load);
  const dispatcher = createDispatcher({
    queue: counting(queue, countdown.done),
    store,
    clock: systemClock,
    logger: silentLogger,
    limits: { inFlightMax: CONCURRENCY },
  });
  for (const site of sites) await dispatcher.attach(site, INSTANT_LINK);
  const startedMs = performance.now();
  await addAll(queue, load, sites, actions);
  await countdown.all;
  const rate = perSecond(load.jobs, startedMs);
  await dispatcher.close();
  return rate;
}

/** The queue port alone, driven as the dispatcher drives it, without a record: what BullMQ by hand costs. */
export async function runPort(queue: DispatchQueue, load: Load, actions: readonly StoredAction[]): Promise<number> {
  const countdown = countDown(load.jobs);
  const sites = sitesOf(load);
  const pumps = new Map(sites.map((site) => [site.siteId, createPump(queue, site, countdown.done)]));
  const stop = queue.onWork((site) => pumps.get(site.siteId)?.());
  for (const site of sites) await queue.watch(site);
  const startedMs = performance.now();
  await addAll(queue, load, sites, actions);
  await countdown.all;
  const rate = perSecond(load.jobs, startedMs);
  stop();
  for (const site of sites) await queue.unwatch(site);
  return rate;
}

async function addAll(
  queue: DispatchQueue,
  load: Load,
  sites: readonly SiteRef[],
  actions: readonly StoredAction[],
): Promise<void> {
  for (const { queue: index, from, to } of batchesOf(load)) {
    const site = sites[index];
    if (site) await queue.add(actions.slice(from, to).map((action) => ({ ...site, ...action })));
  }
}

/** Takes while there is room and work, one take at a time; a settled job makes room. */
function createPump(queue: DispatchQueue, site: SiteRef, done: () => void): () => void {
  let inFlight = 0;
  let taking = false;
  let again = false;
  const settle = async (job: TakenJob) => {
    await queue.settle(job, { kind: "done" });
    inFlight--;
    done();
    pump();
  };
  const run = async () => {
    do {
      again = false;
      const jobs = await queue.take(site, CONCURRENCY - inFlight);
      inFlight += jobs.length;
      for (const job of jobs) void settle(job);
    } while (again && inFlight < CONCURRENCY);
    taking = false;
  };
  const pump = () => {
    again = true;
    if (taking || inFlight >= CONCURRENCY) return;
    taking = true;
    void run();
  };
  return pump;
}

function counting(queue: DispatchQueue, done: () => void): DispatchQueue {
  return {
    ...queue,
    settle: async (job, settlement) => {
      await queue.settle(job, settlement);
      if (settlement.kind === "done") done();
    },
  };
}
