import {
  type ActionStore,
  createDispatcher,
  type DispatchQueue,
  type SiteLink,
  type SiteRef,
  type TakenJob,
} from "@cordon/coordinator-core";
import type { ActionClass } from "@cordon/core/action";
import { type ActionId, deriveActionId, type EpochMs, epochMs, silentLogger, systemClock } from "@cordon/core/kernel";
import { batchesOf, CONCURRENCY, countDown, type Load, perSecond, sitesOf } from "./load.ts";

export interface StoredAction {
  readonly actionId: ActionId;
  readonly actionClass: ActionClass;
  readonly createdAt: EpochMs;
}

/** An agent that has always just answered: what is measured ends at the gateway's hand-off. */
const INSTANT_LINK: SiteLink = {
  epoch: 1,
  offer: async () => ({ kind: "accepted" }),
  cancel: async () => ({ outcome: "not_found" }),
  release: async () => ({ outcome: "not_found", steps: "" }),
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
    brakes: { inForce: async () => [] },
    labels: { traitsOf: async () => new Map(), groupsOf: async () => new Map() },
    redeliveries: { answered: async () => {} },
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

/** Actions that are in no record, for the port alone. */
export function looseActions(load: Load): readonly StoredAction[] {
  return Array.from({ length: load.jobs }, (_, index) => ({
    actionId: deriveActionId(["loose", String(index)]),
    actionClass: "collect",
    createdAt: epochMs(1_700_000_000_000 + index),
  }));
}

/** The queue port alone, driven as the dispatcher drives it, without a record: what BullMQ by hand costs. */
export async function runPort(queue: DispatchQueue, load: Load, actions: readonly StoredAction[]): Promise<number> {
  const countdown = countDown(load.jobs);
  const sites = sitesOf(load);
  const pumps = new Map(sites.map((site) => [site.siteId, createPump(queue, site, countdown.done)]));
  const stop = queue.onWork((site) => pumps.get(site.siteId)?.look());
  for (const site of sites) await queue.watch(site);
  const startedMs = performance.now();
  await addAll(queue, load, sites, actions);
  await countdown.all;
  const rate = perSecond(load.jobs, startedMs);
  stop();
  await Promise.all([...pumps.values()].map((pump) => pump.idle()));
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
function createPump(queue: DispatchQueue, site: SiteRef, done: () => void) {
  let inFlight = 0;
  let again = false;
  let taking: Promise<void> | undefined;
  const settle = async (job: TakenJob) => {
    await queue.settle(job, { kind: "done" });
    inFlight--;
    done();
    look();
  };
  const takeWhileRoom = async () => {
    while (again && inFlight < CONCURRENCY) {
      const size = Math.min(CONCURRENCY - inFlight, Math.ceil(CONCURRENCY / 2));
      again = false;
      const jobs = await queue.take(site, size);
      inFlight += jobs.length;
      again ||= jobs.length === size;
      for (const job of jobs) void settle(job);
    }
    taking = undefined;
  };
  const look = () => {
    again = true;
    // Begun only with room, so that it waits at least once and ends after this line.
    if (inFlight < CONCURRENCY) taking ??= takeWhileRoom();
  };
  return {
    look,
    idle: async () => {
      while (taking) await taking;
    },
  };
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
