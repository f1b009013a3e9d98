import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { eventually } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { hostOf, startTestSite, type TestSite } from "./test-site.ts";

const GET = { kind: "getFile", path: "C:\\Temp\\evil.exe" } as const;

async function collected(site: TestSite, index = 0) {
  const order = site.coordinator.order(hostOf(site, index), GET);
  await site.coordinator.offer(order);
  await site.coordinator.reached(order.actionId, "succeeded");
  return order;
}

function ask(site: TestSite, requestId: string, actionId: string, want: "metadata" | "file") {
  const { coordinator } = site;
  coordinator.send({ kind: "evidenceRequest", requestId, actionId: actionId as never, want, requestedBy: "eve" });
  return eventually(
    () => {
      const answer = coordinator.messages.find((one) => one.kind === "evidenceAnswer" && one.requestId === requestId);
      return answer?.kind === "evidenceAnswer" && answer;
    },
    { what: `the answer to ${requestId}` },
  );
}

describe("evidence", () => {
  it("what getFile brought is listed, and fetched whole into the agent's own folder", async () => {
    await using site = await startTestSite();
    await site.start();
    const { actionId } = await collected(site);
    const listed = await ask(site, "r1", actionId, "metadata");
    expect(listed).toMatchObject({ items: [{ objectName: GET.path }] });
    const fetched = await ask(site, "r2", actionId, "file");
    expect(fetched).toMatchObject({ file: { bytes: 150_000, itemId: listed.items[0]?.itemId } });
    const content = readFileSync(path.join(site.stateDir, "evidence", fetched.file?.path ?? ""));
    expect(content).toHaveLength(150_000);
    expect(createHash("sha256").update(content).digest("hex")).toBe(fetched.file?.sha256);
  });

  it("a site's own limit is kept, and a site that forbids it lists nothing", async () => {
    await using small = await startTestSite({ config: { evidence: { maxBytes: 1_000 } } });
    await small.start();
    expect(await ask(small, "r1", (await collected(small)).actionId, "file")).toMatchObject({
      problem: { code: "fetch.too_large" },
    });
    await using closed = await startTestSite({ config: { evidence: { enabled: false } } });
    await closed.start();
    expect(await ask(closed, "r1", (await collected(closed)).actionId, "metadata")).toMatchObject({
      items: [],
      problem: { code: "fetch.forbidden" },
    });
  });
});

describe("inventory and readiness", () => {
  it("after a restart nothing is sent that the coordinator holds; what the site can do is told anew", async () => {
    await using site = await startTestSite();
    const first = await site.start();
    const { messages } = site.coordinator;
    const count = (kind: string) => messages.filter((one) => one.kind === kind).length;
    await eventually(() => count("inventorySnapshot") === 1, { what: "the inventory" });
    await eventually(() => first.facts().inventoryVersion === 1, { what: "its acknowledgement" });
    await first.stop();
    const before = messages.length;
    await site.start();
    const report = await eventually(
      () => messages.slice(before).find((one) => one.kind === "siteReport" && one.readiness.kscVersion !== undefined),
      { what: "the site's readiness" },
    );
    expect(report).toMatchObject({ readiness: { missingRights: [], refusals: [], killSwitch: false } });
    expect([count("inventorySnapshot"), count("inventoryDelta")]).toEqual([1, 0]);
  });

  it("[P13] an endpoint that is too old is refused at the offer, with the reason", async () => {
    await using site = await startTestSite();
    const old = hostOf(site);
    site.ksc.control.setHost(old, { attributes: { KLHST_WKS_RTP_AV_VERSION: "12.6.0.438" } });
    await site.start();
    await eventually(() => site.coordinator.messages.some(({ kind }) => kind === "inventorySnapshot"), {
      what: "the inventory",
    });
    const order = site.coordinator.order(old, { kind: "isolateHost", durationSeconds: 600 });
    expect(await site.coordinator.offer(order)).toMatchObject({
      kind: "refused",
      code: "endpoint.kes_too_old",
      message: expect.stringContaining("12.6.0.438"),
    });
    expect(site.incidentsOf(order.actionId)).toBe(0);
  });
});
