import { createEnrolment, type EnrolAnswer, type IssueIdentity } from "@cordon/coordinator-core";
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

function anEnrolment(options: { now?: () => EpochMs; issue?: IssueIdentity } = {}) {
  let issued = 0;
  const clock: Clock = { ...systemClock, now: options.now ?? (() => NOW) };
  const issue = async () => ({
    certificateFingerprint: `AB:${++issued}:${systemRandom.uuid()}`,
    certificatePem: "PEM",
  });
  return createEnrolment({ store: world.agents, issue: options.issue ?? issue, clock, random: systemRandom });
}

async function aToken(enrolment = anEnrolment()) {
  const { tenant, site } = await world.settle();
  const made = await enrolment.createToken(tenant, site.siteId, 60_000);
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
      const certificateFingerprint = systemRandom.uuid();
      if (++signed === 10) resolve();
      await allSigned;
      return { certificateFingerprint, certificatePem: "PEM" };
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
  expect(await enrolment.revoke(tenant, answer.agent.agentId)).toBe(true);
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
  expect(await enrolment.createToken(tenant, siteId("nowhere"), 60_000)).toBeUndefined();
  expect(await enrolment.createToken(tenantId("nobody"), siteId("hq"), 60_000)).toBeUndefined();
});
