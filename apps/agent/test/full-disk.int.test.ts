import { eventually, mountSmallDisk } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { cordonAgent } from "./run-cli.ts";
import { hostOf, startTestSite, type TestSite } from "./test-site.ts";

const isolate = { kind: "isolateHost", durationSeconds: 3_600 } as const;

const statusOf = async (site: TestSite) => cordonAgent(["-c", site.configFile, "status"]);

describe("a full disk", () => {
  it("[D5] new orders are refused with the reason, the agent stays, and works again by itself when there is room", async () => {
    using disk = mountSmallDisk(8 * 1_048_576);
    await using site = await startTestSite({ stateDir: disk.path });
    const agent = await site.start();
    const { coordinator } = site;
    const before = coordinator.order(hostOf(site), isolate);
    expect(await coordinator.offer(before)).toEqual({ kind: "accepted" });
    await eventually(() => site.incidentsOf(before.actionId) === 1, { what: "the first action to go out" });
    disk.fill();
    // The first that needs the disk finds out; it is waited for, and told to nobody.
    const first = coordinator.order(hostOf(site, 1), { kind: "iocScan", indicators: many(400) });
    coordinator.sendOffer(first);
    const seen = await eventually(async () => /disk +.*refused/i.test((await statusOf(site)).out) && statusOf(site), {
      what: "status to tell the trouble",
    });
    expect(seen).toMatchObject({ code: 0, out: expect.stringContaining("running, process") });
    const refused = coordinator.order(hostOf(site, 2), isolate);
    expect(await coordinator.offer(refused)).toMatchObject({ kind: "refused", code: "ledger.unwritable" });
    expect(site.incidentsOf(first.actionId)).toBe(0);
    disk.free();
    await eventually(() => site.incidentsOf(first.actionId) === 1, { what: "what was waited for to go out" });
    const after = coordinator.order(hostOf(site, 3), isolate);
    expect(await coordinator.offer(after)).toEqual({ kind: "accepted" });
    await eventually(() => site.incidentsOf(after.actionId) === 1, { what: "the next action to go out" });
    expect(coordinator.sessionCount).toBe(1);
    expect(site.incidentsOf(refused.actionId)).toBe(0);
    await agent.stop();
  });

  it("the agent can be stopped while it waits for the disk; the next start knows everything that was told to anyone", async () => {
    using disk = mountSmallDisk(8 * 1_048_576);
    await using site = await startTestSite({ stateDir: disk.path, top: { stopGraceSeconds: 0.2 } });
    const { coordinator } = site;
    const agent = await site.start();
    const before = coordinator.order(hostOf(site), isolate);
    await coordinator.offer(before);
    await eventually(() => site.incidentsOf(before.actionId) === 1, { what: "the first action to go out" });
    disk.fill();
    const lost = coordinator.order(hostOf(site, 1), { kind: "iocScan", indicators: many(400) });
    coordinator.sendOffer(lost);
    await eventually(async () => /disk +.*refused/i.test((await statusOf(site)).out), {
      what: "status to tell the trouble",
    });
    await agent.stop();
    disk.free();
    await site.start();
    await eventually(() => coordinator.sessionCount === 2, { what: "the agent to come back" });
    expect(site.ledgerState(lost.actionId)).toBeUndefined();
    expect(site.ledgerState(before.actionId)).toBeDefined();
    expect(await coordinator.offer(lost)).toEqual({ kind: "accepted" });
    await eventually(() => site.incidentsOf(lost.actionId) === 1, { what: "what was offered again to go out" });
    expect(site.incidentsOf(before.actionId)).toBe(1);
  });
});

/** An order too large for what the ledger's log still has room for. */
const many = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => ({ type: "url", value: `https://evil.example/${index}/${"x".repeat(900)}` }) as const,
  );
