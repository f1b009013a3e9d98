import { eventually, startTestPostgres, startTestRedis } from "@cordon/testkit";
import { expect, test } from "vitest";
import { basic } from "./https-client.ts";
import { startTestCoordinator } from "./test-coordinator.ts";

const sender = basic("kuma", "correct horse battery");
const event = (id: string) => JSON.stringify({ ID: id, Type: 3, Name: "x" });

async function withAcme(coordinator: Awaited<ReturnType<typeof startTestCoordinator>>) {
  await coordinator.api("POST", "/tenants", { tenantId: "acme", name: "Acme" });
  await coordinator.api("POST", "/tenants/acme/intake-credentials", {
    kind: "basic",
    user: "kuma",
    password: "correct horse battery",
  });
  expect((await coordinator.send(event("before"), sender)).status).toBe(200);
}

test("[D1] without Postgres nothing is acknowledged, health and API say what to start, and a stop still ends", async () => {
  const postgres = await startTestPostgres();
  const coordinator = await startTestCoordinator(postgres.url);
  await withAcme(coordinator);
  await postgres.stop();

  const refused = await coordinator.send(event("during"), sender);
  expect(refused).toMatchObject({ status: 503, body: { error: { code: "store.unavailable" } } });
  expect(refused.headers["retry-after"]).toBeDefined();
  const health = await coordinator.api("GET", "/health");
  expect(health).toMatchObject({
    status: 503,
    body: { ok: false, database: { ok: false, problem: { mend: expect.stringContaining("Postgres") } } },
  });
  const listed = await coordinator.api("GET", "/tenants/acme/events");
  expect(listed).toMatchObject({ status: 503, body: { error: { code: "store.unavailable" } } });
  await coordinator.stop();
});

test("[D1] after a Postgres that was killed is back, the intake goes on by itself, and what was acknowledged is there", async () => {
  const postgres = await startTestPostgres();
  const coordinator = await startTestCoordinator(postgres.url);
  await withAcme(coordinator);
  const acknowledged: string[] = [];
  const sending = (async () => {
    for (let index = 0; index < 40; index += 1) {
      const answer = await coordinator.send(event(`e${index}`), sender);
      if (answer.status === 200) acknowledged.push(`e${index}`);
      else expect(answer.status).toBe(503);
    }
  })();
  await postgres.kill9();
  await postgres.restarted();
  await sending;
  await eventually(async () => (await coordinator.send(event("after"), sender)).status === 200, {
    what: "the intake to accept again",
    withinMs: 30_000,
  });
  for (const id of [...acknowledged, "after"]) {
    expect((await coordinator.api("GET", `/tenants/acme/events/${id}`)).status, id).toBe(200);
  }
  await coordinator.stop();
  await postgres.stop();
});

test("[D2] without Redis events are still accepted and stored; health names the queue", async () => {
  const [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  const coordinator = await startTestCoordinator(postgres.url, { settings: { CORDON_REDIS_URL: redis.url } });
  await withAcme(coordinator);
  await redis.stop();

  expect((await coordinator.send(event("during"), sender)).status).toBe(200);
  expect((await coordinator.api("GET", "/tenants/acme/events/during")).status).toBe(200);
  const health = await coordinator.api("GET", "/health");
  expect(health).toMatchObject({
    status: 503,
    body: {
      ok: false,
      database: { ok: true },
      queue: { ok: false, backend: "redis", problem: { code: "queue.unavailable" } },
    },
  });
  await coordinator.stop();
  await postgres.stop();
});
