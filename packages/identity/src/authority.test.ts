import { createPrivateKey, X509Certificate } from "node:crypto";
import { agentId, epochMs, siteId, systemRandom, tenantId } from "@cordon/core/kernel";
import { beforeAll, expect, test } from "vitest";
import { agentIdentityOf } from "./agent-name.ts";
import { createAgentRequest } from "./agent-request.ts";
import { type Authority, createAuthority } from "./authority.ts";
import { certificateFingerprint, parseFingerprint } from "./fingerprint.ts";

const NOW = epochMs(1_772_442_847_123);
const IDENTITY = { tenantId: tenantId("acme"), siteId: siteId("hq"), agentId: agentId("agt-1") };
let authority: Authority;

beforeAll(async () => {
  authority = await createAuthority(NOW, systemRandom);
});

test("[I1] an agent's certificate is signed by an intermediate of the root, names its site and may only be a client", async () => {
  const { csrPem } = await createAgentRequest();
  const issued = await authority.issueAgent(IDENTITY, csrPem, NOW);
  const certificate = new X509Certificate(issued.certificatePem);
  const intermediate = new X509Certificate(
    issued.certificatePem.slice(issued.certificatePem.lastIndexOf("-----BEGIN")),
  );
  const root = new X509Certificate(authority.certificatePem);
  expect(certificate.verify(intermediate.publicKey)).toBe(true);
  expect(certificate.verify(root.publicKey)).toBe(false);
  expect(intermediate.ca && intermediate.verify(root.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(agentIdentityOf(issued.certificatePem)).toEqual(IDENTITY);
  expect(issued.fingerprint).toBe(certificate.fingerprint256.replaceAll(":", "").toLowerCase());
  expect(new Date(certificate.validTo).getTime()).toBe(issued.expiresAt);
});

test("the certificate carries the request's key, so the private key never leaves the agent", async () => {
  const request = await createAgentRequest();
  const issued = await authority.issueAgent(IDENTITY, request.csrPem, NOW);
  expect(
    new X509Certificate(issued.certificatePem).checkPrivateKey(createPrivateKey(request.privateKeyPem.reveal())),
  ).toBe(true);
});

test("a request that was changed after signing, or is none, is enrolment.bad_request", async () => {
  const { csrPem } = await createAgentRequest();
  const lines = csrPem.split("\n");
  const der = Buffer.from(lines.slice(1, -1).join(""), "base64");
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
  for (const bad of [forged, "", "hello", "-----BEGIN CERTIFICATE REQUEST-----", "A".repeat(5_000)]) {
    await expect(authority.issueAgent(IDENTITY, bad, NOW)).rejects.toMatchObject({ code: "enrolment.bad_request" });
  }
});

test("a listener's certificate carries names and addresses and brings the root along", async () => {
  const { certificatePem } = await authority.issueServer(["localhost", "127.0.0.1", "::1"], NOW);
  const leaf = new X509Certificate(certificatePem);
  expect(leaf.checkHost("localhost")).toBe("localhost");
  expect(leaf.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(leaf.checkIP("::1")).toBe("::1");
  expect(certificatePem).toContain(authority.certificatePem.trim().slice(30, 90));
  expect(agentIdentityOf(certificatePem)).toBeUndefined();
});

test("fingerprints are read in every notation that people paste", () => {
  const fingerprint = certificateFingerprint(authority.certificatePem);
  const colons = new X509Certificate(authority.certificatePem).fingerprint256;
  expect(parseFingerprint(colons)).toBe(fingerprint);
  expect(parseFingerprint(` ${fingerprint.toUpperCase()} `)).toBe(fingerprint);
  expect(parseFingerprint(fingerprint.slice(1))).toBeUndefined();
});
