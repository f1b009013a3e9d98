import { generateKeyPairSync } from "node:crypto";
import { epochMs, Secret, systemRandom } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { createAgentRequest } from "./agent-request.ts";
import { createAuthority } from "./authority.ts";
import { createRecoveryKey, readStatement, recoveryPublicKey, signStatement } from "./recovery.ts";
import { isRenewalProven, proveRenewal } from "./renewal-proof.ts";

const NOW = epochMs(1_772_442_847_123);
const { certificatePem: root } = await createAuthority(NOW, systemRandom);
const key = createRecoveryKey();
const refused = expect.objectContaining({ code: "identity.recovery_refused" });

test("[I11] the recovery key's word counts once, and never again or for an older one", () => {
  const signed = signStatement({ sequence: 8, roots: [root] }, key.privateKeyPem);
  expect(readStatement(signed, key.publicKey, 7)).toEqual({ sequence: 8, roots: [root] });
  expect(() => readStatement(signed, key.publicKey, 8)).toThrow(refused);
  expect(() => readStatement(signed, key.publicKey, 9)).toThrow(refused);
});

test("[I11] another key's word, a changed word and a word that is none are refused alike", () => {
  const signed = signStatement({ sequence: 8, roots: [root] }, key.privateKeyPem);
  const changed = Buffer.from(signed.statement, "base64").toString().replace("8", "9");
  const cases = [
    signStatement({ sequence: 8, roots: [root] }, createRecoveryKey().privateKeyPem),
    { ...signed, statement: Buffer.from(changed).toString("base64") },
    { ...signed, signature: "" },
    { statement: "", signature: "" },
    signStatement({ sequence: 8, roots: [] }, key.privateKeyPem),
    signStatement({ sequence: 8, roots: ["no certificate"] }, key.privateKeyPem),
    signStatement({ sequence: 8, roots: Array.from({ length: 9 }, () => root) }, key.privateKeyPem),
    signStatement({ sequence: Number.NaN, roots: [root] }, key.privateKeyPem),
  ];
  for (const [index, each] of cases.entries()) {
    expect(() => readStatement(each, key.publicKey, 0), `case ${index}`).toThrow(refused);
  }
  expect(() => readStatement(signed, "rubbish", 0)).toThrow(refused);
});

test("[S9] a file that is no recovery key is refused without a word of what stands in it", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });
  for (const text of ["hush-hush", rsa.toString()]) {
    expect(() => recoveryPublicKey(new Secret(text))).toThrow(
      expect.objectContaining({ code: "identity.recovery_key", message: expect.not.stringContaining("hush") }),
    );
  }
});

test("[I8] a proof is of one key, one certificate and one request", async () => {
  const authority = await createAuthority(NOW, systemRandom);
  const identity = { tenantId: "acme", siteId: "hq", agentId: "agt-1" } as never;
  const [mine, other, next] = await Promise.all([createAgentRequest(), createAgentRequest(), createAgentRequest()]);
  const { certificatePem } = await authority.issueAgent(identity, mine.csrPem, NOW);
  const proof = proveRenewal(certificatePem, next.csrPem, mine.privateKeyPem);
  expect(isRenewalProven(certificatePem, next.csrPem, proof)).toBe(true);
  expect(isRenewalProven(certificatePem, other.csrPem, proof)).toBe(false);
  expect(
    isRenewalProven(certificatePem, next.csrPem, proveRenewal(certificatePem, next.csrPem, other.privateKeyPem)),
  ).toBe(false);
  expect(isRenewalProven("rubbish", next.csrPem, proof)).toBe(false);
});
