import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, createServer, type Server } from "node:tls";
import { agentId, epochMs, Secret, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAgentRequest } from "./agent-request.ts";
import { type Authority, createAuthority } from "./authority.ts";
import { openAuthority } from "./kept-authority.ts";
import { fetchPinnedRoot } from "./pinned-root.ts";
import { readStatement, signStatement } from "./recovery.ts";

const deps = { clock: systemClock, random: systemRandom };
let directory: string;
let server: Server | undefined;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "cordon-identity-"));
});
afterEach(async () => {
  server?.close();
  server = undefined;
  await rm(directory, { recursive: true });
});

const authorityOf = () => openAuthority(path.join(directory, "ca"), deps);

test("[I1] root, intermediate and recovery key are made once, readable by their owner only, and the same after a restart", async () => {
  const first = await authorityOf();
  for (const name of await readdir(path.join(directory, "ca"))) {
    if (name.endsWith("key.pem")) expect((await stat(path.join(directory, "ca", name))).mode & 0o777, name).toBe(0o600);
  }
  expect((await stat(path.join(directory, "recovery.key.pem"))).mode & 0o777).toBe(0o600);
  const again = await authorityOf();
  expect(again.fingerprint).toBe(first.fingerprint);
  expect(await again.view()).toEqual(await first.view());
});

test("[I1] without the root's key all goes on but a rotation of the intermediate, which says where it belongs", async () => {
  await authorityOf();
  const rootKey = (await readdir(path.join(directory, "ca"))).find((name) => /^root-.*key/.test(name)) ?? "";
  await rm(path.join(directory, "ca", rootKey));
  const authority = await authorityOf();
  await authority.issueServer(["localhost"], systemClock.now());
  await authority.revocations(async () => []);
  await expect(authority.rotate("intermediate")).rejects.toMatchObject({ code: "identity.root_key_missing" });
});

test("a damaged key file is identity.unreadable_authority, never a silent new root", async () => {
  const { fingerprint } = await authorityOf();
  const signerKey = (await readdir(path.join(directory, "ca"))).find((name) => /^intermediate-.*key/.test(name)) ?? "";
  const whole = await readFile(path.join(directory, "ca", signerKey));
  await writeFile(path.join(directory, "ca", signerKey), "rubbish");
  await expect(authorityOf()).rejects.toMatchObject({ code: "identity.unreadable_authority" });
  await writeFile(path.join(directory, "ca", signerKey), whole);
  expect((await authorityOf()).fingerprint).toBe(fingerprint);
});

test("an authority without an intermediate is refused by name, and nothing in its folder is changed", async () => {
  await mkdir(path.join(directory, "ca"));
  await writeFile(path.join(directory, "ca", "ca.key.pem"), "old");
  await expect(authorityOf()).rejects.toMatchObject({ code: "identity.old_layout" });
  expect(await readdir(path.join(directory, "ca"))).toEqual(["ca.key.pem"]);
});

test("[I10] a root is replaced in two phases: both are trusted until the old one goes, and then its key is gone", async () => {
  const authority = await authorityOf();
  const [old] = authority.bundle().roots;
  await authority.rotate("root");
  expect(authority.bundle().roots).toHaveLength(2);
  expect((await authority.issueServer(["a"], systemClock.now())).certificatePem).toContain(old);
  await expect(authority.rotate("intermediate")).rejects.toMatchObject({ code: "identity.rotation_under_way" });
  await authority.finish();
  expect((await authority.issueServer(["a"], systemClock.now())).certificatePem).not.toContain(old);
  expect(authority.bundle().roots).toContain(old);
  await authority.finish();
  expect(authority.bundle().roots).not.toContain(old);
  await expect(authority.finish()).rejects.toMatchObject({ code: "identity.rotation_none" });
  const keys = (await readdir(path.join(directory, "ca"))).filter((name) => name.endsWith("key.pem"));
  expect(keys).toHaveLength(2);
  expect((await authorityOf()).bundle()).toEqual(authority.bundle());
});

test("[I11] a lost authority is made anew, and the recovery key that lies there speaks for it at once", async () => {
  const first = await authorityOf();
  const pinned = await first.recovery();
  await rm(path.join(directory, "ca"), { recursive: true });
  const second = await authorityOf();
  expect(second.fingerprint).not.toBe(first.fingerprint);
  const statement = await second.statement();
  if (statement === undefined) throw new Error("no statement");
  const said = readStatement(statement, pinned.publicKey, pinned.sequence);
  expect(said.roots.map((root) => root.trim())).toEqual(second.bundle().roots);
});

test("[I11] without the recovery key there is no statement, until its owner's for the present roots comes", async () => {
  const first = await authorityOf();
  const pinned = await first.recovery();
  const keyFile = path.join(directory, "recovery.key.pem");
  const key = new Secret(await readFile(keyFile, "utf8"));
  await rm(keyFile);
  await rm(path.join(directory, "ca"), { recursive: true });
  const second = await authorityOf();
  expect(await second.statement()).toBeUndefined();
  const speak = (roots: readonly string[]) => signStatement({ sequence: pinned.sequence + 10, roots }, key);
  await expect(second.recover(speak(first.bundle().roots), pinned.publicKey)).rejects.toMatchObject({
    code: "identity.recovery_refused",
  });
  const statement = speak(second.bundle().roots);
  await second.recover(statement, pinned.publicKey);
  expect(await second.statement()).toEqual(statement);
  expect((await authorityOf().then((opened) => opened.recovery())).publicKey).toBe(pinned.publicKey);
});

test("[I7] TLS lets an agent in as long as it is on no list, and no other's", async () => {
  const authority = await authorityOf();
  const stranger = await createAuthority(systemClock.now(), systemRandom);
  const listener = await authority.issueServer(["localhost"], systemClock.now());
  const agent = await agentOf(authority);
  let revoked: string[] = [];
  const context = async () => ({
    cert: listener.certificatePem,
    key: listener.privateKeyPem.reveal(),
    ca: authority.certificatePem,
    crl: [...(await authority.revocations(async () => revoked.map((serial) => ({ serial, at: systemClock.now() }))))],
  });
  server = createServer({ ...(await context()), requestCert: true, rejectUnauthorized: false }, (socket) => {
    socket.on("error", () => {});
    socket.end(String(socket.authorizationError ?? "welcome"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const verdict = (who: { readonly cert: string; readonly key: string }) => greeting(server, authority, who);
  expect(await verdict(agent)).toBe("welcome");
  expect(await verdict(await agentOf(stranger))).toContain("UNABLE_TO_");
  expect(await verdict(await agentOf(authority, epochMs(systemClock.now() - 20 * 86_400_000)))).toBe(
    "CERT_HAS_EXPIRED",
  );
  expect(await verdict(await agentOf(authority, epochMs(systemClock.now() + 86_400_000)))).toBe("CERT_NOT_YET_VALID");
  revoked = [agent.serial];
  server.setSecureContext(await context());
  expect(await verdict(agent)).toBe("CERT_REVOKED");
  expect(await verdict(await agentOf(authority))).toBe("welcome");
});

async function agentOf(signer: Authority, at = systemClock.now()) {
  const identity = { tenantId: tenantId("acme"), siteId: siteId("hq"), agentId: agentId("agt-1") };
  const { csrPem, privateKeyPem } = await createAgentRequest();
  const { certificatePem, serial } = await signer.issueAgent(identity, csrPem, at);
  return { cert: certificatePem, key: privateKeyPem.reveal(), serial };
}

function greeting(
  at: Server | undefined,
  { certificatePem: ca }: Authority,
  { cert, key }: { readonly cert: string; readonly key: string },
): Promise<string> {
  const address = at?.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = connect({ host: "127.0.0.1", port, servername: "localhost", ca, cert, key });
    socket.on("data", (chunk) => {
      said += chunk;
    });
    socket.on("end", () => resolve(said));
    socket.on("error", reject);
  });
}

test("an enrolling agent gets the root only if its fingerprint is the pinned one", async () => {
  const authority = await authorityOf();
  const listener = await authority.issueServer(["localhost"], systemClock.now());
  server = createServer({ cert: listener.certificatePem, key: listener.privateKeyPem.reveal() });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `https://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const signal = AbortSignal.timeout(30_000);
  expect((await fetchPinnedRoot(url, authority.fingerprint, signal)).trim()).toBe(authority.certificatePem.trim());
  await expect(fetchPinnedRoot(url, "ab".repeat(32), signal)).rejects.toMatchObject({ code: "enrolment.ca_mismatch" });
  server.close();
  await once(server, "close");
  await expect(fetchPinnedRoot(url, authority.fingerprint, signal)).rejects.toMatchObject({
    code: "enrolment.unreachable",
  });
});
