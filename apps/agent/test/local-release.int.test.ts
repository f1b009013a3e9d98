import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { LeaseView } from "@cordon/core/endpoint";
import { eventually } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { cordonAgent } from "./run-cli.ts";
import { hostOf, startTestSite, type TestSite } from "./test-site.ts";

const HOLD = { kind: "isolateHost", durationSeconds: 3_600, holdSeconds: 7_200 } as const;

const SAY_HOST = "console.log('unblocked', process.env.CORDON_HOST_NAME)";

interface Held extends LeaseView {
  readonly name?: string;
  readonly since?: number;
}

const leasesOf = async (site: TestSite): Promise<readonly Held[]> => {
  const { out } = await cordonAgent(["-c", site.configFile, "leases", "--json"]);
  return (JSON.parse(out) as { leases: Held[] }).leases;
};
const releaseOf = (site: TestSite, what: string, ...more: string[]) =>
  cordonAgent(["-c", site.configFile, "release", what, "--reason", "host is clean", ...more], { SUDO_USER: "ada" });
const ordersOf = (site: TestSite) => readdirSync(site.stateDir).filter((name) => name.startsWith("release-"));
const lastReport = (site: TestSite, actionId: string) =>
  site.coordinator.messages
    .flatMap((message) => (message.kind === "leaseReport" ? message.leases : []))
    .findLast((lease) => lease.actionId === actionId);

/** A running agent with an isolation that holds. */
async function holding(site: TestSite, index = 0) {
  const order = site.coordinator.order(hostOf(site, index), HOLD);
  expect(await site.coordinator.offer(order)).toEqual({ kind: "accepted" });
  await site.coordinator.reached(order.actionId, "succeeded");
  await eventually(
    async () => {
      const lease = (await leasesOf(site)).find(({ actionId }) => actionId === order.actionId);
      if (lease?.state === "holding" && lease.name !== undefined) return true;
      throw new Error(`it is ${JSON.stringify(lease)}`);
    },
    { what: "the isolation to hold under its name" },
  );
  return order;
}

describe("an isolation, from the machine of its agent", () => {
  it("[S6] is listed with its ends, its renewals and its budget, by the running agent and by the ledger alone", async () => {
    await using site = await startTestSite();
    const agent = await site.spawn();
    const order = await holding(site);
    const [lease] = await leasesOf(site);
    expect(lease).toMatchObject({
      actionId: order.actionId,
      endpointId: order.endpointId,
      name: "ws-0",
      state: "holding",
      since: expect.any(Number),
      wantedUntil: expect.any(Number),
      agentEndsAt: expect.any(Number),
      renewals: 0,
      renewalsMax: 24,
      nextRenewalAt: expect.any(Number),
    });
    const shown = await cordonAgent(["-c", site.configFile, "leases"]);
    expect(shown.out).toMatch(/^ENDPOINT +STATE +SINCE +WANTED .*\nws-0 +holding .* in 2 h +in 60 min .* 0 of 24 /);
    await agent.kill9();
    const alone = await cordonAgent(["-c", site.configFile, "leases"]);
    expect(alone.out).toContain("ws-0");
    const stopped = await leasesOf(site);
    expect(stopped).toMatchObject([{ state: "holding", agentEndsAt: lease?.agentEndsAt, renewalsMax: 24 }]);
  });

  it("[S4] is released without the coordinator, under the kill switch; the coordinator hears who did it and why", async () => {
    await using site = await startTestSite();
    await site.spawn();
    const order = await holding(site);
    await cordonAgent(["-c", site.configFile, "kill", "on", "--reason", "x"]);
    await site.line.refuse();
    const preview = await releaseOf(site, "WS-0");
    expect(preview).toMatchObject({ code: 1, out: expect.stringMatching(/ws-0 +holding.*Nothing was done/s) });
    expect(ordersOf(site)).toEqual([]);
    const done = await releaseOf(site, "WS-0", "--yes");
    expect(done).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^ws-0: released, it is not renewed any more\. .*timer ends it at .*\n.*console.*\n.*avp\.com isolation \/OFF/,
      ),
    });
    expect(ordersOf(site)).toEqual([]);
    await site.line.heal();
    const told = await eventually(
      () => {
        const last = site.coordinator.lastOf(order.actionId);
        return last?.detail?.code === "lease.released" && last;
      },
      { what: "the status of the release" },
    );
    expect(told.detail?.message).toMatch(/host is clean \(asked for at the site, by ada as \w+\)$/);
    const report = await eventually(
      () => lastReport(site, order.actionId)?.released && lastReport(site, order.actionId),
      {
        what: "the report of the release",
      },
    );
    expect(report).toMatchObject({
      state: "ending",
      released: { by: expect.stringContaining("ada"), reason: "host is clean" },
    });
    expect(site.ksc.control.truth().incidents).toHaveLength(1);
    const again = await releaseOf(site, order.actionId, "--yes", "--json");
    expect(JSON.parse(again.out)).toMatchObject({ released: true, answers: [{ outcome: "released" }] });
  });

  it("[S4] is ended by the site's own release command, whose words are shown", async () => {
    const release = { method: "command", command: process.execPath, arguments: ["-e", SAY_HOST] };
    await using site = await startTestSite({ config: { isolation: { release } } });
    await site.spawn();
    await holding(site);
    const done = await releaseOf(site, "ws-0", "--yes");
    expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/has run\. It said: unblocked ws-0$/) });
  });

  it("[S5] is named without doubt: what fits nothing, or more than one endpoint, is refused with the candidates", async () => {
    await using site = await startTestSite({ names: ["twin", "twin", "other"] });
    await site.spawn();
    const [first] = [await holding(site, 0), await holding(site, 1)];
    const twin = await releaseOf(site, "twin", "--yes");
    expect(twin).toMatchObject({ code: 1, err: expect.stringContaining("endpoint.ambiguous") });
    for (const host of site.hosts.slice(0, 2)) expect(twin.err).toContain(host);
    const none = await releaseOf(site, "other", "--yes");
    expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/lease\.not_found.*It holds twin/) });
    expect(ordersOf(site)).toEqual([]);
    expect(await releaseOf(site, first.endpointId, "--yes")).toMatchObject({ code: 0 });
    expect((await leasesOf(site)).map(({ state }) => state).sort()).toEqual(["ending", "holding"]);
  });

  it("[S4] asked for while no agent runs, its end is the first thing that the next start does", async () => {
    await using site = await startTestSite();
    const agent = await site.spawn();
    const order = await holding(site);
    await agent.end();
    const status = await cordonAgent(["-c", site.configFile, "status"]);
    expect(status.out).toMatch(/^agent +not running: process \d+ was stopped/);
    const kept = await releaseOf(site, "ws-0", "--yes");
    expect(kept).toMatchObject({ code: 1, out: expect.stringContaining("the next start obeys it") });
    await site.spawn();
    await eventually(() => lastReport(site, order.actionId)?.released?.reason === "host is clean", {
      what: "the report of the release",
    });
    await eventually(() => ordersOf(site).every((name) => name.startsWith("release-answer")), {
      what: "the order to go",
    });
  });

  it("an order that others could have written is not obeyed, and taken away", async () => {
    await using site = await startTestSite();
    const agent = await site.spawn();
    const order = await holding(site);
    const id = "0f9a3c52-6f0c-4c7e-9b60-3f6f8c8b4d11";
    const text = JSON.stringify({ id, actionIds: [order.actionId], reason: "x", by: "eve", askedAt: 0 });
    writeFileSync(path.join(site.stateDir, `release-order.${id}.json`), text, { mode: 0o644 });
    await agent.waitForLine(/mode 644: nobody else may order.*release_order\.refused/);
    await eventually(() => ordersOf(site).length === 0, { what: "the order to go" });
    expect((await leasesOf(site)).map(({ state }) => state)).toEqual(["holding"]);
  });
});
