import type { ActionArgs, ActionOrder } from "@cordon/core/action";
import { addMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, forecastEndpoint } from "../src/index.ts";
import { ISOLATE, KILL, SCAN, SiteWorld } from "./site-world.ts";

const MINUTE_MS = 60_000;
const file = (name: string): ActionArgs => ({ kind: "getFile", path: name });
const SMALL = {
  ...DEFAULT_SETTINGS.ledger,
  endpoint: { limit: 10, lifespanMs: 30 * 86_400_000 },
  containReserve: 2,
  remediateReserve: 1,
  foreignMargin: 1,
};

/** Each of them is sent, becomes a task and ends well. */
async function finish(world: SiteWorld, ...orders: ActionOrder[]): Promise<void> {
  await world.offer(...orders);
  await world.pass(1_000);
  for (const { actionId } of orders) world.edr.makeTask(actionId, 4);
  await world.pass(2 * MINUTE_MS);
}

describe("clean-up", () => {
  const cleanUp = { watermark: 4, perRoundMax: 2, restMs: MINUTE_MS };
  const deletions = (world: SiteWorld) => world.edr.calls.filter((call) => call.startsWith("delete "));

  it("[L7] is off unless it is configured", async () => {
    const world = new SiteWorld({ ledger: SMALL }).start();
    await finish(world, ...Array.from({ length: 7 }, (_, index) => world.order("h1", file(`f${index}`))));
    await world.offer(world.order("h1", file("one more")));
    await world.pass(30 * MINUTE_MS);
    expect(deletions(world)).toEqual([]);
  });

  it("[L7][U1-U3] frees slots above the watermark, the oldest first, never of what contains nor of others, and those that wait get them", async () => {
    const world = new SiteWorld({ ledger: { ...SMALL, cleanUp } }).start();
    const contain = [world.order("h1", ISOLATE), world.order("h1", KILL)];
    const collect = [0, 1, 2].map((index) => world.order("h1", file(`f${index}`)));
    await finish(world, ...contain);
    await finish(world, ...collect);
    world.edr.addForeign("h1", 2, "getFile");
    const waiting = world.order("h1", file("waiting"));
    await world.pass(11 * MINUTE_MS);
    await world.offer(waiting);
    await world.pass(5 * MINUTE_MS);
    const taskOf = (order: ActionOrder) => world.store.find(order.actionId)?.task?.taskId;
    const oldest = collect.map(taskOf).map((taskId) => `delete ${taskId}`);
    expect(deletions(world).slice(0, 2)).toEqual(oldest.slice(0, 2));
    expect(deletions(world).every((call) => oldest.includes(call))).toBe(true);
    expect(world.state(waiting)).toBe("submitted");
    // What others made is a surprise; what we deleted is none.
    expect(world.agent.facts().drift).toMatchObject({ tasks: 2, last: [{ appeared: 2, vanished: 0 }] });
  });

  it("[L7][U2] leaves what the coordinator has not stored the end of", async () => {
    const world = new SiteWorld({ ledger: { ...SMALL, cleanUp } }).start();
    world.acknowledge = false;
    await finish(world, ...Array.from({ length: 7 }, (_, index) => world.order("h1", file(`f${index}`))));
    await world.pass(11 * MINUTE_MS);
    await world.offer(world.order("h1", file("waiting")));
    await world.pass(5 * MINUTE_MS);
    expect(deletions(world)).toEqual([]);
  });

  it("[L7] a deletion that KSC refuses is left alone for a while, and holds nothing up", async () => {
    const world = new SiteWorld({ ledger: { ...SMALL, cleanUp } }).start();
    const orders = Array.from({ length: 7 }, (_, index) => world.order("h1", file(`f${index}`)));
    await finish(world, ...orders);
    for (const { actionId } of orders) {
      world.edr.refused.set(`delete ${world.store.find(actionId)?.task?.taskId}`, "ksc.access_denied");
    }
    const isolate = world.order("h1", ISOLATE);
    await world.pass(11 * MINUTE_MS);
    await world.offer(isolate, world.order("h1", file("waiting")));
    await world.pass(3 * MINUTE_MS);
    expect(world.state(isolate)).toBe("submitted");
    expect(deletions(world)).toHaveLength(1);
    world.edr.refused.clear();
    await world.pass(15 * MINUTE_MS);
    expect(deletions(world).length).toBeGreaterThan(1);
  });
});

describe("drift", () => {
  it("[L8][E1] each look is compared with the book, which takes KSC's truth; what we did ourselves is none", async () => {
    const world = new SiteWorld().start();
    const first = world.order("h1", KILL);
    await finish(world, first);
    await world.pass(11 * MINUTE_MS);
    await finish(world, world.order("h1", KILL));
    expect(world.agent.facts().drift).toMatchObject({ endpoints: 0, tasks: 0 });
    world.edr.addForeign("h1", 3, "iocScan");
    world.edr.removeTask("h1", world.store.find(first.actionId)?.task?.taskId ?? "");
    await world.pass(11 * MINUTE_MS);
    await world.offer(world.order("h1", ISOLATE));
    await world.pass(4_000);
    expect(world.agent.facts().drift).toMatchObject({
      driftedLooks: 1,
      tasks: 4,
      last: [{ endpointId: "h1", appeared: 3, vanished: 1, believed: 2, found: 4 }],
    });
    expect(world.budget("h1" as never)).toMatchObject({ foreign: 3 });
  });
});

describe("limits that endpoints share", () => {
  it("[P7][P8] IoC scans of the whole server count against their group, other work does not", async () => {
    const IOC = { limit: 4, lifespanMs: 30 * 86_400_000, foreignAssumed: 1 };
    const world = new SiteWorld({ ledger: { ...DEFAULT_SETTINGS.ledger, groups: { IOC } } }).start();
    const scan = (host: string) =>
      world.order(host, { kind: "iocScan", indicators: [{ type: "fileName", value: host }] });
    const scans = ["h1", "h2", "h3"].map(scan);
    for (const order of scans) {
      await world.offer(order);
      await world.pass(1_000);
    }
    const free = world.order("h3", SCAN);
    await world.offer(free);
    await world.pass(1_000);
    expect(scans.map((order) => world.state(order))).toEqual(["submitted", "deferred", "deferred"]);
    expect(world.entryOf(scans[2])?.message).toContain("group IOC");
    expect(world.state(free)).toBe("submitted");
  });
});

describe("a ledger that was lost or is an older one", () => {
  it("[L8][D4] what was sent before is found at KSC and watched, what was not is sent, each once", async () => {
    const world = new SiteWorld().start();
    const [sent, unsent] = [world.order("h1", ISOLATE), world.order("h2", ISOLATE)];
    const firstOfferedAt = world.clock.now();
    await world.offer(sent);
    await world.pass(1_000);
    world.edr.makeTask(sent.actionId);
    await world.lose();
    for (const order of [sent, unsent]) await world.reoffer(order, firstOfferedAt);
    await world.pass(30_000);
    expect(world.edr.stored.map(({ order }) => order.actionId)).toEqual([sent.actionId, unsent.actionId]);
    expect(world.state(sent)).toBe("task_seen");
    expect(world.state(unsent)).toBe("submitted");
    expect(world.edr.calls.filter((call) => call === `find ${unsent.actionId}`)).toHaveLength(2);
  });

  it("[L8][D6] one that was sent is found after its deadline, one that was not expires", async () => {
    const world = new SiteWorld().start();
    const [sent, unsent] = [world.order("h1", ISOLATE), world.order("h2", ISOLATE)];
    const firstOfferedAt = world.clock.now();
    await world.offer(sent);
    await world.pass(2 * 3_600_000);
    await world.lose();
    for (const order of [sent, unsent]) await world.reoffer(order, firstOfferedAt);
    await world.pass(30_000);
    expect(world.verdicts().slice(-2)).toEqual([{ kind: "accepted" }, { kind: "accepted" }]);
    expect(world.state(sent)).toBe("submitted");
    expect(world.state(unsent)).toBe("expired");
    expect(world.edr.stored).toHaveLength(1);
  });

  it("[L8] one in doubt cannot be cancelled before it is known where it is", async () => {
    const world = new SiteWorld().start();
    world.edr.trouble = "ksc.unreachable";
    const order = world.order("h1", ISOLATE);
    await world.reoffer(order, world.clock.now());
    await world.agent.handle({ kind: "cancel", actionId: order.actionId, reason: "no" });
    expect(world.sent.at(-1)).toMatchObject({ kind: "cancelResult", outcome: "too_late" });
  });

  it("[L8][D4] a restored older file, which does not know of a send, does not lead to a second one", async () => {
    const world = new SiteWorld().start();
    world.edr.trouble = "ksc.unreachable";
    const orders = [world.order("h1", SCAN), world.order("h1", SCAN), world.order("h2", ISOLATE)];
    await world.offer(...orders);
    await world.pass(0);
    const older = world.store.copy();
    world.edr.trouble = undefined;
    await world.pass(60_000);
    expect(world.edr.stored).toHaveLength(2);
    world.store = older;
    await world.crash();
    await world.pass(60_000);
    expect(world.edr.stored).toHaveLength(2);
    expect(orders.map((order) => world.state(order))).toEqual(["submitted", "submitted", "submitted"]);
  });
});

describe("an order that waits where it came", () => {
  it("[L8][T2] is told once after seconds, with the trouble that it waits for; one that goes on is not", async () => {
    const world = new SiteWorld().start();
    world.edr.trouble = "ksc.unreachable";
    await world.offer(world.order("h0", ISOLATE));
    await world.pass(30_000);
    const quick = world.statuses.length;
    const waiting = world.order("h1", ISOLATE);
    await world.offer(waiting);
    await world.pass(1_000);
    const told = () => world.statuses.slice(quick).filter(({ actionId }) => actionId === waiting.actionId);
    expect(told()).toEqual([]);
    await world.pass(11_000);
    expect(told()).toMatchObject([{ state: "delivered", detail: { code: "ksc.unreachable" } }]);
    await world.pass(20_000);
    expect(told().filter(({ state }) => state === "delivered")).toHaveLength(1);
    world.edr.trouble = undefined;
    await world.pass(120_000);
    const before = world.statuses.length;
    await world.offer(world.order("h2", ISOLATE));
    await world.pass(20_000);
    expect(world.statuses.slice(before).map(({ state }) => state)).not.toContain("delivered");
  });
});

describe("an offer that may have been made before", () => {
  const finds = (world: SiteWorld, order: ActionOrder) =>
    world.edr.calls.filter((call) => call === `find ${order.actionId}`).length;

  it("[L8][D4] to a ledger that was set back within its session, and nobody can tell: what it sent then is not sent again", async () => {
    const world = new SiteWorld().start();
    const older = world.store.copy();
    const order = world.order("h1", ISOLATE);
    const offeredAt = world.clock.now();
    await world.offer(order);
    await world.pass(1_000);
    expect(world.edr.stored).toHaveLength(1);
    world.store = older;
    await world.crash();
    // The coordinator has no receipt, so it offers again.
    await world.reoffer(order, offeredAt);
    await world.pass(60_000);
    expect(world.edr.stored).toHaveLength(1);
    expect(world.state(order)).toBe("submitted");
  });

  it("[D4] to a process that still runs and does not know it, it was not: no look is spent on it", async () => {
    const world = new SiteWorld().start();
    await world.pass(5 * MINUTE_MS);
    const [recent, old] = [world.order("h1", ISOLATE), world.order("h2", ISOLATE)];
    world.connect();
    await world.reoffer(recent, addMs(world.clock.now(), -MINUTE_MS));
    await world.reoffer(old, addMs(world.clock.now(), -10 * MINUTE_MS));
    await world.pass(10_000);
    expect([finds(world, recent), finds(world, old)]).toEqual([0, 2]);
    expect(world.edr.stored).toHaveLength(2);
  });
});

describe("an older copy of a ledger that goes on without a coordinator", () => {
  it("[L8][T1][D5] tells what it did meanwhile, although the coordinator has statuses of those numbers from its later self", async () => {
    const world = new SiteWorld().start();
    const other = world.order("h2", KILL);
    const order = world.order("h1", ISOLATE, { deadline: addMs(world.clock.now(), 2 * MINUTE_MS) });
    world.edr.trouble = "ksc.unreachable";
    await world.offer(order);
    await world.pass(1_000);
    const older = world.store.copy();
    await world.offer(other);
    await world.pass(1_000);
    world.edr.refused.set(`submit ${order.actionId}`, "ksc.unavailable");
    world.edr.trouble = undefined;
    await world.pass(30_000);
    const before = world.statuses.length;
    expect(world.statuses.some(({ actionId }) => actionId === other.actionId)).toBe(true);
    world.store = older;
    await world.restartAlone();
    await world.pass(3 * MINUTE_MS);
    expect(world.state(order)).toBe("expired");
    world.connect(2, true);
    await world.pass(1_000);
    const told = world.statuses.slice(before).filter(({ actionId }) => actionId === order.actionId);
    expect(told.at(-1)).toMatchObject({ state: "expired", detail: { code: "action.expired" } });
    expect(world.entryOf(order)?.endSeq).toBe(told.at(-1)?.seq);
  });
});

describe("the forecast", () => {
  it("[L4][F2] tells of the file alone what each pending action waits for; one that rides goes with its carrier", async () => {
    const world = new SiteWorld().start();
    await world.offer(world.order("h1", SCAN));
    await world.pass(1_000);
    const ioc = (name: string): ActionArgs => ({ kind: "iocScan", indicators: [{ type: "fileName", value: name }] });
    const [carrier, rider] = [world.order("h1", ioc("a")), world.order("h1", ioc("b"))];
    await world.offer(carrier, rider);
    await world.pass(1_000);
    const told = forecastEndpoint(world.store, carrier.endpointId, world.clock.now(), DEFAULT_SETTINGS.ledger);
    const turn = world.store.find(carrier.actionId)?.pacedUntil;
    expect(turn).toBeDefined();
    expect(told).toMatchObject({ unknown: false, used: 1, limit: 100 });
    expect(told.pending).toMatchObject([
      { key: carrier.actionId, outcome: "waits", sendableAt: turn },
      { key: rider.actionId, outcome: "waits", sendableAt: turn, ridesWith: carrier.actionId },
    ]);
  });

  it("[F3][L2] is unknown for an endpoint that was never looked at", async () => {
    const world = new SiteWorld().start();
    world.edr.trouble = "ksc.unreachable";
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(1_000);
    const told = forecastEndpoint(world.store, order.endpointId, world.clock.now(), DEFAULT_SETTINGS.ledger);
    expect(told).toMatchObject({ unknown: true, pending: [{ key: order.actionId, outcome: "unknown" }] });
  });
});
