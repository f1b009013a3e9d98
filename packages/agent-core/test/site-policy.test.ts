import { ACTION_KINDS } from "@cordon/core/action";
import { type ActionId, addMs } from "@cordon/core/kernel";
import { kindsOf, type SitePolicy } from "@cordon/core/site-policy";
import { describe, expect, it } from "vitest";
import type { Edr } from "../src/index.ts";
import { ISOLATE, KILL, SCAN, SiteWorld } from "./site-world.ts";

const OPEN: SitePolicy = { allowed: kindsOf(["all"]), limits: [], protections: [], caps: [] };

function worldWith(patch: Partial<SitePolicy>): SiteWorld {
  const world = new SiteWorld().start();
  world.agent.site.setPolicy({ policy: { ...OPEN, ...patch }, sha256: JSON.stringify(patch) });
  return world;
}

const sent = (world: SiteWorld) => world.edr.stored.map(({ order }) => order.actionId);
const entryOf = (world: SiteWorld, actionId: ActionId) => world.store.find(actionId);

describe("[S7] the site's own policy", () => {
  it("refuses in the receipt what it does not allow, and nothing of it reaches KSC", async () => {
    const world = worldWith({ allowed: kindsOf(["scan"]) });
    await world.offer(world.order("h1", ISOLATE));
    await world.pass(60_000);
    expect(world.verdicts()).toMatchObject([{ kind: "refused", code: "policy.action_not_allowed" }]);
    expect(sent(world)).toEqual([]);
  });

  it("what was admitted under an older policy is judged again right before it is sent", async () => {
    const world = worldWith({});
    world.agent.site.setKillSwitch({ since: world.clock.now(), kinds: ACTION_KINDS });
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(1_000);
    const protections = [
      { who: { by: "host", endpointId: order.endpointId }, from: kindsOf(["all"]), reason: "" } as const,
    ];
    world.agent.site.setPolicy({ policy: { ...OPEN, protections }, sha256: "new" });
    world.agent.site.setKillSwitch(undefined);
    await world.pass(10_000);
    expect(entryOf(world, order.actionId)).toMatchObject({ state: "refused", code: "policy.endpoint_protected" });
    expect(sent(world)).toEqual([]);
  });

  it("an endpoint protected by name is asked for at KSC before the first send, and then remembered", async () => {
    const dc = { endpointId: "dc" as never, displayName: "DC01", addresses: [], statusMask: 0 };
    const pc = { ...dc, endpointId: "pc" as never, displayName: "PC01" };
    const world = worldWith({
      protections: [{ who: { by: "name", pattern: "dc*" }, from: kindsOf(["contain"]), reason: "domain controllers" }],
    });
    for (const one of [dc, pc]) world.edr.inventoryHosts.set(one.endpointId, one);
    const [onDc, onPc] = [world.order("dc", ISOLATE), world.order("pc", ISOLATE)];
    await world.offer(onDc, onPc);
    await world.pass(5_000);
    expect(entryOf(world, onDc.actionId)).toMatchObject({ state: "refused", code: "policy.endpoint_protected" });
    expect(sent(world)).toEqual([onPc.actionId]);
    await world.offer(world.order("dc", KILL));
    expect(world.verdicts().at(-1)).toMatchObject({ kind: "refused", code: "policy.endpoint_protected" });
  });

  it("outside its hours an order waits in its slot with the reason and the time, and goes when they begin", async () => {
    const world = worldWith({});
    const now = new Date(world.clock.now());
    const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
    const window = {
      kinds: kindsOf(["scan"]),
      days: [0, 1, 2, 3, 4, 5, 6],
      from: (minute + 30) % 1_440,
      to: (minute + 40) % 1_440,
    };
    world.agent.site.setPolicy({ policy: { ...OPEN, hours: { timeZone: "UTC", windows: [window] } }, sha256: "hours" });
    const order = world.order("h1", SCAN);
    await world.offer(order);
    await world.pass(1_000);
    expect(world.verdicts()).toMatchObject([{ kind: "accepted" }]);
    const entry = entryOf(world, order.actionId);
    expect(entry).toMatchObject({ state: "deferred", code: "policy.outside_hours", sends: 0 });
    expect(sent(world)).toEqual([]);
    for (let minutes = 0; minutes < 32; minutes++) await world.pass(60_000);
    expect(sent(world)).toEqual([order.actionId]);
  });

  it("a cap counts what was sent before a restart, and lets the next one go when the window has moved on", async () => {
    const world = worldWith({});
    const cap = { kinds: kindsOf(["scan"]), per: "site", max: 1, windowMs: 10 * 60_000 } as const;
    const first = world.order("h1", SCAN);
    await world.offer(first);
    await world.pass(5_000);
    await world.crash();
    world.agent.site.setPolicy({ policy: { ...OPEN, caps: [cap] }, sha256: "caps" });
    const second = world.order("h2", SCAN);
    await world.offer(second);
    await world.pass(1_000);
    expect(entryOf(world, second.actionId)).toMatchObject({ state: "deferred", code: "policy.cap_reached" });
    expect(sent(world)).toEqual([first.actionId]);
    for (let minutes = 0; minutes < 11; minutes++) await world.pass(60_000);
    expect(sent(world)).toEqual([first.actionId, second.actionId]);
  });

  it("a cap holds for requests that are made ready side by side", async () => {
    const world = worldWith({ caps: [{ kinds: kindsOf(["scan"]), per: "site", max: 1, windowMs: 10 * 60_000 }] });
    const orders = [1, 2, 3].map((host) => world.order(`h${host}`, SCAN));
    await world.offer(...orders);
    await world.pass(5_000);
    expect(sent(world)).toHaveLength(1);
    const waiting = orders.filter((order) => world.state(order) === "deferred");
    expect(waiting.map(({ actionId }) => entryOf(world, actionId)?.inDoubt)).toEqual([false, false]);
  });
});

describe("[S4] the local kill switch", () => {
  it("nothing is handed to KSC while it is pulled; the reason is told, and what waits goes out afterwards", async () => {
    const world = new SiteWorld().start();
    world.agent.site.setKillSwitch({ since: world.clock.now(), reason: "maintenance", kinds: ACTION_KINDS });
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(60_000);
    expect(world.verdicts()).toMatchObject([{ kind: "accepted" }]);
    expect(sent(world)).toEqual([]);
    const told = world.statuses.filter(({ actionId }) => actionId === order.actionId);
    expect(told).toMatchObject([
      { state: "deferred", detail: { code: "agent.site_stopped", message: expect.stringContaining("maintenance") } },
    ]);
    world.agent.site.setKillSwitch(undefined);
    await world.pass(5_000);
    expect(sent(world)).toEqual([order.actionId]);
  });

  it("pulled while a request waits for its turn at KSC, it still stops that request", async () => {
    const world = new SiteWorld({ submissionsMax: 1 }).start();
    const hold = Promise.withResolvers<void>();
    world.edr.gate = hold.promise;
    const [first, second] = [world.order("h1", KILL), world.order("h2", KILL)];
    await world.offer(first, second);
    await world.pass(1_000);
    world.agent.site.setKillSwitch({ since: world.clock.now(), kinds: ACTION_KINDS });
    hold.resolve();
    await world.pass(5_000);
    expect(sent(world)).toEqual([first.actionId]);
    expect(entryOf(world, second.actionId)).toMatchObject({ code: "agent.site_stopped", inDoubt: false, sends: 0 });
  });

  it("pulled while a request waits for a connection to KSC, it still stops that request", async () => {
    const world = new SiteWorld().start();
    const order = world.order("h1", KILL);
    const connection = Promise.withResolvers<void>();
    const edr: Edr = world.edr;
    const submit = edr.submit.bind(edr);
    edr.submit = async (sent, signal, mayGo) => {
      await connection.promise;
      if (mayGo?.() === false) return { kind: "rejected", code: "agent.not_acting", message: "not any more" };
      return submit(sent, signal);
    };
    await world.offer(order);
    await world.pass(1_000);
    world.agent.site.setKillSwitch({ since: world.clock.now(), kinds: ACTION_KINDS });
    connection.resolve();
    await world.pass(10_000);
    expect(sent(world)).toEqual([]);
    expect(entryOf(world, order.actionId)).toMatchObject({ code: "agent.site_stopped", inDoubt: false });
    world.agent.site.setKillSwitch(undefined);
    await world.pass(60_000);
    expect(sent(world)).toEqual([order.actionId]);
  });

  it("[D6] what it holds back still expires", async () => {
    const world = new SiteWorld().start();
    world.agent.site.setKillSwitch({ since: world.clock.now(), kinds: ACTION_KINDS });
    const order = world.order("h1", ISOLATE, { deadline: addMs(world.clock.now(), 30_000) });
    await world.offer(order);
    await world.pass(20_000);
    await world.pass(20_000);
    expect(world.state(order)).toBe("expired");
  });

  it("one that names kinds stops only those", async () => {
    const world = new SiteWorld().start();
    world.agent.site.setKillSwitch({ since: world.clock.now(), kinds: kindsOf(["scan"]) });
    const [scan, kill] = [world.order("h1", SCAN), world.order("h2", KILL)];
    await world.offer(scan, kill);
    await world.pass(5_000);
    expect(sent(world)).toEqual([kill.actionId]);
  });
});
