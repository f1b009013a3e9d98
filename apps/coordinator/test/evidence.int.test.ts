import type { ActionId } from "@cordon/core/kernel";
import { eventually, startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectTestAgent, enrolTestAgent, type TestAgent, testEndpoint } from "./test-agent.ts";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

let postgres: TestPostgres;
let coordinator: TestCoordinator;
let agent: TestAgent;

beforeAll(async () => {
  postgres = await startTestPostgres();
  coordinator = await startTestCoordinator(await postgres.createDatabase());
  const { api } = coordinator;
  await api("POST", "/tenants", { tenantId: "acme", name: "Acme" });
  await api("POST", "/tenants", { tenantId: "other", name: "Other" });
  await api("POST", "/tenants/acme/sites", { siteId: "hq", name: "HQ" });
  const enrolled = await enrolTestAgent(coordinator, "acme", "hq");
  agent = connectTestAgent(enrolled, "hq", {}, true);
  await eventually(() => agent.link.isOpen, { what: "the agent to be welcomed" });
  agent.inventory(1, [
    { ...testEndpoint("host-1", "ws-1.example"), kesVersion: "12.9.0.384", edrStatus: 4 },
    { ...testEndpoint("old", "old.example"), kesVersion: "12.6.0.438" },
  ]);
  await eventually(() => agent.received.some(({ kind }) => kind === "inventoryAck"), { what: "the inventory" });
});
afterAll(async () => {
  await agent?.stop();
  await coordinator?.stop();
  await postgres?.stop();
});

let serial = 0;
const order = (kind: string, args: object, endpointId = "host-1") =>
  coordinator.api("POST", "/tenants/acme/actions", {
    siteId: "hq",
    endpointId,
    kind,
    arguments: args,
    reason: "test",
    requestId: `r${++serial}`,
  });

async function getFile(): Promise<ActionId> {
  return (await order("getFile", { path: "C:\\Temp\\evil.exe" })).body.actionId as ActionId;
}

const requests = () => agent.received.filter((message) => message.kind === "evidenceRequest");

async function asked(count: number) {
  await eventually(() => requests().length >= count, { what: `request ${count}` });
  return requests()[count - 1];
}

const ITEM = { itemId: "i1", objectName: "C:\\Temp\\evil.exe", bytes: 6 };
const FILE = { itemId: "i1", path: "act/i1.bin", bytes: 6, sha256: "ab".repeat(32) };

test("a file is asked of its site, and who asked, when and what came of it stays on record", async () => {
  const actionId = await getFile();
  const path = `/tenants/acme/actions/${actionId}/evidence`;
  const asking = coordinator.api("POST", path, { want: "file" });
  const request = await asked(1);
  expect(request).toMatchObject({ actionId, want: "file", requestedBy: "admin" });
  agent.link.send({ kind: "evidenceAnswer", requestId: request?.requestId ?? "", items: [ITEM], file: FILE });
  const answer = await asking;
  expect([answer.status, answer.body]).toMatchObject([
    200,
    { state: "answered", items: [ITEM], file: FILE, requestedBy: "admin", siteId: "hq", endpointId: "host-1" },
  ]);
  const listed = await coordinator.api("GET", path);
  expect(listed.body.items).toEqual([answer.body]);
  const one = await coordinator.api("GET", `${path}/${answer.body.requestId}`);
  expect(one.body).toEqual(answer.body);
  expect((await coordinator.api("GET", `${path.replace("acme", "other")}`)).status).toBe(404);
  expect((await coordinator.api("GET", `${path}/unknown`)).body).toMatchObject({ error: { code: "fetch.not_found" } });
});

test("a site's refusal is on record with its reason", async () => {
  const actionId = await getFile();
  const path = `/tenants/acme/actions/${actionId}/evidence`;
  const asking = coordinator.api("POST", path, { want: "file", itemId: "i9" });
  const request = await asked(requests().length + 1);
  expect(request?.itemId).toBe("i9");
  const problem = { code: "fetch.forbidden", message: "this site forbids it" } as const;
  agent.link.send({ kind: "evidenceAnswer", requestId: request?.requestId ?? "", items: [], problem });
  expect((await asking).body).toMatchObject({ state: "failed", problem });
});

test("an action that leaves no file is not asked about", async () => {
  const { body } = await order("isolateHost", { durationSeconds: 600 });
  const answer = await coordinator.api("POST", `/tenants/acme/actions/${body.actionId}/evidence`, { want: "file" });
  expect([answer.status, answer.body]).toMatchObject([409, { error: { code: "fetch.not_collected" } }]);
});

test("[P13] what the site refuses for good, and what its endpoint cannot do, is answered to an order at once", async () => {
  const old = await order("isolateHost", { durationSeconds: 600 }, "old");
  expect([old.status, old.body]).toMatchObject([409, { error: { code: "endpoint.kes_too_old" } }]);
  expect(JSON.stringify(old.body)).toContain("12.6.0.438");
  const readiness = {
    measuredAt: 1 as never,
    kscVersion: "15.2.0.1088",
    missingRights: ["tasks / Read"],
    killSwitch: false,
    refusals: [{ kind: "startProcess", code: "policy.action_not_allowed", reason: "not at this site" }],
    drift: { endpoints: 0, tasks: 0 },
  } as const;
  agent.link.send({ kind: "siteReport", readiness });
  const health = await eventually(
    async () => {
      const { body } = await coordinator.api("GET", "/tenants/acme/health");
      return (body.items as { readiness?: typeof readiness }[])[0]?.readiness;
    },
    { what: "the site's readiness to be shown" },
  );
  expect(health).toEqual({ ...readiness, receivedAt: expect.any(Number) });
  const refused = await order("startProcess", { path: "C:\\a.exe" });
  expect([refused.status, refused.body]).toMatchObject([403, { error: { code: "policy.action_not_allowed" } }]);
  expect((await order("onDemandScan", {})).status).toBe(201);
});

test("a site that is not connected is not waited for, and that is on record too", async () => {
  const actionId = await getFile();
  await agent.stop();
  const path = `/tenants/acme/actions/${actionId}/evidence`;
  await eventually(
    async () => {
      const { body } = await coordinator.api("POST", path, { want: "metadata" });
      return (body.problem as { code: string } | undefined)?.code === "site.offline";
    },
    { what: "the session to be gone" },
  );
  expect((await coordinator.api("GET", path)).body.items).not.toEqual([]);
});
