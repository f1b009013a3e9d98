import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { agentId, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { type Authority, createAgentRequest, createAuthority } from "@cordon/identity";
import { createTempFolder, type TempFolder } from "@cordon/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { promoteNext, readIdentity, writeIdentity } from "../identity-files.ts";
import { createWallet } from "./wallet.ts";

const IDENTITY = { tenantId: tenantId("acme"), siteId: siteId("hq"), agentId: agentId("agt-1") };
let authority: Authority;
let folder: TempFolder;

beforeEach(async () => {
  folder = createTempFolder("cordon-wallet");
  authority = await createAuthority(systemClock.now(), systemRandom);
  const { certificate, privateKey } = await credential();
  writeIdentity(folder.path, {
    ...IDENTITY,
    gatewayUrl: "wss://coordinator.example",
    expiresAt: systemClock.now(),
    certificate,
    privateKey,
    authority: authority.certificatePem,
    recovery: { publicKey: "key", sequence: 5 },
  });
});
afterEach(() => folder.remove());

async function credential(identity = IDENTITY) {
  const { csrPem, privateKeyPem } = await createAgentRequest();
  const { certificatePem } = await authority.issueAgent(identity, csrPem, systemClock.now());
  return { certificate: certificatePem, privateKey: privateKeyPem };
}

const opened = () => createWallet(folder.path, readIdentity(folder.path));
const file = (name: string) => path.join(folder.path, "identity", name);

test("[I6] after a crash at any moment between two certificates the agent has one that counts, the newer first", async () => {
  const old = opened().newest().certificate;
  const next = await credential();
  opened().adopt(next);
  // Killed before a session.
  const again = opened();
  expect(again.tls.cert).toBe(next.certificate);
  expect(again.tls.key.reveal().trim()).toBe(next.privateKey.reveal().trim());
  again.tryOther();
  expect(again.tls.cert).toBe(old);
  again.tryOther();
  // Killed within the promotion: the key is the new one's, the certificate the old one's.
  writeFileSync(file("agent.key.pem"), next.privateKey.reveal(), { mode: 0o600 });
  expect(opened().tls.cert).toBe(next.certificate);
  opened().welcomed();
  expect(readIdentity(folder.path)).toMatchObject({ certificate: next.certificate, next: undefined });
  expect(readFileSync(file("agent.key.pem"), "utf8").trim()).toBe(next.privateKey.reveal().trim());
});

test("[I6] a certificate that the coordinator does not know is followed by the old one, and then by none", async () => {
  const wallet = opened();
  const old = wallet.newest().certificate;
  wallet.adopt(await credential());
  expect(wallet.refused()).toBe(true);
  expect(wallet.tls.cert).toBe(old);
  expect(wallet.refused()).toBe(false);
  // A welcome with the old one does not make the new one the agent's own.
  wallet.welcomed();
  expect(readIdentity(folder.path).certificate).toBe(old);
});

test("[I2] a certificate of another agent is not taken, and what are no roots are not trusted", async () => {
  const wallet = opened();
  const other = await credential({ ...IDENTITY, agentId: agentId("agt-2") });
  expect(() => wallet.adopt(other)).toThrow(expect.objectContaining({ code: "enrolment.bad_request" }));
  for (const bad of ["rubbish", wallet.newest().certificate]) {
    expect(() => wallet.trust([bad], { version: 9, recoverySequence: 9 })).toThrow(
      expect.objectContaining({ code: "enrolment.bad_request" }),
    );
  }
  expect(readIdentity(folder.path)).toMatchObject({ authority: authority.certificatePem, recovery: { sequence: 5 } });
});

test("[I11] a newer bundle makes older words of the recovery key worthless, and no bundle makes them good again", async () => {
  const second = await createAuthority(systemClock.now(), systemRandom);
  const wallet = opened();
  wallet.trust([authority.certificatePem, second.certificatePem], { version: 2, recoverySequence: 9 });
  expect(readIdentity(folder.path)).toMatchObject({ trustVersion: 2, recovery: { publicKey: "key", sequence: 9 } });
  expect(wallet.tls.ca).toContain(second.certificatePem.trim());
  wallet.trust([second.certificatePem], { version: 3, recoverySequence: 1 });
  expect(readIdentity(folder.path).recovery?.sequence).toBe(9);
});

test("[I1] a key that others can read stops the start, with the command that mends it", async () => {
  opened().adopt(await credential());
  for (const name of ["agent.key.pem", "next.pem"]) {
    chmodSync(file(name), 0o640);
    expect(() => readIdentity(folder.path)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("chmod 600") }),
    );
    chmodSync(file(name), 0o600);
  }
  promoteNext(folder.path, await credential());
  expect(readIdentity(folder.path).next).toBeUndefined();
});
