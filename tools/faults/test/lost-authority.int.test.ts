import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { Secret } from "@cordon/core/kernel";
import { createRecoveryKey, recoveryPublicKey, signStatement } from "@cordon/identity";
import { createTempFolder, databaseSettings, eventually, startTestPostgres } from "@cordon/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { type AgentProcess, createAgentProcess } from "./agent-process.ts";
import { type CoordinatorProcess, createCoordinatorProcess } from "./coordinator-process.ts";
import { createHttpsClient } from "./https-client.ts";

/** A coordinator and an agent as processes; the agent's KSC does not answer, which is no matter here. */
const opened = new AsyncDisposableStack();
let folder: string;
let coordinator: CoordinatorProcess;
let agent: AgentProcess;

beforeAll(async () => {
  const postgres = await startTestPostgres();
  opened.defer(() => postgres.stop());
  const temp = createTempFolder("cordon-authority");
  opened.defer(() => temp.remove());
  folder = temp.path;
  coordinator = await createCoordinatorProcess({ folder, settings: databaseSettings(postgres.url) });
  opened.defer(() => coordinator.stop());
  await coordinator.start();
  mkdirSync(path.join(folder, "site"));
  agent = createAgentProcess({
    folder: path.join(folder, "site"),
    gatewayPort: coordinator.ports.gateway,
    ksc: { port: 1, user: "none", password: "none", certificatePem: coordinator.authority() },
  });
  opened.defer(() => agent.stop());
});
afterAll(() => opened.disposeAsync());

const healths = z.object({ items: z.array(z.object({ connected: z.boolean(), agentId: z.string().optional() })) });

async function api(method: string, route: string, body?: object): Promise<unknown> {
  const client = createHttpsClient(coordinator.ports.api, coordinator.authority(), {
    authorization: `Bearer ${coordinator.adminToken()}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  });
  try {
    const { status, text } = await client.send(
      method,
      `/api/v1${route}`,
      body === undefined ? undefined : JSON.stringify(body),
    );
    if (status > 299) throw new Error(`${method} ${route}: ${status} ${text}`);
    return JSON.parse(text);
  } finally {
    client.close();
  }
}

const connected = () =>
  eventually(
    async () => {
      const [site] = healths.parse(await api("GET", "/tenants/acme/health")).items;
      if (site?.connected !== true) throw new Error(agent.output().slice(-2_000));
      return site;
    },
    { what: "the agent to be connected", withinMs: 40_000 },
  );

test("[I11] the authority is lost: agents take the new one on the recovery key's word alone, and are who they were", async () => {
  await api("POST", "/tenants", { tenantId: "acme", name: "Acme" });
  await api("POST", "/tenants/acme/sites", { siteId: "hq", name: "HQ" });
  const made = await api("POST", "/tenants/acme/sites/hq/enrolment-tokens", {});
  await agent.enrol(z.object({ token: z.string() }).parse(made).token);
  await agent.start();
  const before = await connected();
  const rootBefore = coordinator.authority();

  // The recovery key lies elsewhere, as it should; then the machine's authority is gone.
  const data = path.join(folder, "coordinator");
  copyFileSync(path.join(data, "recovery.key.pem"), path.join(folder, "safe.pem"));
  await agent.kill9();
  await coordinator.kill9();
  rmSync(path.join(data, "recovery.key.pem"));
  rmSync(path.join(data, "ca"), { recursive: true });
  await coordinator.start();
  expect(coordinator.authority()).not.toBe(rootBefore);

  const { roots } = z.object({ roots: z.array(z.string()) }).parse(await api("GET", "/authority/roots"));
  const speak = async (key: Secret) =>
    api("PUT", "/authority/recovery", {
      ...signStatement({ sequence: Date.now(), roots }, key),
      publicKey: recoveryPublicKey(key),
    });
  await speak(createRecoveryKey().privateKeyPem);
  await agent.start();
  await eventually(() => agent.output().includes("identity.recovery_refused"), { what: "another key to be refused" });
  await agent.kill9();

  await speak(new Secret(readFileSync(path.join(folder, "safe.pem"), "utf8")));
  await agent.start();
  expect((await connected()).agentId).toBe(before.agentId);
});
