import { type ActionId, Secret, silentLogger, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { parseOrderKeys, verifyOrder } from "@cordon/core/signing";
import { decodeOrder, type SignedOrder } from "@cordon/protocol";
import { createPostgresDispatchQueue, createRedisDispatchQueue } from "@cordon/queue";
import { loginsOf } from "@cordon/store";
import { eventually, startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from "@cordon/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { basic, call } from "./https-client.ts";
import { connectTestAgent, type EnrolledAgent, enrolTestAgent, type TestAgent, testEndpoint } from "./test-agent.ts";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

const RULES = `
version: 1
rules:
  - id: isolate
    name: Isolate the host
    mode: enforce
    when: { field: Name, op: "=", value: Ransomware behaviour }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: isolateHost, arguments: { durationSeconds: 3600 } }]
`;
const HOST = "ws-114.example";
const isOffer = ({ payload }: SignedOrder) => decodeOrder(payload).body.kind === "offer";
const sender = basic("kuma", "correct horse battery");

let postgres: TestPostgres;
let redis: TestRedis;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
});
afterAll(async () => {
  await postgres?.stop();
  await redis?.stop();
});

describe.each(["postgres", "redis"] as const)("with the queue on %s", (backend) => {
  let coordinator: TestCoordinator;
  let database: Secret;
  let enrolled: EnrolledAgent;
  const agents: TestAgent[] = [];

  beforeAll(async () => {
    const settings: Record<string, string> = backend === "redis" ? { CORDON_REDIS_URL: redis.url } : {};
    database = await postgres.createDatabase();
    coordinator = await startTestCoordinator(database, { settings });
    const { api } = coordinator;
    await api("POST", "/tenants", { tenantId: "acme", name: "Acme" });
    await api("POST", "/tenants/acme/sites", { siteId: "hq", name: "HQ" });
    await api("POST", "/tenants/acme/intake-credentials", {
      kind: "basic",
      user: "kuma",
      password: "correct horse battery",
    });
    expect((await api("PUT", "/tenants/acme/rules", { files: [{ name: "a.yaml", text: RULES }] })).status).toBe(200);
    enrolled = await enrolTestAgent(coordinator, "acme", "hq");
    const first = connect();
    await eventually(() => first.link.isOpen, { what: "the agent to be welcomed" });
    first.inventory(1, [testEndpoint("host-114", HOST)]);
    await eventually(() => first.received.some(({ kind }) => kind === "inventoryAck"), {
      what: "the inventory to be taken",
    });
    await first.stop();
  });
  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.stop()));
  });
  afterAll(async () => {
    await coordinator?.stop();
  });

  function connect(autoAccept = false): TestAgent {
    const agent = connectTestAgent(enrolled, "hq", {}, autoAccept);
    agents.push(agent);
    return agent;
  }

  const send = (id: string, more: object = {}) =>
    coordinator.send(
      JSON.stringify({ ID: id, Type: 3, Name: "Ransomware behaviour", DestinationHostName: HOST, ...more }),
      sender,
    );

  async function actionOf(eventId: string): Promise<ActionId> {
    const { body } = await coordinator.api("GET", `/tenants/acme/events/${eventId}`);
    const [action] = body.actions as { actionId: ActionId }[];
    if (!action) throw new Error(`event ${eventId} led to no action: ${JSON.stringify(body)}`);
    return action.actionId;
  }

  const show = async (id: ActionId) => (await coordinator.api("GET", `/tenants/acme/actions/${id}`)).body;

  test("an event becomes an offer to its site's agent, and the agent's statuses become the action's timeline", async () => {
    const agent = connect();
    expect((await send("e1")).body).toEqual({ accepted: 1, duplicates: 0, quarantined: 0 });
    const id = await actionOf("e1");
    const [offer] = await eventually(() => agent.offers().length > 0 && agent.offers(), { what: "the offer" });
    expect(offer?.order).toMatchObject({
      actionId: id,
      endpointId: "host-114",
      spec: { kind: "isolateHost", durationSeconds: 3600 },
    });
    agent.accept(id);
    await eventually(async () => (await show(id)).state === "delivered", { what: "the receipt to be recorded" });
    for (const [index, state] of (
      ["submitting", "submitted", "task_seen", "running", "succeeded"] as const
    ).entries()) {
      agent.report(index + 1, id, state);
    }
    const done = await eventually(
      async () => {
        const shown = await show(id);
        return shown.state === "succeeded" && shown;
      },
      { what: "the outcome" },
    );
    expect((done.timeline as { state: string }[]).map(({ state }) => state)).toEqual([
      "queued",
      "delivered",
      "submitting",
      "submitted",
      "task_seen",
      "running",
      "succeeded",
    ]);
    await eventually(() => agent.received.some((message) => message.kind === "statusAck" && message.cursor === 5), {
      what: "the cursor to move",
    });
  });

  test("[D8] what comes while the site is offline waits in its queue, is shown there, and goes out on its return", async () => {
    await eventually(
      async () => {
        const [site] = (await coordinator.api("GET", "/tenants/acme/health")).body.items as { connected: boolean }[];
        return site?.connected === false;
      },
      { what: "the site to be offline" },
    );
    // The cool-down of nothing: each event is its own action.
    expect((await send("offline-1")).status).toBe(200);
    const id = await actionOf("offline-1");
    expect((await show(id)).state).toBe("queued");
    await eventually(
      async () => {
        const [site] = (await coordinator.api("GET", "/tenants/acme/health")).body.items as {
          queue: { waiting: number };
        }[];
        return site?.queue.waiting === 1;
      },
      { what: "the queue to show it" },
    );
    const agent = connect(true);
    await eventually(() => agent.offers().some(({ order }) => order.actionId === id), { what: "the offer on return" });
    await eventually(async () => (await show(id)).state === "delivered", { what: "the receipt" });
  });

  test("[D4] an offer whose receipt was lost with the connection is offered again, as the same action", async () => {
    const agent = connect();
    await eventually(() => agent.link.isOpen, { what: "the agent" });
    await send("lost-receipt");
    const id = await actionOf("lost-receipt");
    await eventually(() => agent.offers().some(({ order }) => order.actionId === id), { what: "the first offer" });
    await agent.stop();
    const again = connect(true);
    await eventually(() => again.offers().some(({ order }) => order.actionId === id), { what: "the second offer" });
    await eventually(async () => (await show(id)).state === "delivered", { what: "the receipt" });
  });

  test("an action that waits for its site is cancelled before it is sent, once and for all", async () => {
    await send("cancel-me");
    const id = await actionOf("cancel-me");
    const cancelled = await coordinator.api("POST", `/tenants/acme/actions/${id}/cancel`, { reason: "false alarm" });
    expect(cancelled.body).toMatchObject({ outcome: "cancelled", action: { state: "cancelled" } });
    const again = await coordinator.api("POST", `/tenants/acme/actions/${id}/cancel`, { reason: "false alarm" });
    expect(again.body).toMatchObject({ outcome: "settled" });
    const agent = connect(true);
    await send("after-cancel");
    const next = await actionOf("after-cancel");
    await eventually(() => agent.offers().some(({ order }) => order.actionId === next), { what: "the next offer" });
    expect(agent.offers().map(({ order }) => order.actionId)).not.toContain(id);
  });

  test("[S8] [O7] who has the whole queue gets nothing offered but what the record says is to be offered", async () => {
    expect((await send("e-thief")).status).toBe(200);
    const cancelled = await actionOf("e-thief");
    expect((await coordinator.api("POST", `/tenants/acme/actions/${cancelled}/cancel`, { reason: "r" })).status).toBe(
      200,
    );
    const site = { tenantId: tenantId("acme"), siteId: siteId("hq") };
    const deps = { clock: systemClock, random: systemRandom, logger: silentLogger };
    const thief =
      backend === "redis"
        ? await createRedisDispatchQueue({ ...deps, url: new Secret(redis.url) })
        : await createPostgresDispatchQueue({ ...deps, url: loginsOf(database).queue });
    const made = [cancelled, "act_made_up" as ActionId];
    const job = { ...site, actionClass: "contain", createdAt: systemClock.now() } as const;
    await thief.add(made.map((actionId) => ({ ...job, actionId })));
    const agent = connect(true);
    await eventually(
      async () => {
        const { waiting, active, delayed } = await thief.stats(site);
        return waiting + active + delayed === 0;
      },
      { what: "every job of the thief to be looked at" },
    );
    await thief.close();
    expect(agent.offers().filter(({ order }) => made.includes(order.actionId))).toEqual([]);
  });

  test("[O1, O6] orders bear the signature of a key that the agent was given at its enrolment, and of a new one when it has taken it", async () => {
    const agent = connect(true);
    const signedBy = async (id: string) => {
      const from = agent.orders.length;
      await send(id);
      const order = await eventually(() => agent.orders.slice(from).find(isOffer), { what: "the order" });
      return { order, verdict: verifyOrder(order, parseOrderKeys(agent.keys)) };
    };
    const first = await signedBy("e-signed-1");
    expect(first.verdict).toBe("good");
    expect((await coordinator.api("POST", "/tenants/acme/signing-keys")).status).toBe(201);
    await eventually(() => agent.keys.version === 2, { what: "the agent to be told of the new key" });
    const second = await signedBy("e-signed-2");
    expect(second.verdict).toBe("good");
    expect(second.order.keyId).not.toBe(first.order.keyId);
    const path = `/tenants/acme/signing-keys/${first.order.keyId}/end`;
    expect((await coordinator.api("POST", path, { how: "retire" })).status).toBe(200);
    await eventually(() => agent.keys.version === 3, { what: "the agent to be told of the old one's end" });
    expect(agent.keys.keys.map(({ keyId }) => keyId)).toEqual([second.order.keyId]);
    const current = `/tenants/acme/signing-keys/${second.order.keyId}/end`;
    expect((await coordinator.api("POST", current, { how: "retire" })).body).toMatchObject({
      error: { code: "signing_key.current" },
    });
    enrolled = { ...enrolled, orderKeys: agent.keys };
  });

  test("[D4] an order by hand with the same requestId orders once", async () => {
    const order = {
      siteId: "hq",
      endpointId: "host-114",
      kind: "terminateProcess",
      arguments: { pid: 4711 },
      reason: "responder",
      requestId: "night-1",
    };
    const first = await coordinator.api("POST", "/tenants/acme/actions", order);
    const second = await coordinator.api("POST", "/tenants/acme/actions", order);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.actionId).toBe(first.body.actionId);
    const bad = await coordinator.api("POST", "/tenants/acme/actions", {
      ...order,
      requestId: "x",
      arguments: { pid: -1 },
    });
    expect(bad.body.error).toMatchObject({
      code: "action.invalid_arguments",
      details: { problems: [expect.objectContaining({ argument: "pid" })] },
    });
    const agent = connect(true);
    await eventually(() => agent.offers().some(({ order: { spec } }) => spec.kind === "terminateProcess"), {
      what: "it",
    });
    expect(agent.offers().filter(({ order: { spec } }) => spec.kind === "terminateProcess")).toHaveLength(1);
  });

  test("an agent that is revoked loses its session and does not get back in", async () => {
    const other = await enrolTestAgent(coordinator, "acme", "hq");
    const agent = connectTestAgent(other, "hq");
    agents.push(agent);
    await eventually(() => agent.link.isOpen, { what: "the second agent" });
    expect((await coordinator.api("DELETE", `/tenants/acme/agents/${other.agentId}`)).status).toBe(204);
    expect(await agent.stopped).toMatchObject({ kind: "fatal", code: "session.identity_revoked" });
    // Its certificate is on the list by now: TLS hangs up before anything is read.
    const { port } = new URL(other.gatewayUrl);
    const identity = { cert: other.certificate, key: other.privateKeyPem.reveal() };
    await expect(call({ port: Number(port), ca: other.authority }, identity)).rejects.toThrow();
  });

  test("budget and KSC's trouble as the agent reports them are shown with what to do", async () => {
    const agent = connect();
    await eventually(() => agent.link.isOpen, { what: "the agent" });
    agent.link.send({
      kind: "budgetReport",
      serviceConsole: "down",
      ledger: { endpoints: 1, open: 3, deferred: 1 },
      budgets: [
        {
          endpointId: testEndpoint("host-114", HOST).endpointId,
          limit: 100,
          used: 97,
          foreign: 60,
          deferred: 1,
          known: true,
          measuredAt: 1_772_442_847_123 as never,
        },
      ],
      kscProblem: { code: "ksc.bad_credentials", message: "soc@ksc.example" },
    });
    const site = await eventually(
      async () => {
        const [found] = (await coordinator.api("GET", "/tenants/acme/health")).body.items as Record<string, unknown>[];
        return found?.serviceConsole === "down" && found;
      },
      { what: "the report to be shown" },
    );
    expect(site).toMatchObject({
      connected: true,
      ledger: { open: 3, deferred: 1 },
      kscProblem: { code: "ksc.bad_credentials", mend: expect.stringContaining("credential") },
    });
    const endpoint = await coordinator.api("GET", "/tenants/acme/sites/hq/endpoints/host-114");
    expect(endpoint.body).toMatchObject({ fqdn: HOST, budget: { limit: 100, used: 97, foreign: 60 } });
    const found = await coordinator.api("GET", "/tenants/acme/endpoints?text=WS-114");
    expect(found.body.items).toHaveLength(1);
  });
});
