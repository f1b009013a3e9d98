import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { agentId, Secret, silentLogger, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { parseReleaseKey } from "@cordon/core/release";
import { createAgentRequest, createAuthority } from "@cordon/identity";
import { sessionTlsOptions, type UpdateReport } from "@cordon/protocol";
import {
  createReleaseMaker,
  createTempFolder,
  mountSmallDisk,
  type TempFolder,
  type TestRelease,
} from "@cordon/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSiteProxy } from "../src/proxy/site-proxy.ts";
import type { GatewayAddress } from "../src/update/fetch-release.ts";
import { fetchWanted } from "../src/update/fetch-wanted.ts";
import { agentTarget } from "../src/update/launch.ts";
import { openReleaseStore } from "../src/update/release-store.ts";
import { startConnectProxy } from "./connect-proxy.ts";

const maker = createReleaseMaker(agentTarget());
const CONTENT = "an agent of some length ".repeat(20_000);

let server: Server;
let gateway: GatewayAddress;
let folder: TempFolder;
let serve: (request: IncomingMessage, response: ServerResponse) => void;
const ranges: (string | undefined)[] = [];

beforeAll(async () => {
  const now = systemClock.now();
  const authority = await createAuthority(now, systemRandom);
  const tls = await authority.issueServer(["127.0.0.1"], now);
  const { csrPem, privateKeyPem } = await createAgentRequest();
  const identity = { tenantId: tenantId("acme"), siteId: siteId("hq"), agentId: agentId("agent-1") };
  const { certificatePem } = await authority.issueAgent(identity, csrPem, now);
  server = createServer(
    sessionTlsOptions({ ca: authority.certificatePem, cert: tls.certificatePem, key: tls.privateKeyPem }),
    (request, response) => serve(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  gateway = {
    url: `wss://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tls: { ca: authority.certificatePem, cert: certificatePem, key: privateKeyPem },
  };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  folder = createTempFolder("cordon-fetch");
  ranges.length = 0;
});
afterEach(() => folder.remove());

/** A gateway that has the release; `cutAt` breaks the first connection after so many bytes of the file. */
function gatewayWith(release: TestRelease, options: { readonly content?: Buffer; readonly cutAt?: number } = {}): void {
  const content = options.content ?? release.content;
  let cut = options.cutAt;
  serve = (request, response) => {
    if (request.url?.endsWith("release.json")) return void response.end(release.manifest);
    ranges.push(request.headers.range);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from > 0) response.statusCode = 206;
    if (from > 0) response.setHeader("content-range", `bytes ${from}-${content.length - 1}/${content.length}`);
    response.setHeader("content-length", content.length - from);
    if (cut === undefined) return void response.end(content.subarray(from));
    const until = cut;
    cut = undefined;
    response.write(content.subarray(from, until), () => response.destroy());
  };
}

interface Setting {
  readonly running?: string;
  readonly stateDir?: string;
  /** The way through a proxy. */
  readonly agent?: GatewayAddress["agent"];
}

async function fetched(release: TestRelease, { running = "0.1.0", stateDir = folder.path, agent }: Setting = {}) {
  const told: Pick<UpdateReport, "version" | "state" | "problem">[] = [];
  const { version, sha256, signature, keyId, content } = release;
  const store = openReleaseStore(stateDir);
  const staged = await fetchWanted(
    {
      gateway: { ...gateway, agent },
      store,
      keys: [parseReleaseKey(maker.publicKey)],
      running,
      target: agentTarget(),
      clock: { ...systemClock, sleep: async () => {} },
      random: systemRandom,
      logger: silentLogger,
    },
    {
      kind: "updateOffer",
      version,
      target: agentTarget(),
      path: `/agent/v1/releases/${version}/cordon-agent-${version}`,
      bytes: content.length,
      sha256,
      signature,
      keyId,
    },
    (standing) => told.push(standing),
    new AbortController().signal,
  );
  return { staged, told, last: told.at(-1), file: store.executableOf(version) };
}

describe("a release on its way", () => {
  it("is fetched, verified and put in its place, to be run by its owner alone", async () => {
    const release = maker.release("0.2.0", CONTENT);
    gatewayWith(release);
    const { staged, told, file } = await fetched(release);
    expect(staged).toEqual({ version: "0.2.0", sha256: release.sha256 });
    expect(told.map(({ state }) => state)).toEqual(["downloading"]);
    expect(readFileSync(file, "utf8")).toBe(CONTENT);
    expect(statSync(file).mode & 0o777).toBe(0o700);
  });

  it("goes on where the broken connection ended, and is not fetched again when it is there", async () => {
    const release = maker.release("0.2.0", CONTENT);
    gatewayWith(release, { cutAt: 200_000 });
    expect((await fetched(release)).staged).toBeDefined();
    expect(ranges[0]).toBeUndefined();
    expect(Number(/^bytes=(\d+)-$/.exec(ranges[1] ?? "")?.[1])).toBeGreaterThan(0);
    const before = ranges.length;
    expect((await fetched(release)).staged).toBeDefined();
    expect(ranges).toHaveLength(before);
  });

  it("with one changed byte is refused, and nothing of it stays", async () => {
    const release = maker.release("0.2.0", CONTENT);
    gatewayWith(release, { content: Buffer.from(CONTENT.replace("agent", "agenT")) });
    const { staged, last } = await fetched(release);
    expect(staged).toBeUndefined();
    expect(last).toMatchObject({ state: "refused", problem: { code: "update.mismatch" } });
    expect(statSync(path.join(folder.path, "update", "0.2.0"), { throwIfNoEntry: false })).toBeUndefined();
  });

  it("signed by another key is refused before a byte of it is fetched", async () => {
    const release = createReleaseMaker(agentTarget()).release("0.2.0", CONTENT);
    gatewayWith(release);
    expect((await fetched(release)).last).toMatchObject({
      state: "refused",
      problem: { code: "update.bad_signature" },
    });
    expect(ranges).toEqual([]);
  });

  it("with a manifest other than the signed one is refused before a byte of it is fetched", async () => {
    const release = maker.release("0.2.0", CONTENT);
    gatewayWith({ ...release, manifest: Buffer.from(release.manifest.toString().replace("false", "true")) });
    expect((await fetched(release)).last).toMatchObject({ problem: { code: "update.bad_signature" } });
    expect(ranges).toEqual([]);
  });

  it("older than what runs is refused, unless it is signed for going back", async () => {
    const older = maker.release("0.1.0", CONTENT);
    gatewayWith(older);
    expect((await fetched(older, { running: "0.2.0" })).last).toMatchObject({ problem: { code: "update.downgrade" } });
    expect(ranges).toEqual([]);
    const meant = maker.release("0.1.0", CONTENT, { mayReplaceNewer: true });
    gatewayWith(meant);
    expect((await fetched(meant, { running: "0.2.0" })).staged).toBeDefined();
  });

  it("for which there is no room is refused with what is missing, and no byte is asked for", async () => {
    using disk = mountSmallDisk(4 * 1_048_576);
    const release = maker.release("0.2.0", CONTENT);
    gatewayWith(release);
    const { staged, last } = await fetched(release, { stateDir: disk.path });
    expect(staged).toBeUndefined();
    expect(last).toMatchObject({
      state: "refused",
      problem: { code: "update.no_space", message: expect.stringMatching(/\d+ are free/) },
    });
    expect(ranges).toEqual([]);
  });

  it("comes through the site's proxy that wants a password, and goes on through it after a broken connection", async () => {
    await using proxy = await startConnectProxy({ user: "site-a", password: "p:w ü" });
    const release = maker.release("0.2.0", CONTENT);
    gatewayWith(release, { cutAt: 200_000 });
    const way = createSiteProxy({ url: proxy.url, user: "site-a", password: () => new Secret("p:w ü"), noProxy: [] });
    const { staged, told, file } = await fetched(release, { agent: way.agentFor(gateway.url) });
    expect(staged).toEqual({ version: "0.2.0", sha256: release.sha256 });
    expect(told.map(({ state }) => state)).toEqual(["downloading", "downloading"]);
    expect(readFileSync(file, "utf8")).toBe(CONTENT);
    const target = new URL(gateway.url).host;
    // The manifest and the file, and both again after the break.
    expect(proxy.asked).toEqual(Array(4).fill({ target, status: 200 }));
  });

  it("is the agent's trouble, not the release's, when the proxy refuses: it is tried again, and told with the proxy's words", async () => {
    await using proxy = await startConnectProxy({ user: "site-a", password: "right" });
    const release = maker.release("0.2.0", CONTENT);
    gatewayWith(release);
    let password = "wrong";
    const config = { url: proxy.url, user: "site-a", password: () => new Secret(password), noProxy: [] };
    const agent = createSiteProxy(config).agentFor(gateway.url);
    expect((await fetched(release, { agent })).last).toMatchObject({
      state: "refused",
      problem: { code: "update.download_failed", message: expect.stringMatching(/after 10 attempts.*does not accept/) },
    });
    expect(proxy.asked).toHaveLength(10);
    expect(ranges).toEqual([]);
    password = "right";
    expect((await fetched(release, { agent })).staged).toBeDefined();
  });

  it("that never comes whole is given up after a bounded number of attempts, and what came stays", async () => {
    const release = maker.release("0.2.0", CONTENT);
    let asked = 0;
    serve = (request, response) => {
      if (request.url?.endsWith("release.json")) return void response.end(release.manifest);
      asked++;
      response.statusCode = 500;
      response.end();
    };
    writeFileSync(openReleaseStore(folder.path).partialOf("0.2.0"), CONTENT.slice(0, 1_000));
    expect((await fetched(release)).last).toMatchObject({
      state: "refused",
      problem: { code: "update.download_failed", message: expect.stringContaining("after 10 attempts") },
    });
    expect(asked).toBe(10);
    expect(statSync(openReleaseStore(folder.path).partialOf("0.2.0")).size).toBe(1_000);
  });
});
