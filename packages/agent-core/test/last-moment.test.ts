import type { ActionArgs } from "@cordon/core/action";
import { addMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../src/index.ts";
import { ISOLATE, SCAN, SiteWorld } from "./site-world.ts";

const MONTH_MS = 30 * 86_400_000;
const FILE: ActionArgs = { kind: "getFile", path: "f" };
const SERVER = { limit: 10, lifespanMs: MONTH_MS, foreignAssumed: 0 };
const PER_SERVER = { ...DEFAULT_SETTINGS.ledger, server: SERVER, containReserve: 3, remediateReserve: 0 };

/** Whoever is handed to KSC from now on waits for a session until it is let go. */
function busySessions(world: SiteWorld) {
  const { promise, resolve } = Promise.withResolvers<void>();
  world.edr.sessionGate = promise;
  return { free: resolve };
}

describe("the moment before the first byte", () => {
  it("[L1][L2][P9] an order whose slot others got while it waited for a session is not sent, and waits for a slot again", async () => {
    const world = new SiteWorld({ ledger: PER_SERVER }).start();
    const sessions = busySessions(world);
    const file = world.order("h1", FILE);
    await world.offer(file);
    await world.pass(1_000);
    expect(world.state(file)).toBe("submitting");
    world.edr.addForeign("h2", 6, "iocScan");
    const isolation = world.order("h2", ISOLATE);
    await world.offer(isolation);
    await world.pass(1_000);
    sessions.free();
    await world.pass(1_000);
    expect(world.edr.stored.map(({ order }) => order.actionId)).toEqual([isolation.actionId]);
    expect(world.entryOf(file)).toMatchObject({ state: "deferred", code: "ledger.full", inDoubt: false, sends: 0 });
    // Others' tasks are gone: it gets a slot, and is sent once.
    for (const task of world.edr.tasks.get("h2") ?? []) world.edr.removeTask("h2", task.taskId);
    await world.pass(15 * 60_000);
    await world.offer(world.order("h2", SCAN));
    await world.pass(5 * 60_000);
    expect(world.edr.stored.filter(({ order }) => order.actionId === file.actionId)).toHaveLength(1);
  });

  it("[L2][P5] what was known of the endpoint may have become too old meanwhile: it is looked at again, and then sent", async () => {
    const world = new SiteWorld().start();
    const sessions = busySessions(world);
    const scan = world.order("h1", SCAN);
    await world.offer(scan);
    await world.pass(DEFAULT_SETTINGS.ledger.occupancyMaxAgeMs + 1_000);
    sessions.free();
    await world.pass(1_000);
    const looks = () => world.edr.calls.filter((call) => call === "tasks h1").length;
    expect(looks()).toBe(2);
    expect(world.state(scan)).toBe("submitted");
  });

  it("[L8][P6] containment that goes out without a look stays within what is known at the last moment", async () => {
    const world = new SiteWorld().start();
    const sessions = busySessions(world);
    world.edr.refused.set("tasks h1", "ksc.access_denied");
    const first = world.order("h1", ISOLATE);
    await world.offer(first);
    await world.pass(1_000);
    expect(world.state(first)).toBe("submitting");
    sessions.free();
    await world.pass(1_000);
    expect(world.state(first)).toBe("submitted");
  });

  it("[D6] an order whose deadline passes while it waits for a session is never sent", async () => {
    const world = new SiteWorld().start();
    const sessions = busySessions(world);
    const order = world.order("h1", ISOLATE, { deadline: addMs(world.clock.now(), 5_000) });
    await world.offer(order);
    await world.pass(6_000);
    sessions.free();
    await world.pass(1_000);
    expect(world.edr.stored).toEqual([]);
    expect(world.entryOf(order)).toMatchObject({ state: "expired", inDoubt: false });
  });
});
