import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createServer, type Server } from "node:tls";
import { systemClock, systemRandom } from "@cordon/core/kernel";
import { afterEach, beforeEach, expect, test } from "vitest";
import { authorityFiles, openAuthority } from "./authority-files.ts";
import { fetchPinnedRoot } from "./pinned-root.ts";

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

test("the root is made once, readable by its owner only, and is the same after a restart", async () => {
  const first = await openAuthority(path.join(directory, "ca"), deps);
  const files = authorityFiles(path.join(directory, "ca"));
  expect((await stat(files.keyFile)).mode & 0o777).toBe(0o600);
  expect((await openAuthority(path.join(directory, "ca"), deps)).fingerprint).toBe(first.fingerprint);
});

test("a damaged key file is identity.unreadable_authority, never a silent new root", async () => {
  await openAuthority(directory, deps);
  const files = authorityFiles(directory);
  const before = await readFile(files.certificateFile, "utf8");
  await writeFile(files.keyFile, "rubbish");
  await expect(openAuthority(directory, deps)).rejects.toMatchObject({ code: "identity.unreadable_authority" });
  expect(await readFile(files.certificateFile, "utf8")).toBe(before);
});

test("an enrolling agent gets the root only if its fingerprint is the pinned one", async () => {
  const authority = await openAuthority(directory, deps);
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
