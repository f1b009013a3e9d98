import { describe, expect, it } from "vitest";
import type { Edr } from "../src/index.ts";
import { SiteWorld } from "./site-world.ts";

const SCAN = { kind: "onDemandScan" } as const;
const LEASE_MS = 30_000;

/** What reached KSC, in order. */
const submitted = (world: SiteWorld) => world.edr.calls.filter((call) => call.startsWith("submit"));

describe("acting under a lease", () => {
  it("[L8] a stand-by takes nothing to KSC, and goes on with what its book holds when it is welcomed as the active one and is offered it again", async () => {
    const world = new SiteWorld();
    world.role = "standby";
    world.start();
    const order = world.order("h1", SCAN);
    await world.offer(order);
    await world.pass(120_000);
    expect(submitted(world)).toEqual([]);
    world.agent.sessionDown();
    world.role = "active";
    world.actingLeaseMs = LEASE_MS;
    world.connect(2);
    await world.reoffer(order, world.clock.now());
    await world.pass(10);
    expect(submitted(world)).toEqual(["submit a1"]);
  });

  it("[L8] when its lease runs out the agent sends nothing more, but goes on expiring, watching and recording", async () => {
    const world = new SiteWorld();
    world.actingLeaseMs = LEASE_MS;
    world.start();
    await world.offer(world.order("h1", SCAN));
    await world.pass(10);
    expect(submitted(world)).toEqual(["submit a1"]);
    await world.pass(LEASE_MS);
    expect(world.agent.facts().acting).toEqual({ state: "lapsed" });
    const late = world.order("h2", SCAN, { deadline: (world.clock.now() + 60_000) as never });
    await world.offer(late);
    world.edr.makeTask("a1");
    await world.pass(62_000);
    expect(submitted(world)).toEqual(["submit a1"]);
    expect(world.statuses.find((one) => one.actionId === late.actionId && one.state === "expired")).toBeDefined();
    expect(world.statuses.find((one) => one.actionId === "a1" && one.state === "task_seen")).toBeDefined();
  });

  it("[L8] an answer in time keeps it acting", async () => {
    const world = new SiteWorld();
    world.actingLeaseMs = LEASE_MS;
    world.start();
    for (let turn = 0; turn < 5; turn++) {
      await world.pass(LEASE_MS / 2);
      world.agent.answered(world.clock.monotonicMs());
    }
    await world.offer(world.order("h1", SCAN));
    await world.pass(10);
    expect(submitted(world)).toEqual(["submit a1"]);
  });

  it("[L8] what was unsent when others may have acted is asked for at KSC before it is sent", async () => {
    const world = new SiteWorld();
    world.role = "standby";
    world.start();
    const order = world.order("h1", SCAN);
    await world.offer(order);
    // The agent that was active meanwhile has sent it.
    await world.edr.submit(order);
    world.edr.calls.length = 0;
    world.agent.sessionDown();
    world.role = "active";
    world.connect(2);
    await world.pass(1_000);
    expect(world.edr.calls).toContain("find a1");
    expect(submitted(world)).toEqual([]);
    expect(world.statuses.at(-1)).toMatchObject({ actionId: "a1", state: "submitted" });
  });

  it("[L8] the lease is judged right before the request: what was ready to go when it lapsed stays, and is asked for later", async () => {
    const world = new SiteWorld();
    world.actingLeaseMs = LEASE_MS;
    world.start();
    const held = Promise.withResolvers<void>();
    const submit = world.edr.submit.bind(world.edr);
    let asked: boolean | undefined;
    const slowLogin: Edr["submit"] = async (order, _signal, mayGo) => {
      // It takes as long as the lease: the last moment is inside the client.
      await held.promise;
      asked = mayGo?.();
      return asked ? submit(order) : { kind: "rejected", code: "agent.not_acting", message: "not now" };
    };
    Object.assign(world.edr, { submit: slowLogin });
    const order = world.order("h1", SCAN);
    await world.offer(order);
    await world.pass(LEASE_MS);
    held.resolve();
    await world.pass(10);
    expect(asked).toBe(false);
    world.agent.sessionDown();
    world.connect(2);
    await world.reoffer(order, world.clock.now());
    await world.pass(5_000);
    expect(world.edr.calls).toContain("find a1");
    expect(submitted(world)).toEqual(["submit a1"]);
  });

  it("[L8] what KSC said before others may have acted does not count for a request that goes after it", async () => {
    const world = new SiteWorld();
    world.actingLeaseMs = LEASE_MS;
    world.start();
    const held = Promise.withResolvers<void>();
    world.edr.lookGate = held.promise;
    const order = world.order("h1", SCAN);
    await world.offer(order);
    await world.pass(LEASE_MS);
    // Another agent had the site meanwhile, sent it, and is gone again.
    await world.edr.submit(order);
    world.edr.calls.length = 0;
    world.agent.sessionDown();
    world.connect(2);
    held.resolve();
    await world.pass(5_000);
    expect(submitted(world)).toEqual([]);
    expect(world.statuses.at(-1)).toMatchObject({ actionId: "a1", state: "submitted" });
  });

  it("a process that starts anew acts by itself only if its last welcome named no lease", async () => {
    for (const [actingLeaseMs, sends] of [
      [0, ["submit a1"]],
      [LEASE_MS, []],
    ] as const) {
      const world = new SiteWorld();
      world.actingLeaseMs = actingLeaseMs;
      world.edr.trouble = "ksc.unreachable";
      world.start();
      await world.offer(world.order("h1", SCAN));
      await world.pass(10);
      await world.restartAlone();
      world.edr.trouble = undefined;
      world.edr.calls.length = 0;
      await world.pass(60_000);
      expect(submitted(world), `${actingLeaseMs}`).toEqual(sends);
    }
  });
});
