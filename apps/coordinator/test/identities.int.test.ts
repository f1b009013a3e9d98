import { readFileSync } from "node:fs";
import path from "node:path";
import { systemClock, systemRandom } from "@cordon/core/kernel";
import { createAgentRequest, createAuthority, proveRenewal } from "@cordon/identity";
import { SESSION_PATH } from "@cordon/protocol";
import { eventually, startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "./https-client.ts";
import { connectTestAgent, type EnrolledAgent, enrolTestAgent, type TestAgent } from "./test-agent.ts";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

let postgres: TestPostgres;
let coordinator: TestCoordinator;
const agents: TestAgent[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  coordinator = await startTestCoordinator(await postgres.createDatabase());
  await coordinator.api("POST", "/tenants", { tenantId: "acme", name: "Acme" });
  for (const siteId of ["one", "two", "three"]) {
    await coordinator.api("POST", "/tenants/acme/sites", { siteId, name: siteId });
  }
});
afterAll(async () => {
  for (const agent of agents) await agent.stop();
  await coordinator?.stop();
  await postgres?.stop();
});

async function connect(enrolled: EnrolledAgent, site: string): Promise<TestAgent> {
  const agent = connectTestAgent(enrolled, site);
  agents.push(agent);
  await eventually(() => agent.welcomes.length > 0, { what: "a welcome" });
  return agent;
}

const isRefused = async (enrolled: Pick<EnrolledAgent, "certificate" | "privateKeyPem">) => {
  const target = { port: coordinator.ready.ports.gateway, ca: readFileSync(coordinator.ready.caFile, "utf8") };
  const answer = call(target, {
    path: SESSION_PATH,
    cert: enrolled.certificate,
    key: enrolled.privateKeyPem.reveal(),
  });
  return answer.then(
    () => false,
    () => true,
  );
};

async function renewal({ certificate, privateKeyPem }: EnrolledAgent, key = privateKeyPem) {
  const { csrPem, privateKeyPem: next } = await createAgentRequest();
  const body = { certificate, csr: csrPem, proof: proveRenewal(certificate, csrPem, key) };
  return { answer: await coordinator.call("POST", "/agent/v1/renew", body), next };
}

test("[I6, I10] an agent renews over its session, is told whom to trust, and only the new certificate counts once it is used", async () => {
  const enrolled = await enrolTestAgent(coordinator, "acme", "one");
  const agent = await connect(enrolled, "one");
  const bundle = await eventually(() => agent.received.find(({ kind }) => kind === "trustBundle"), {
    what: "the roots",
  });
  if (bundle.kind !== "trustBundle") throw new Error(bundle.kind);
  agent.link.send({ kind: "trustApplied", version: bundle.version });
  const { csrPem, privateKeyPem } = await createAgentRequest();
  agent.link.send({ kind: "renewalRequest", csr: csrPem });
  const answered = await eventually(() => agent.received.find(({ kind }) => kind === "renewalAnswer"), {
    what: "the certificate",
  });
  if (answered.kind !== "renewalAnswer" || answered.certificate === undefined) throw new Error("no certificate");
  await agent.stop();
  const renewed = { ...enrolled, certificate: answered.certificate, privateKeyPem };
  await (await connect(renewed, "one")).stop();
  const old = connectTestAgent(enrolled, "one");
  expect(await old.stopped).toMatchObject({ kind: "fatal", code: "session.unknown_identity" });
  const { body } = await coordinator.api("GET", "/authority");
  expect(body).toMatchObject({ phase: "steady", agents: { total: 1, unconfirmed: 0, notRenewed: 0 } });
});

test("[I7] a revoked agent's session ends at once, TLS refuses it, and the way back tells it why", async () => {
  const enrolled = await enrolTestAgent(coordinator, "acme", "two");
  const agent = await connect(enrolled, "two");
  const answer = await coordinator.api("POST", `/tenants/acme/agents/${enrolled.agentId}/decommission`, {});
  expect(answer.body).toMatchObject({ agentsLeft: 0, openActions: 0, agent: { agentId: enrolled.agentId } });
  expect(await agent.stopped).toMatchObject({ kind: "fatal", code: "session.identity_revoked" });
  expect(await isRefused(enrolled)).toBe(true);
  expect((await renewal(enrolled)).answer).toMatchObject({
    status: 403,
    body: { error: { code: "session.identity_revoked" } },
  });
  const lists = await coordinator.call("GET", "/agent/v1/crl");
  expect(lists.text).toContain("BEGIN X509 CRL");
  expect(lists.text).toBe(readFileSync(path.join(coordinator.ready.dataDirectory, "ca", "crl.pem"), "utf8"));
});

test("[I8] the way back is for who has the old key: a new certificate, or one answer that helps nobody to guess", async () => {
  const enrolled = await enrolTestAgent(coordinator, "acme", "three");
  const { privateKeyPem: another } = await createAgentRequest();
  const stranger = await createAuthority(systemClock.now(), systemRandom);
  const { csrPem, privateKeyPem } = await createAgentRequest();
  const identity = { tenantId: "acme", siteId: "three", agentId: enrolled.agentId } as never;
  const selfMade = await stranger.issueAgent(identity, csrPem, systemClock.now());
  const foreign = { ...enrolled, certificate: selfMade.certificatePem, privateKeyPem };
  expect(await isRefused(foreign)).toBe(true);
  const refusals = [(await renewal(enrolled, another)).answer, (await renewal(foreign)).answer];
  for (const { status, body } of refusals) {
    expect(status).toBe(401);
    expect(body).toEqual(refusals[0]?.body);
  }
  expect(refusals[0]?.body).toMatchObject({ error: { code: "session.unknown_identity" } });
  const { answer, next } = await renewal(enrolled);
  expect(answer.status).toBe(201);
  const agent = await connect(
    { ...enrolled, certificate: String(answer.body.certificate), privateKeyPem: next },
    "three",
  );
  // A rotation reaches who is connected, and waits for who is behind.
  const rotated = await coordinator.api("POST", "/authority/rotate", { what: "root" });
  expect(rotated).toMatchObject({ status: 202, body: { phase: "introducing", ready: false } });
  await eventually(() => agent.received.some((said) => said.kind === "trustBundle" && said.roots.length === 2), {
    what: "both roots",
  });
  expect(await coordinator.api("POST", "/authority/finish", {})).toMatchObject({
    status: 409,
    body: { error: { code: "identity.rotation_not_ready" } },
  });
  expect(await coordinator.api("POST", "/authority/finish", { force: true })).toMatchObject({
    body: { phase: "replacing" },
  });
  // Certificates of the old root count until they were renewed.
  expect(await isRefused(enrolled)).toBe(false);
});
