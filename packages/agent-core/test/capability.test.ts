import type { Endpoint } from "@cordon/core/endpoint";
import type { EndpointId } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../src/index.ts";
import { ISOLATE, SCAN, SiteWorld } from "./site-world.ts";

const host = (name: string, change: Partial<Endpoint>): Endpoint => ({
  endpointId: name as EndpointId,
  displayName: name,
  addresses: [],
  statusMask: 29,
  ...change,
});

const reports = (world: SiteWorld) =>
  world.sent.flatMap((message) => (message.kind === "siteReport" ? [message.readiness] : []));

describe("an offer that cannot work", () => {
  it("[P13] is refused at once with what its endpoint lacks; an endpoint that the inventory does not know is not", async () => {
    const world = new SiteWorld();
    world.edr.inventoryHosts.set("old", host("old", { kesVersion: "12.6.0.438" }));
    world.edr.inventoryHosts.set("new", host("new", { kesVersion: "12.9.0.384" }));
    world.start();
    await world.pass(1_000);
    await world.offer(world.order("old", ISOLATE), world.order("new", ISOLATE), world.order("unknown", ISOLATE));
    expect(world.verdicts()).toMatchObject(
      expect.arrayContaining([
        { kind: "refused", code: "endpoint.kes_too_old", message: expect.stringContaining("12.6.0.438") },
        { kind: "accepted" },
        { kind: "accepted" },
      ]),
    );
    expect(world.edr.stored.map(({ order }) => order.endpointId).sort()).toEqual(["new", "unknown"]);
  });

  it("[P13] goes by the site's own minimum", async () => {
    const minimums = { kesVersion: "12.6", edrMissing: [0] };
    const world = new SiteWorld({ capability: { ...DEFAULT_SETTINGS.capability, minimums } });
    world.edr.inventoryHosts.set("old", host("old", { kesVersion: "12.6.0.438" }));
    world.edr.inventoryHosts.set("bare", host("bare", { kesVersion: "12.9", edrStatus: 0 }));
    world.start();
    await world.pass(1_000);
    await world.offer(world.order("old", SCAN));
    await world.offer(world.order("bare", SCAN));
    expect(world.verdicts()).toMatchObject([{ kind: "accepted" }, { kind: "refused", code: "endpoint.edr_missing" }]);
  });
});

describe("readiness", () => {
  it("is told when a session begins and whenever it changes, and otherwise not", async () => {
    const world = new SiteWorld();
    world.edr.capable = { ...world.edr.capable, missingRights: ["tasks / Read"] };
    world.start();
    await world.pass(10_000);
    expect(reports(world).at(-1)).toMatchObject({
      kscVersion: "15.2.0.100",
      missingRights: ["tasks / Read"],
      killSwitch: false,
      refusals: [],
    });
    const count = reports(world).length;
    await world.pass(60_000);
    expect(reports(world)).toHaveLength(count);
    world.agent.site.setKillSwitch({ since: world.clock.now(), reason: "drill", kinds: ["isolateHost"] });
    await world.pass(2_000);
    expect(reports(world).at(-1)).toMatchObject({ killSwitch: true, refusals: [{ kind: "isolateHost" }] });
    world.connect();
    await world.pass(0);
    expect(reports(world).at(-1)).toMatchObject({ killSwitch: true, kscVersion: "15.2.0.100" });
    expect(world.edr.calls.filter((call) => call === "capabilities")).toHaveLength(1);
  });

  it("a KSC that is too old, or that cannot store incidents, is a refusal of every kind", async () => {
    const world = new SiteWorld();
    world.edr.capable = { ...world.edr.capable, kscVersion: "13.2.0.1511", missingMethods: ["HostGroup.AddIncident"] };
    world.start();
    await world.pass(1_000);
    expect(
      reports(world)
        .at(-1)
        ?.refusals.map(({ code, kind }) => [code, kind]),
    ).toEqual([
      ["site.ksc_too_old", undefined],
      ["ksc.unsupported", undefined],
    ]);
  });

  it("a KSC that does not answer says nothing about what it can do, and is asked again", async () => {
    const world = new SiteWorld();
    world.edr.refused.set("capabilities", "ksc.timeout");
    world.start();
    await world.pass(5_000);
    expect(reports(world).at(-1)).toMatchObject({ refusals: [], missingRights: [] });
    expect(reports(world).at(-1)).not.toHaveProperty("kscVersion");
    world.edr.refused.clear();
    await world.pass(60_000);
    expect(reports(world).at(-1)).toMatchObject({ kscVersion: "15.2.0.100" });
  });
});
