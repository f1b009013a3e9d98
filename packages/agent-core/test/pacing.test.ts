import type { ActionArgs } from "@cordon/core/action";
import { addMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../src/index.ts";
import { ISOLATE, KILL, SCAN, SiteWorld } from "./site-world.ts";

const MINUTE_MS = 60_000;
const ioc = (name: string): ActionArgs => ({ kind: "iocScan", indicators: [{ type: "fileName", value: name }] });
const sentAt = (world: SiteWorld) =>
  world.edr.stored.map(({ order, at }) => `${order.spec.kind} ${Math.round((at - START) / MINUTE_MS)}`);
let START = 0;

function paced(gapMinutes = 10, perHourMax = 4): SiteWorld {
  const pacing = { heavy: ["onDemandScan", "iocScan"], gapMs: gapMinutes * MINUTE_MS, perHourMax } as const;
  const world = new SiteWorld({ ledger: { ...DEFAULT_SETTINGS.ledger, merging: { ridersMax: 0 }, pacing } }).start();
  START = world.clock.now();
  return world;
}

const orderOf = (world: SiteWorld, spec: ActionArgs) =>
  world.order("h1", spec, { deadline: addMs(world.clock.now(), 8 * 60 * MINUTE_MS) });

describe("pacing", () => {
  it("[L6][G1][G2] scans of one endpoint go out a gap apart and a few an hour, deferred with the time of their turn", async () => {
    const world = paced();
    const orders = Array.from({ length: 6 }, () => orderOf(world, SCAN));
    await world.offer(...orders);
    await world.pass(1_000);
    const second = world.entryOf(orders[1]);
    expect(second).toMatchObject({ state: "deferred", code: "ledger.paced" });
    expect(second?.earliest).toBe(addMs(world.edr.stored[0]?.at ?? second?.admittedAt ?? (0 as never), 10 * MINUTE_MS));
    const told = world.statuses.filter(({ state }) => state === "deferred");
    expect(told.map(({ actionId }) => actionId)).toEqual(orders.slice(1).map(({ actionId }) => actionId));
    expect(told.every(({ detail }) => detail.code === "ledger.paced" && detail.earliest !== undefined)).toBe(true);
    await world.pass(75 * MINUTE_MS);
    expect(sentAt(world)).toEqual([0, 10, 20, 30, 60, 70].map((minute) => `onDemandScan ${minute}`));
  });

  it("[L6] nothing is asked of KSC for what waits for its turn", async () => {
    const world = new SiteWorld({
      inventoryIntervalMs: 1e9,
      ledger: { ...DEFAULT_SETTINGS.ledger, merging: { ridersMax: 0 } },
    }).start();
    const orders = [orderOf(world, SCAN), orderOf(world, SCAN)];
    await world.offer(...orders);
    await world.pass(100);
    world.edr.makeTask(orders[0]?.actionId ?? "", 4);
    await world.pass(4 * MINUTE_MS);
    const settled = world.edr.calls.filter((call) => call !== "console").length;
    await world.pass(4 * MINUTE_MS);
    expect(world.edr.calls.filter((call) => call !== "console")).toHaveLength(settled);
  });

  it("[L6] contain and what is not heavy pass at once, and other endpoints are not held up", async () => {
    const world = paced();
    await world.offer(orderOf(world, SCAN), orderOf(world, ioc("a")));
    await world.pass(1_000);
    await world.offer(orderOf(world, ISOLATE), orderOf(world, KILL), orderOf(world, { kind: "getFile", path: "a" }));
    await world.offer(world.order("h2", SCAN));
    await world.pass(1_000);
    expect(sentAt(world).sort()).toEqual([
      "getFile 0",
      "isolateHost 0",
      "onDemandScan 0",
      "onDemandScan 0",
      "terminateProcess 0",
    ]);
  });

  it("[L6][G2] turns survive a restart, also those after a scan whose task is gone already", async () => {
    const world = paced(10, 2);
    const [first, second, third] = [orderOf(world, SCAN), orderOf(world, SCAN), orderOf(world, SCAN)];
    await world.offer(first);
    await world.pass(100);
    const { taskId } = world.edr.makeTask(first.actionId, 4);
    await world.pass(5 * MINUTE_MS);
    world.edr.removeTask("h1", taskId);
    await world.offer(second);
    await world.pass(1_000);
    // A look for another action shows that the task is gone: nothing of the first is open or takes a slot any more.
    await world.offer(orderOf(world, KILL));
    await world.pass(12 * MINUTE_MS);
    expect(world.store.find(first.actionId)).toMatchObject({ slotFreed: true });
    await world.crash();
    await world.offer(third);
    await world.pass(100 * MINUTE_MS);
    expect(sentAt(world).filter((sent) => sent.startsWith("onDemandScan"))).toEqual([
      "onDemandScan 0",
      "onDemandScan 10",
      "onDemandScan 60",
    ]);
  });

  it("[L6] when one that waits is cancelled, those behind it move up", async () => {
    const world = paced();
    const orders = [1, 2, 3].map(() => orderOf(world, SCAN));
    await world.offer(...orders);
    await world.pass(1_000);
    await world.agent.handle({ kind: "cancel", actionId: orders[1]?.actionId ?? ("" as never), reason: "no" });
    await world.pass(15 * MINUTE_MS);
    expect(sentAt(world)).toEqual(["onDemandScan 0", "onDemandScan 10"]);
    expect(world.state(orders[2] as never)).toBe("submitted");
  });

  describe("[G3] what waits for its turn", () => {
    const pacing = { heavy: ["onDemandScan"], gapMs: 10 * MINUTE_MS, perHourMax: 4 } as const;
    const endpoint = { limit: 4, lifespanMs: 86_400_000 };
    const reserves = { containReserve: 1, remediateReserve: 0, foreignMargin: 1 };

    /** Of four slots a scan may take three: another's task has one, a scan that was sent the next, one that is paced the last. */
    async function lastSlotPaced() {
      const world = new SiteWorld({ ledger: { ...DEFAULT_SETTINGS.ledger, ...reserves, endpoint, pacing } }).start();
      world.edr.addForeign("h1", 1, "isolateHost");
      const [sent, paced] = [orderOf(world, SCAN), orderOf(world, SCAN)];
      for (const order of [sent, paced]) {
        await world.offer(order);
        await world.pass(MINUTE_MS);
      }
      expect(world.entryOf(paced)).toMatchObject({ state: "deferred", code: "ledger.paced" });
      return { world, paced };
    }

    it("[L6] keeps its slot: a younger one of its class, which could go at once, waits for another", async () => {
      const { world, paced } = await lastSlotPaced();
      const younger = orderOf(world, ioc("a"));
      await world.offer(younger);
      await world.pass(MINUTE_MS);
      expect(world.entryOf(younger)).toMatchObject({ state: "deferred", code: "ledger.full" });
      expect(world.entryOf(younger)?.message).toContain("3 of 4 task slots in use");
      await world.pass(10 * MINUTE_MS);
      expect(world.state(paced)).toBe("submitted");
      expect(world.state(younger)).toBe("deferred");
    });

    it("[D7][C3] gives it to a more urgent one, and finds it taken at its turn", async () => {
      const { world, paced } = await lastSlotPaced();
      const urgent = orderOf(world, KILL);
      await world.offer(urgent);
      await world.pass(MINUTE_MS);
      expect(world.state(urgent)).toBe("submitted");
      expect(world.entryOf(paced)).toMatchObject({ code: "ledger.paced" });
      await world.pass(10 * MINUTE_MS);
      expect(world.entryOf(paced)).toMatchObject({ state: "deferred", code: "ledger.full", sends: 0 });
    });
  });

  it("[L6][D6] what waits for its turn expires at its deadline", async () => {
    const world = paced();
    const late = world.order("h1", SCAN, { deadline: addMs(world.clock.now(), 5 * MINUTE_MS) });
    await world.offer(orderOf(world, SCAN), late);
    await world.pass(20 * MINUTE_MS);
    expect(world.state(late)).toBe("expired");
    expect(world.edr.stored).toHaveLength(1);
  });

  it("[L5][L6] what comes while one of its like waits for its turn rides with it", async () => {
    const world = new SiteWorld().start();
    await world.offer(orderOf(world, SCAN));
    await world.pass(100);
    const paced = [orderOf(world, ioc("a")), orderOf(world, ioc("b")), orderOf(world, ioc("c"))];
    for (const order of paced) {
      await world.offer(order);
      await world.pass(1_000);
    }
    for (const order of paced) {
      expect(world.store.find(order.actionId)).toMatchObject({ state: "deferred", code: "ledger.paced" });
    }
    await world.pass(11 * MINUTE_MS);
    expect(world.edr.stored.map(({ order }) => order.serves?.length ?? 0)).toEqual([0, 2]);
    expect(paced.map((order) => world.state(order))).toEqual(["submitted", "submitted", "submitted"]);
  });
});
