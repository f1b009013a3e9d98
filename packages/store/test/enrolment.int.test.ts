import { createEnrolment, type EnrolAnswer, type IdentityIssuer, RENEWAL_EVERY_MS_MIN } from "@cordon/coordinator-core";
import {
  AppError,
  type Clock,
  type EpochMs,
  epochMs,
  Secret,
  siteId,
  systemClock,
  systemRandom,
  tenantId,
} from "@cordon/core/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const DAY_MS = 86_400_000;
const GRACE_MS = 60 * DAY_MS;

/** Certificates whose text is their fingerprint; `proof` is right when it repeats it. */
function anEnrolment(options: { now?: () => EpochMs; issue?: IdentityIssuer["issue"] } = {}) {
  const now = options.now ?? (() => NOW);
  const clock: Clock = { ...systemClock, now };
  const issuer: IdentityIssuer = {
    issue: options.issue ?? (async () => issued(now())),
    keyFingerprint: async (csrPem) => csrPem.toLowerCase(),
    fingerprint: (certificatePem) => certificatePem,
    isProven: (certificatePem, _csrPem, proof) => proof === certificatePem,
  };
  return createEnrolment({ store: world.agents, issuer, clock, random: systemRandom, graceMs: GRACE_MS });
}

function issued(now: EpochMs) {
  const fingerprint = `AB:${systemRandom.uuid()}`;
  const facts = { fingerprint, serial: systemRandom.uuid(), issuer: "issuer-1", issuedAt: now };
  return {
    ...facts,
    expiresAt: epochMs(now + 14 * DAY_MS),
    certificatePem: fingerprint.replace(":", "").toLowerCase(),
  };
}

async function aToken(enrolment = anEnrolment(), bound: { readonly keyFingerprint?: string } = {}) {
  const { tenant, site } = await world.settle();
  const made = await enrolment.createToken(tenant, site.siteId, { ttlMs: 60_000, ...bound });
  if (!made) throw new Error("no token");
  return { ...made, tenant, site };
}

test("a token lets one agent in, whose certificate then names it", async () => {
  const enrolment = anEnrolment();
  const { secret, site } = await aToken(enrolment);
  const answer = await enrolment.enrol(secret, "CSR");
  if (answer.kind !== "enrolled") throw new Error(answer.code);
  expect(answer.agent).toMatchObject(site);
  expect(await enrolment.identify(answer.agent.certificateFingerprint.toUpperCase())).toMatchObject({
    kind: "known",
    agent: site,
  });
  expect(await enrolment.listTokens(site.tenantId, site.siteId)).toContainEqual(
    expect.objectContaining({ usedAt: NOW, agentId: answer.agent.agentId }),
  );
});

test("a used, an expired and an unknown token are refused, each with its own reason", async () => {
  let now = NOW;
  const enrolment = anEnrolment({ now: () => now });
  const { secret } = await aToken(enrolment);
  await enrolment.enrol(secret, "CSR");
  expect(await enrolment.enrol(secret, "CSR")).toEqual({ kind: "refused", code: "enrolment.token_used" });
  const late = await aToken(enrolment);
  now = epochMs(NOW + 60_000);
  expect(await enrolment.enrol(late.secret, "CSR")).toEqual({ kind: "refused", code: "enrolment.token_expired" });
  expect(await enrolment.enrol(new Secret("guessed"), "CSR")).toEqual({
    kind: "refused",
    code: "enrolment.token_unknown",
  });
});

test("of ten agents that race with one token exactly one gets in", async () => {
  // All ten have seen the token usable before the first spends it.
  const { promise: allSigned, resolve } = Promise.withResolvers<void>();
  let signed = 0;
  const enrolment = anEnrolment({
    issue: async () => {
      if (++signed === 10) resolve();
      await allSigned;
      return issued(NOW);
    },
  });
  const { secret, site } = await aToken(enrolment);
  const before = await enrolment.listAgents(site.tenantId, site.siteId);
  const answers = await Promise.all(Array.from({ length: 10 }, () => enrolment.enrol(secret, "CSR")));
  const codes = answers.map((answer: EnrolAnswer) => (answer.kind === "enrolled" ? "in" : answer.code)).sort();
  expect(codes).toEqual([...Array.from({ length: 9 }, () => "enrolment.token_used"), "in"]);
  expect(await enrolment.listAgents(site.tenantId, site.siteId)).toHaveLength(before.length + 1);
});

test("a request that cannot be signed costs no token", async () => {
  const refuses = anEnrolment({ issue: () => Promise.reject(new AppError("enrolment.bad_request", "not a CSR")) });
  const { secret } = await aToken(refuses);
  await expect(refuses.enrol(secret, "nonsense")).rejects.toMatchObject({ code: "enrolment.bad_request" });
  expect(await anEnrolment().enrol(secret, "CSR")).toMatchObject({ kind: "enrolled" });
});

test("a revoked agent is told apart from an unknown one", async () => {
  const enrolment = anEnrolment();
  const { secret, tenant } = await aToken(enrolment);
  const answer = await enrolment.enrol(secret, "CSR");
  if (answer.kind !== "enrolled") throw new Error(answer.code);
  expect(await enrolment.revoke(tenant, answer.agent.agentId)).toMatchObject({ revokedAt: NOW });
  expect(await enrolment.identify(answer.agent.certificateFingerprint)).toMatchObject({ kind: "revoked" });
  expect(await enrolment.identify("00")).toEqual({ kind: "unknown" });
});

test("the record holds no token, only its hash; a site that does not exist gets none", async () => {
  const enrolment = anEnrolment();
  const { secret, tenant } = await aToken(enrolment);
  const [row] = await world.database.query<{ text: string }>(
    "SELECT string_agg(t::text, ' ') AS text FROM enrolment_tokens t WHERE tenant_id = $1",
    [tenant],
  );
  expect(row?.text).not.toContain(secret.reveal());
  expect(await enrolment.createToken(tenant, siteId("nowhere"), { ttlMs: 60_000 })).toBeUndefined();
  expect(await enrolment.createToken(tenantId("nobody"), siteId("hq"), { ttlMs: 60_000 })).toBeUndefined();
});

async function anAgent(enrolment: ReturnType<typeof anEnrolment>) {
  const { secret, tenant, site } = await aToken(enrolment);
  const answer = await enrolment.enrol(secret, "CSR");
  if (answer.kind !== "enrolled") throw new Error(answer.code);
  return { ...answer, tenant, site };
}

test("[I3] a token that is bound to a key is of no use to another, and stays usable", async () => {
  const enrolment = anEnrolment();
  const { secret } = await aToken(enrolment, { keyFingerprint: "AB:CD" });
  expect(await enrolment.enrol(secret, "ffff")).toEqual({ kind: "refused", code: "enrolment.wrong_key" });
  expect(await enrolment.enrol(secret, "ABCD")).toMatchObject({ kind: "enrolled" });
});

test("[I6] the old certificate counts until the new one is used, and never after", async () => {
  const enrolment = anEnrolment();
  const { agent } = await anAgent(enrolment);
  const renewed = await enrolment.renew(agent, "CSR");
  if (renewed.kind !== "renewed") throw new Error(renewed.code);
  const [old, next] = [agent.certificateFingerprint, renewed.certificatePem];
  expect(await enrolment.identify(old)).toMatchObject({ kind: "known", agent: { agentId: agent.agentId } });
  expect(await enrolment.identify(next)).toMatchObject({
    kind: "known",
    agent: { agentId: agent.agentId, certificateFingerprint: next },
  });
  expect(await enrolment.identify(old)).toEqual({ kind: "unknown" });
  expect(await enrolment.identify(next)).toMatchObject({ kind: "known" });
});

test("[I6] of two new certificates of which none was used only the later counts, and they are not made in a loop", async () => {
  let now = NOW;
  const enrolment = anEnrolment({ now: () => now });
  const { agent, tenant } = await anAgent(enrolment);
  const first = await enrolment.renew(agent, "CSR");
  if (first.kind !== "renewed") throw new Error(first.code);
  const asked = await world.agents.findAgent(tenant, agent.agentId);
  if (asked === undefined) throw new Error("no agent");
  expect(await enrolment.renew(asked, "CSR")).toEqual({ kind: "refused", code: "enrolment.renewal_too_soon" });
  now = epochMs(NOW + RENEWAL_EVERY_MS_MIN);
  const second = await enrolment.renew(asked, "CSR");
  if (second.kind !== "renewed") throw new Error(second.code);
  expect(await enrolment.identify(first.certificatePem)).toEqual({ kind: "unknown" });
  expect(await enrolment.identify(second.certificatePem)).toMatchObject({ kind: "known" });
});

test("[I8] who was off past the end of its certificate comes back by its key, within the grace and not after it", async () => {
  let now = NOW;
  const enrolment = anEnrolment({ now: () => now });
  const { agent, certificatePem } = await anAgent(enrolment);
  const ask = (proof: string) => enrolment.renewProven({ certificatePem, csrPem: "CSR", proof });
  now = epochMs(NOW + 14 * DAY_MS + GRACE_MS);
  // One answer for a key of another and for a certificate of nobody.
  const unknown = { kind: "refused", code: "session.unknown_identity" };
  expect(await ask("forged")).toEqual(unknown);
  expect(await enrolment.renewProven({ certificatePem: "ff", csrPem: "CSR", proof: "ff" })).toEqual(unknown);
  expect(await ask(certificatePem)).toMatchObject({ kind: "renewed", agent: { agentId: agent.agentId } });
  now = epochMs(now + RENEWAL_EVERY_MS_MIN);
  expect(await ask(certificatePem)).toEqual({ kind: "refused", code: "enrolment.renewal_too_late" });
});

test("[I7] a revoked agent gets no certificate any way, and its certificates are on the list until they run out", async () => {
  const enrolment = anEnrolment();
  const { agent, tenant, certificatePem } = await anAgent(enrolment);
  const renewed = await enrolment.renew(agent, "CSR");
  if (renewed.kind !== "renewed") throw new Error(renewed.code);
  await enrolment.revoke(tenant, agent.agentId, { decommission: true });
  expect(await enrolment.renew(agent, "CSR")).toEqual({ kind: "refused", code: "session.identity_revoked" });
  const proven = { certificatePem, csrPem: "CSR", proof: certificatePem };
  expect(await enrolment.renewProven(proven)).toEqual({ kind: "refused", code: "session.identity_revoked" });
  expect(await enrolment.identify(renewed.certificatePem)).toMatchObject({ kind: "revoked" });
  expect(await world.agents.findAgent(tenant, agent.agentId)).toMatchObject({ decommissionedAt: NOW, revokedAt: NOW });
  const mine = async (now: EpochMs) =>
    (await world.agents.listRevoked(now)).filter(({ revokedAt }) => revokedAt === NOW).length;
  expect(await mine(NOW)).toBeGreaterThanOrEqual(2);
  expect(await mine(epochMs(NOW + 15 * DAY_MS))).toBe(0);
  expect(await world.agents.revokedAmong([agent.agentId])).toEqual([agent.agentId]);
});

test("[I10] a rotation sees who has not confirmed and who has not renewed, of those that may still come", async () => {
  const enrolment = anEnrolment();
  const { agent, tenant } = await anAgent(enrolment);
  const behind = async () => {
    const { agents } = await world.agents.listBehind(7, "issuer-1", 1_000);
    return agents.some(({ agentId }) => agentId === agent.agentId);
  };
  expect(await behind()).toBe(true);
  await world.agents.confirmTrust(tenant, agent.agentId, 7);
  expect(await behind()).toBe(false);
  const other = await world.agents.listBehind(7, "issuer-2", 1_000);
  expect(other.agents.map(({ agentId }) => agentId)).toContain(agent.agentId);
  await enrolment.revoke(tenant, agent.agentId);
  const after = await world.agents.listBehind(7, "issuer-2", 1_000);
  expect(after.agents.map(({ agentId }) => agentId)).not.toContain(agent.agentId);
});
