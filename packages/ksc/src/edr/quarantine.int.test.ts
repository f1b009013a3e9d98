import { createHash } from "node:crypto";
import type { QuarantineFile } from "@cordon/agent-core";
import type { ActionArgs } from "@cordon/core/action";
import { actionId, type EndpointId, endpointId, epochMs } from "@cordon/core/kernel";
import { eventually } from "@cordon/testkit";
import { expect, test } from "vitest";
import { type EdrSite, startEdrSite } from "../../test/edr-site.ts";

const { signal } = new AbortController();
const HOST = endpointId("ws-1");
const server = {
  hosts: 0,
  hostList: [
    { id: HOST, name: "WS-1" },
    { id: "ws-2", name: "WS-2" },
  ],
};

let serial = 0;

async function ask(site: EdrSite, host: EndpointId, spec: ActionArgs): Promise<void> {
  const before = (await site.edr.quarantineItems(host, signal)).length;
  const id = actionId(`act_${String(++serial).padStart(32, "0")}`);
  await site.edr.submit({ actionId: id, endpointId: host, spec, deadline: epochMs(Date.UTC(2100, 0)) }, signal);
  const what = "the object to be listed";
  await eventually(async () => (await site.edr.quarantineItems(host, signal)).length > before, { what, everyMs: 25 });
}

async function readAll({ name, bytes, chunks }: QuarantineFile) {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { name, bytes, sizes: parts.map(({ length }) => length), content: Buffer.concat(parts) };
}

test("what getFile and quarantineFile brought is listed per endpoint, newest first", async () => {
  await using site = await startEdrSite({ server });
  await ask(site, HOST, { kind: "getFile", path: "C:\\Temp\\a.exe" });
  await ask(site, HOST, { kind: "quarantineFile", path: "C:\\Temp\\b.exe" });
  await ask(site, endpointId("ws-2"), { kind: "getFile", path: "C:\\other.exe" });
  const items = await site.edr.quarantineItems(HOST, signal);
  expect(items.map(({ objectName }) => objectName)).toEqual(["C:\\Temp\\b.exe", "C:\\Temp\\a.exe"]);
  expect(await site.edr.quarantineItems(endpointId("nobody"), signal)).toEqual([]);
  const { calls } = site.server.control.truth();
  expect(calls["SrvView.ReleaseIterator"]).toBe(calls["SrvView.ResetIterator"]);
});

test("a file comes in pieces through the endpoint's agent, whole and in order, and its connection is closed after it", async () => {
  await using site = await startEdrSite({ server, settings: { quarantine: { chunkBytes: 65_536 } } });
  await ask(site, HOST, { kind: "getFile", path: "C:\\Temp\\a.exe" });
  const [item] = await site.edr.quarantineItems(HOST, signal);
  const sessions = site.server.control.truth().sessions;
  const small = await site.edr.quarantineFile(HOST, item?.itemId ?? "", readAll, signal);
  const large = await site.connect().quarantineFile(HOST, item?.itemId ?? "", readAll, signal);
  expect([small.name, small.bytes, small.sizes]).toEqual(["a.exe", 150_000, [65_536, 65_536, 18_928]]);
  expect(large.sizes).toEqual([150_000]);
  const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
  expect(sha256(small.content)).toBe(sha256(large.content));
  const { calls } = site.server.control.truth();
  // The goodbye is the connection's end; only our own sessions say one.
  expect([calls["Session.EndSession"] ?? 0, calls.login]).toEqual([0, 2]);
  expect(sessions).toBeGreaterThan(0);
});

test("an isolated endpoint still hands out its file; one that is not connected is unavailable; an unknown item is not found", async () => {
  await using site = await startEdrSite({ server });
  await ask(site, HOST, { kind: "getFile", path: "C:\\a.exe" });
  const [item] = await site.edr.quarantineItems(HOST, signal);
  const itemId = item?.itemId ?? "";
  await expect(site.edr.quarantineFile(HOST, "no-such", readAll, signal)).rejects.toMatchObject({
    code: "ksc.not_found",
  });
  const isolate = { kind: "isolateHost", durationSeconds: 3_600 } as const;
  const id = actionId(`act_${String(++serial).padStart(32, "0")}`);
  await site.edr.submit(
    { actionId: id, endpointId: HOST, spec: isolate, deadline: epochMs(Date.UTC(2100, 0)) },
    signal,
  );
  await eventually(() => site.server.control.truth().isolations.length > 0, { what: "the isolation" });
  expect((await site.edr.quarantineFile(HOST, itemId, readAll, signal)).bytes).toBe(150_000);
  site.server.control.setHost(HOST, { behaviour: "offline" });
  await expect(site.edr.quarantineFile(HOST, itemId, readAll, signal)).rejects.toMatchObject({
    code: "ksc.unavailable",
  });
});

test("a connection that breaks in the middle fails the reading, and the next one starts afresh", async () => {
  await using site = await startEdrSite({ server, settings: { quarantine: { chunkBytes: 65_536 } } });
  await ask(site, HOST, { kind: "getFile", path: "C:\\a.exe" });
  const [item] = await site.edr.quarantineItems(HOST, signal);
  const itemId = item?.itemId ?? "";
  const broken = site.edr.quarantineFile(
    HOST,
    itemId,
    async (file) => {
      const chunks = file.chunks[Symbol.asyncIterator]();
      await chunks.next();
      site.server.control.dropSessions();
      await chunks.next();
    },
    signal,
  );
  await expect(broken).rejects.toMatchObject({ code: expect.stringMatching(/^ksc\./) });
  expect((await site.edr.quarantineFile(HOST, itemId, readAll, signal)).bytes).toBe(150_000);
});

test("a site whose view names its columns otherwise says so in its settings", async () => {
  await using site = await startEdrSite({ server });
  await ask(site, HOST, { kind: "getFile", path: "C:\\a.exe" });
  const renamed = site.connect({ quarantine: { fields: { path: "szFileTitle", addedAt: "tmNone", bytes: "nId" } } });
  expect(await renamed.quarantineItems(HOST, signal)).toEqual([
    { itemId: expect.any(String), objectName: "a.exe", bytes: expect.any(Number) },
  ]);
  const elsewhere = site.connect({ quarantine: { view: "NoSuchView" } });
  await expect(elsewhere.quarantineItems(HOST, signal)).rejects.toMatchObject({ code: "ksc.not_found" });
});
