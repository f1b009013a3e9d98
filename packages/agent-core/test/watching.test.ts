import type { ActionOrder } from "@cordon/core/action";
import { addMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, type WatchSettings } from "../src/index.ts";
import { ISOLATE, KILL, SiteWorld } from "./site-world.ts";

const PREVENT = { kind: "preventExecution", sha256: "ab".repeat(32) } as const;
const FETCH = { kind: "getFile", path: "C:\\Temp\\a.exe" } as const;
const MINUTE = 60_000;

/** Without an inventory and leases, whose calls are not watching's. */
function site(watch: Partial<WatchSettings> = {}): SiteWorld {
  const world = new SiteWorld({
    watch: { ...DEFAULT_SETTINGS.watch, ...watch },
    lease: { ...DEFAULT_SETTINGS.lease, checkMs: 1e9 },
    inventoryIntervalMs: 1e9,
  });
  return world.start();
}

/** As on a site that has been busy for long: nothing is left for courtesy. */
const BUSY: Partial<WatchSettings> = { courtesyCallsMax: 3 };

let eventIds = 0;

/** KES tells of the task's new state: 1 running, 3 failed, 4 completed. */
function tell(world: SiteWorld, order: ActionOrder, newState: number): void {
  const stored = world.edr.stored.find((one) => one.order.actionId === order.actionId);
  world.edr.events.push({
    eventDbId: ++eventIds,
    endpointId: order.endpointId,
    taskDisplayName: `[Response][KUMA] ${order.spec.kind} - 01.01.2026 00:00:00 - ${stored?.incidentId}`,
    description: "",
    newState,
    at: world.clock.now(),
  });
}

async function submitted(world: SiteWorld, ...orders: ActionOrder[]): Promise<void> {
  await world.offer(...orders);
  await world.pass(500);
  expect(orders.map((order) => world.state(order))).toEqual(orders.map(() => "submitted"));
}

const callsSince = (world: SiteWorld, from: number, names: RegExp) =>
  world.edr.calls.slice(from).filter((call) => names.test(call));

const told = (world: SiteWorld, order: ActionOrder) =>
  world.statuses.flatMap(({ actionId, detail }) => (actionId === order.actionId && detail.code ? [detail.code] : []));

describe("one look a round", () => {
  const watch = { looksPerRound: 1, deferredLookMs: 2_000 };
  const endpoint = { limit: 4, lifespanMs: 86_400_000 };
  const ledger = { ...DEFAULT_SETTINGS.ledger, endpoint, containReserve: 1, remediateReserve: 0, foreignMargin: 1 };

  it("[T1][D7] serves all in turn: those whose task is missing are told so on time, although orders wait elsewhere for a slot", async () => {
    const world = new SiteWorld({
      ledger,
      watch: { ...DEFAULT_SETTINGS.watch, ...watch },
      lease: { ...DEFAULT_SETTINGS.lease, checkMs: 1e9 },
      inventoryIntervalMs: 1e9,
    }).start();
    const full = ["f1", "f2", "f3", "f4"];
    for (const host of full) world.edr.addForeign(host, 4, "isolateHost");
    await world.offer(...full.map((host) => world.order(host, KILL)));
    const hosts = Array.from({ length: 10 }, (_, index) => `h${index}`);
    const orders = hosts.map((host, index) => world.order(host, index % 2 === 0 ? FETCH : ISOLATE));
    await submitted(world, ...orders);
    await world.pass(DEFAULT_SETTINGS.watch.taskDeadlineMs);
    const looks = world.edr.calls.filter((call) => call.startsWith("tasks f")).length;
    expect(looks).toBeGreaterThan(20);
    // Each is looked at again, and the verdict needs the look: as many rounds as there are endpoints, and some.
    await world.pass(3 * MINUTE);
    expect(orders.map((order) => world.state(order))).toEqual(orders.map(() => "unknown"));
  });
});

describe("few calls", () => {
  it("once events have proved themselves, actions that they settle cost no call of their own", async () => {
    const world = site(BUSY);
    const first = world.order("h0", FETCH);
    await submitted(world, first);
    world.edr.makeTask(first.actionId, 4);
    tell(world, first, 4);
    await world.pass(MINUTE);
    expect(world.state(first)).toBe("succeeded");
    const orders = Array.from({ length: 40 }, (_, index) => world.order(`h${index + 1}`, FETCH));
    await submitted(world, ...orders);
    const from = world.edr.calls.length;
    await world.pass(5 * MINUTE);
    for (const order of orders) tell(world, order, 4);
    await world.pass(MINUTE);
    expect(new Set(orders.map((order) => world.state(order)))).toEqual(new Set(["succeeded"]));
    expect(callsSince(world, from, /^(tasks|states)/)).toEqual([]);
    // One reading for all of them every 15 s, and the hosts every few minutes.
    expect(callsSince(world, from, /^(events|hosts|console)/).length).toBeLessThanOrEqual(6 * 4 + 3 + 8);
  });

  it("while events do not come, each action is asked about itself, ever more seldom", async () => {
    const world = site(BUSY);
    const order = world.order("h1", FETCH);
    await submitted(world, order);
    const task = world.edr.makeTask(order.actionId, 1);
    await world.pass(30 * MINUTE);
    const from = world.edr.calls.length;
    await world.pass(10 * MINUTE);
    const asked = callsSince(world, from, /^states/).length;
    expect(asked).toBeGreaterThanOrEqual(5);
    expect(asked).toBeLessThanOrEqual(11);
    world.edr.states.set(task.taskId, { kind: "present", hostState: 4, description: "" });
    await world.pass(2 * MINUTE);
    expect(world.state(order)).toBe("succeeded");
  });

  it("events that stop coming are not relied on any longer", async () => {
    const world = site(BUSY);
    const proof = world.order("h0", FETCH);
    await submitted(world, proof);
    tell(world, proof, 4);
    await world.pass(MINUTE);
    const lost = Array.from({ length: 4 }, (_, index) => world.order(`h${index + 1}`, FETCH));
    await submitted(world, ...lost);
    for (const order of lost) world.edr.makeTask(order.actionId, 4);
    // Trusted, an action that is not said to have ended is asked about after twenty minutes at the latest.
    await world.pass(25 * MINUTE);
    expect(new Set(lost.map((order) => world.state(order)))).toEqual(new Set(["succeeded"]));
    const late = world.order("h9", FETCH);
    await submitted(world, late);
    world.edr.makeTask(late.actionId, 4);
    await world.pass(2 * MINUTE);
    expect(world.state(late)).toBe("succeeded");
  });

  it("[D7] on a busy site a containing action is still looked for within minutes, others wait for their events", async () => {
    const world = site(BUSY);
    const proof = world.order("h0", FETCH);
    await submitted(world, proof);
    tell(world, proof, 4);
    await world.pass(MINUTE);
    const [kill, fetch] = [world.order("h1", KILL), world.order("h2", FETCH)];
    await submitted(world, kill, fetch);
    for (const { actionId } of [kill, fetch]) world.edr.makeTask(actionId, 1);
    await world.pass(3 * MINUTE);
    expect([world.state(kill), world.state(fetch)]).toEqual(["task_seen", "submitted"]);
  });

  it("a KSC that answers slowly is asked less often", async () => {
    const world = site(BUSY);
    const proof = world.order("h0", FETCH);
    await submitted(world, proof);
    tell(world, proof, 4);
    await world.pass(MINUTE);
    await submitted(world, world.order("h1", FETCH));
    const read = world.edr.eventsAfter.bind(world.edr);
    const readingsIn = async (ms: number) => {
      const from = world.edr.calls.length;
      await world.pass(ms);
      return callsSince(world, from, /^events/).length;
    };
    const normal = await readingsIn(10 * MINUTE);
    world.edr.eventsAfter = async (cursor, limit) => {
      await world.clock.sleep(12_000);
      return read(cursor, limit);
    };
    await world.pass(5 * MINUTE);
    expect(await readingsIn(10 * MINUTE)).toBeLessThan(normal / 2);
  });

  it("KSC's own signals spare a quiet site the reading of events, and lose none", async () => {
    const world = site();
    const heard = (tasks: boolean) => ({ kind: "heard", tasks, notBeforeMs: 5_000 }) as const;
    world.edr.signalled = [heard(true)];
    const proof = world.order("h0", FETCH);
    await submitted(world, proof);
    tell(world, proof, 4);
    await world.pass(MINUTE);
    const order = world.order("h1", FETCH);
    await submitted(world, order);
    const from = world.edr.calls.length;
    await world.pass(10 * MINUTE);
    const quiet = callsSince(world, from, /^events/).length;
    expect(quiet).toBeLessThanOrEqual(12);
    expect(callsSince(world, from, /^signals/).length).toBeGreaterThan(quiet);
    tell(world, order, 4);
    world.edr.signalled.push(heard(true));
    await world.pass(20_000);
    expect(world.state(order)).toBe("succeeded");
  });
});

describe("[T1] what keeps a task from starting is told early, by its own message", () => {
  it("an endpoint that is off, and that it is back", async () => {
    const world = site();
    const lastSeenAt = addMs(world.clock.now(), -3 * 3_600_000);
    const order = world.order("h1", ISOLATE);
    world.edr.hosts.set(order.endpointId, { statusMask: 20, lastSeenAt, agentRunning: false });
    await submitted(world, order);
    await world.pass(5_000);
    expect(told(world, order)).toEqual(["evidence.offline"]);
    world.edr.hosts.set(order.endpointId, { statusMask: 29, lastSeenAt: world.clock.now(), agentRunning: true });
    await world.pass(11 * MINUTE);
    expect(told(world, order)).toContain("evidence.waiting");
    expect(told(world, order).filter((code) => code === "evidence.offline")).toHaveLength(1);
  });

  it("an endpoint that KSC does not know any more ends as unknown", async () => {
    const world = site();
    const order = world.order("h1", ISOLATE);
    world.edr.hosts.set(order.endpointId, undefined);
    await submitted(world, order);
    await world.pass(20 * MINUTE);
    expect(world.store.find(order.actionId)).toMatchObject({ state: "unknown", code: "evidence.host_gone" });
  });

  it("a console that is down, and that it is back", async () => {
    const world = site();
    world.edr.console = false;
    const order = world.order("h1", ISOLATE);
    await submitted(world, order);
    await world.pass(MINUTE);
    world.edr.console = true;
    await world.pass(MINUTE);
    expect(told(world, order)).toEqual(["evidence.no_console", "evidence.waiting"]);
    expect(world.state(order)).toBe("submitted");
  });

  it("a prevention whose policy switch nobody vouches for is sent, warned of, and still qualified at its end", async () => {
    const world = site();
    world.edr.prevention = { kind: "unknown", reason: "nobody has declared it" };
    const [doubtful, sure] = [world.order("h1", PREVENT), world.order("h2", KILL)];
    await submitted(world, doubtful, sure);
    for (const { actionId } of [doubtful, sure]) world.edr.makeTask(actionId, 4);
    await world.pass(10_000);
    expect(world.store.find(doubtful.actionId)).toMatchObject({
      state: "succeeded",
      code: "evidence.policy_unconfirmed",
    });
    expect([world.state(sure), told(world, sure)]).toEqual(["succeeded", []]);
    expect(callsSince(world, 0, /^prevention/)).toHaveLength(1);
  });

  it("hosts are asked to synchronise once for each action, when the site wants it and KSC hears them", async () => {
    const world = site({ syncAfterMs: 30_000 });
    const [online, offline] = [world.order("h1", ISOLATE), world.order("h2", ISOLATE)];
    world.edr.hosts.set(offline.endpointId, { statusMask: 20, agentRunning: false });
    await submitted(world, online, offline);
    await world.pass(25_000);
    expect(world.edr.synced).toEqual([]);
    await world.pass(10 * MINUTE);
    expect(world.edr.synced).toEqual([online.endpointId]);
  });
});
