import { describe, expect, it } from "vitest";
import { host, InventoryWorld } from "./inventory-world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const names = (count: number) => Array.from({ length: count }, (_, index) => host(`h${index}`));

/** Connects and lets the first snapshot arrive. */
async function synced(count: number): Promise<InventoryWorld> {
  const world = new InventoryWorld();
  world.hosts(...names(count));
  await world.connect();
  world.sent = [];
  world.edr.calls.length = 0;
  return world;
}

describe("reading", () => {
  it("the first pass reads all hosts and is sent as one snapshot in parts", async () => {
    const world = new InventoryWorld();
    world.hosts(...names(5));
    await world.connect();
    expect(world.edr.calls).toEqual(["console", "inventory"]);
    expect(world.sent.map((message) => message.kind === "inventorySnapshot" && [message.part, message.last])).toEqual([
      [0, false],
      [1, false],
      [2, true],
    ]);
    expect(world.ids()).toEqual(["h0", "h1", "h2", "h3", "h4"]);
  });

  it("between passes over all hosts only those seen lately are read, with the overlap; nothing new sends nothing", async () => {
    const world = await synced(3);
    await world.pass(5 * MINUTE_MS);
    await world.pass(5 * MINUTE_MS);
    expect(world.edr.calls.filter((call) => call.startsWith("inventory"))).toEqual([
      `inventory ${15 * MINUTE_MS}`,
      `inventory ${15 * MINUTE_MS}`,
    ]);
    expect(world.sent).toEqual([]);
    await world.pass(2 * HOUR_MS);
    expect(world.edr.calls).toContain("inventory");
  });

  it("a changed host goes up alone, as a delta on top of what is held", async () => {
    const world = await synced(3);
    world.edr.inventoryRecent = () => [host("h1", { fqdn: "h1.example" })];
    await world.pass(5 * MINUTE_MS);
    expect(world.sent).toEqual([
      {
        kind: "inventoryDelta",
        fromVersion: 1,
        version: 2,
        upserted: [host("h1", { fqdn: "h1.example" })],
        removed: [],
      },
    ]);
    expect(world.held.get("h1")?.fqdn).toBe("h1.example");
  });

  it("being seen again is no news until the last-seen time moved by the grain; a change of state is, at once and exactly", async () => {
    const world = new InventoryWorld();
    const start = world.clock.now();
    const seen = (ms: number, statusMask = 29) => host("h", { statusMask, lastSeenAt: (start + ms) as never });
    world.hosts(seen(0));
    await world.connect();
    world.sent = [];
    world.edr.inventoryRecent = () => [seen(11 * HOUR_MS)];
    await world.pass(5 * MINUTE_MS);
    expect(world.sent).toEqual([]);
    world.edr.inventoryRecent = () => [seen(11 * HOUR_MS, 20)];
    await world.pass(5 * MINUTE_MS);
    expect(world.held.get("h")).toEqual(seen(11 * HOUR_MS, 20));
    world.edr.inventoryRecent = () => [seen(23 * HOUR_MS, 20)];
    await world.pass(5 * MINUTE_MS);
    expect(world.held.get("h")?.lastSeenAt).toBe(start + 23 * HOUR_MS);
  });

  it("only a pass over all hosts that came to its end removes one", async () => {
    const world = await synced(5);
    world.hosts(...names(4));
    world.edr.inventoryRecent = () => [];
    await world.pass(5 * MINUTE_MS);
    expect(world.ids()).toHaveLength(5);
    world.edr.inventoryGate = (place) => {
      if (place === 2) world.edr.trouble = "ksc.unavailable";
      if (place === 2) throw new Error("the pass broke off");
    };
    await world.pass(2 * HOUR_MS);
    expect(world.ids()).toHaveLength(5);
    world.edr.trouble = undefined;
    world.edr.inventoryGate = undefined;
    await world.pass(MINUTE_MS);
    expect(world.ids()).toEqual(["h0", "h1", "h2", "h3"]);
  });

  it("a pass that misses most of the site removes nobody, unless the next one says the same", async () => {
    const world = await synced(50);
    world.hosts(...names(3));
    await world.pass(2 * HOUR_MS);
    expect(world.ids()).toHaveLength(50);
    world.hosts(...names(50));
    await world.pass(5 * MINUTE_MS);
    expect(world.sent).toEqual([]);
    world.hosts(...names(3));
    await world.pass(2 * HOUR_MS);
    expect(world.ids()).toHaveLength(50);
    await world.pass(5 * MINUTE_MS);
    expect(world.ids()).toEqual(["h0", "h1", "h2"]);
  });
});

describe("sending", () => {
  it("after a restart nothing is sent that the coordinator holds, and KSC is not read before it is due", async () => {
    const world = await synced(5);
    await world.restart();
    await world.connect();
    expect([world.sent, world.edr.calls]).toEqual([[], []]);
    await world.pass(5 * MINUTE_MS);
    expect(world.edr.calls).toEqual(["console", `inventory ${15 * MINUTE_MS}`]);
    expect(world.sent).toEqual([]);
  });

  it.each(["lost", "unanswered"] as const)(
    "a snapshot that breaks off goes on behind the last acknowledged part, after a restart as well (message %s)",
    async (fate) => {
      const world = new InventoryWorld();
      world.hosts(...names(9));
      let messages = 0;
      world.fate = () => (++messages === 4 ? fate : "taken");
      await world.connect();
      expect(world.ids()).toEqual([]);
      await world.restart();
      await world.connect();
      const parts = world.sent.flatMap((message) => (message.kind === "inventorySnapshot" ? [message.part] : []));
      expect(parts).toEqual([3, 4]);
      expect(world.ids()).toHaveLength(9);
      expect(world.edr.calls).toEqual([]);
    },
  );

  it("a delta whose acknowledgement was lost is not sent again", async () => {
    const world = await synced(3);
    world.edr.inventoryRecent = () => [host("h1", { fqdn: "new" })];
    world.fate = () => "unanswered";
    await world.pass(5 * MINUTE_MS);
    expect(world.sent).toHaveLength(1);
    world.fate = () => "taken";
    await world.connect();
    expect(world.sent).toHaveLength(1);
    expect(world.held.get("h1")?.fqdn).toBe("new");
    expect(world.store.counts().waiting).toBe(0);
  });

  it("a coordinator that holds something else gets a snapshot, and keeps what it has until that is whole", async () => {
    const world = await synced(5);
    world.heldVersion = 0;
    world.held.set("stranger", host("stranger"));
    let messages = 0;
    world.fate = () => (++messages === 2 ? "lost" : "taken");
    await world.connect();
    expect(world.ids()).toContain("stranger");
    world.fate = () => "taken";
    await world.connect();
    expect(world.ids()).toEqual(["h0", "h1", "h2", "h3", "h4"]);
  });

  it("parts that the coordinator lost cost a snapshot from the beginning, and it ends there", async () => {
    const world = new InventoryWorld();
    world.hosts(...names(9));
    let messages = 0;
    world.fate = () => (++messages === 4 ? "lost" : "taken");
    await world.connect();
    world.forgetParts();
    await world.connect();
    await world.pass(1_000);
    expect(world.ids()).toHaveLength(9);
    const sent = world.sent.length;
    await world.pass(MINUTE_MS);
    expect(world.sent).toHaveLength(sent);
  });

  it("a copy that was never whole is not sent: it would empty the coordinator's", async () => {
    const world = new InventoryWorld();
    world.hosts(...names(5));
    world.held.set("known", host("known"));
    world.heldVersion = 7;
    world.edr.trouble = "ksc.unreachable";
    await world.connect();
    expect([world.sent, world.ids()]).toEqual([[], ["known"]]);
    world.edr.trouble = undefined;
    await world.pass(MINUTE_MS);
    expect(world.ids()).toEqual(["h0", "h1", "h2", "h3", "h4"]);
    expect(world.heldVersion).toBeGreaterThan(7);
  });
});
