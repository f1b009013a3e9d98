import type { ActionId } from "@cordon/core/kernel";
import { eventually, startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { basic } from "./https-client.ts";
import { connectTestAgent, enrolTestAgent, type TestAgent, testEndpoint } from "./test-agent.ts";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

const RULES = `
version: 1
rules:
  - id: brute-force
    name: Isolate and scan a host at which somebody guesses passwords
    mode: enforce
    when: count(Name = 'Logon failed', within '10m', by [SourceAddress], distinct SourceUserName) >= 4
    target: [{ by: fqdn, field: DestinationHostName }]
    chain: inOrder
    actions:
      - { kind: isolateHost, arguments: { durationSeconds: 3600 } }
      - { kind: onDemandScan }
`;
const HOST = "ws-114.example";
const sender = basic("kuma", "correct horse battery");

let postgres: TestPostgres;
let coordinators: TestCoordinator[];
let agent: TestAgent;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  const first = await startTestCoordinator(url);
  await first.api("POST", "/tenants", { tenantId: "acme", name: "Acme" });
  await first.api("POST", "/tenants/acme/sites", { siteId: "hq", name: "HQ" });
  const credential = { kind: "basic", user: "kuma", password: "correct horse battery" };
  await first.api("POST", "/tenants/acme/intake-credentials", credential);
  const published = await first.api("PUT", "/tenants/acme/rules", { files: [{ name: "a.yaml", text: RULES }] });
  expect(published.status, published.text).toBe(200);
  // Started afterwards, it has the rules at once.
  coordinators = [first, await startTestCoordinator(url)];
  agent = connectTestAgent(await enrolTestAgent(first, "acme", "hq"), "hq", {}, true);
  await eventually(() => agent.link.isOpen, { what: "the agent to be welcomed" });
  agent.inventory(1, [testEndpoint("host-114", HOST)]);
  await eventually(() => agent.received.some(({ kind }) => kind === "inventoryAck"), { what: "the inventory" });
});
afterAll(async () => {
  await agent?.stop();
  await Promise.all((coordinators ?? []).map((each) => each.stop()));
  await postgres?.stop();
});

const failedLogon = (user: number, more: object = {}) =>
  JSON.stringify({
    ID: `logon-${user}`,
    Type: 3,
    Name: "Logon failed",
    Timestamp: 1_772_442_000_000 + user,
    SourceAddress: "10.0.0.9",
    SourceUserName: `user-${user}`,
    DestinationHostName: HOST,
    ...more,
  });

const to = (index: number): TestCoordinator => coordinators[index % coordinators.length] as TestCoordinator;
const show = async (id: ActionId) => (await to(0).api("GET", `/tenants/acme/actions/${id}`)).body;
const actionsOf = async (state: string) =>
  (await to(0).api("GET", `/tenants/acme/actions?states=${state}`)).body.items as {
    actionId: ActionId;
    kind: string;
    detail?: { message?: string };
  }[];

test("[R19] [R24] what two coordinators counted together makes a chain, whose second action goes out when the first has succeeded, and which is tried again when it fails", async () => {
  // Three users, one of them at both coordinators, and one event twice.
  for (const [index, user] of [1, 2, 2, 3].entries()) {
    expect((await to(index).send(failedLogon(user), sender)).status).toBe(200);
  }
  expect(await actionsOf("queued,held,delivered")).toEqual([]);
  expect((await to(1).send(failedLogon(4), sender)).status).toBe(200);
  const { body } = await to(0).api("GET", "/tenants/acme/events/logon-4");
  const decisions = body.decisionList as { actionKind: string; code: string; reason: string }[];
  expect(decisions.map(({ actionKind, code }) => `${actionKind} ${code}`).toSorted()).toEqual([
    "isolateHost rule.matched",
    "onDemandScan chain.waits",
  ]);
  expect(decisions.find(({ actionKind }) => actionKind === "isolateHost")?.reason).toContain(
    "(4 of 4 different SourceUserName in 10m for SourceAddress=10.0.0.9)",
  );
  const [waiting] = await actionsOf("held");
  expect(waiting?.detail?.message).toContain("(isolateHost) of its chain");

  const [isolation] = await eventually(() => agent.offers().length === 1 && agent.offers(), { what: "the isolation" });
  expect(isolation?.order.spec.kind).toBe("isolateHost");
  agent.report(1, isolation?.order.actionId as ActionId, "succeeded");
  const [, scan] = await eventually(() => agent.offers().length === 2 && agent.offers(), { what: "the scan" });
  expect(scan?.order).toMatchObject({ actionId: waiting?.actionId, spec: { kind: "onDemandScan" } });

  agent.report(2, scan?.order.actionId as ActionId, "failed");
  await eventually(async () => (await show(scan?.order.actionId as ActionId)).state === "failed", { what: "the end" });
  const retry = { reason: "the disk has room again", requestId: "once" };
  const again = await to(1).api("POST", `/tenants/acme/actions/${scan?.order.actionId}/retry`, retry);
  expect([again.status, again.body.retryOf]).toEqual([201, scan?.order.actionId]);
  const offers = await eventually(() => agent.offers().length === 3 && agent.offers(), { what: "the second try" });
  expect(offers[2]?.order.actionId).toBe(again.body.actionId);
  const early = await to(0).api("POST", `/tenants/acme/actions/${again.body.actionId}/retry`, {
    ...retry,
    requestId: "twice",
  });
  expect([early.status, (early.body.error as { code: string }).code]).toEqual([409, "action.not_ended"]);
});
