import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { formatReleaseKey, type ReleaseFile } from "@cordon/core/release";
import { createTempFolder, type Program, spawnProgram, type TempFolder } from "@cordon/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PackagedRelease, packageAgent } from "../src/package-agent.ts";
import { DEVELOPMENT_KEY, openSigningKey } from "../src/release-key.ts";
import { hostTarget } from "../src/targets.ts";
import { verifyReleaseFolder } from "../src/verify-release.ts";
import { describeFile, PUBLIC_KEY_FILE, writeRelease } from "../src/write-release.ts";
import { type PackageSite, startPackageSite, until } from "./package-site.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const QEMU = ["/usr/bin/qemu-aarch64-static", "/usr/bin/qemu-aarch64"].find((file) => existsSync(file));
/** Debian's libc for the other processor: Node is linked against it. */
const ARM_LIBRARIES = ["/usr/aarch64-linux-gnu"].find((dir) => existsSync(path.join(dir, "lib/ld-linux-aarch64.so.1")));

/** Built once for all of these tests. */
let folder: TempFolder;
let made: PackagedRelease;
let binary: string;

const options = () => ({ root: ROOT, outDir: folder.path, env: {}, now: 1_800_000_000_000, say: () => {} });

beforeAll(async () => {
  folder = createTempFolder("cordon-package");
  const target = hostTarget();
  if (target === undefined) throw new Error("the agent is not made for this machine");
  made = await packageAgent({ ...options(), targets: [target] });
  binary = made.files[0]?.file ?? "";
}, 300_000);
afterAll(() => folder?.remove());

const publicKey = () => readFileSync(path.join(made.folder, PUBLIC_KEY_FILE), "utf8");

/** A release with this executable, signed by the same key as the first. */
async function putRelease(version: string, executable: Buffer): Promise<void> {
  const target = made.files[0]?.target ?? "linux-x64";
  const dir = path.join(folder.path, `cordon-agent-${version}`);
  mkdirSync(dir);
  const name = `cordon-agent-${version}-${target}`;
  writeFileSync(path.join(dir, name), executable, { mode: 0o755 });
  const files: readonly ReleaseFile[] = [{ target, name, ...(await describeFile(path.join(dir, name))) }];
  const key = await openSigningKey(folder.path, path.join(folder.path, DEVELOPMENT_KEY));
  await writeRelease(dir, { info: { ...made.info, version }, files, mayReplaceNewer: false, key });
}

/** The same program under another number of the same length: it stands as text in the executable. */
function renumbered(version: string): Buffer {
  const copy = readFileSync(binary);
  if (version.length !== made.info.version.length) throw new Error("the versions differ in length");
  let changes = 0;
  const from = Buffer.from(`"version":"${made.info.version}"`);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) {
    changes += copy.write(`"version":"${version}"`, at);
  }
  expect(changes).toBeGreaterThan(0);
  return copy;
}

describe("a release", () => {
  it("is whole, signed, and verified with openssl and sha256sum alone; a changed byte is found", async () => {
    const run = (file: string, args: readonly string[]) =>
      execFileSync(file, args, { cwd: made.folder, encoding: "utf8" });
    expect(run("sha256sum", ["--check", "SHA256SUMS"])).not.toContain("FAILED");
    const openssl = ["pkeyutl", "-verify", "-pubin", "-inkey", PUBLIC_KEY_FILE, "-rawin", "-in", "release.json"];
    expect(run("openssl", [...openssl, "-sigfile", "release.json.sig"])).toContain("Verified Successfully");
    expect(await verifyReleaseFolder(made.folder, publicKey())).toMatchObject({ version: made.info.version });

    const manifest = path.join(made.folder, "release.json");
    const good = readFileSync(manifest, "utf8");
    writeFileSync(manifest, good.replace(made.info.version, "9.9.9"));
    await expect(verifyReleaseFolder(made.folder, publicKey())).rejects.toThrow("is not signed by key");
    writeFileSync(manifest, good);
  });

  it("lists what is really in it: every bundled library with version and licence, and Node with its own parts", () => {
    const bill = JSON.parse(readFileSync(`${binary}.cdx.json`, "utf8")) as {
      specVersion: string;
      components: {
        name: string;
        version: string;
        purl: string;
        licenses?: unknown[];
        components?: { name: string }[];
      }[];
    };
    expect(bill.specVersion).toBe("1.6");
    const names = bill.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["node", "ws", "zod", "yaml", "commander", "protobufjs"]));
    for (const { name, licenses } of bill.components) expect(licenses, name).toBeDefined();
    const parts = bill.components.find(({ name }) => name === "node")?.components?.map(({ name }) => name);
    expect(parts).toEqual(expect.arrayContaining(["openssl", "v8", "sqlite"]));
    expect(bill.components.find(({ name }) => name === "ws")?.purl).toMatch(/^pkg:npm\/ws@\d/);
  });

  it("says what it was built from", () => {
    const told = JSON.parse(execFileSync(binary, ["--version", "--json"], { env: {}, encoding: "utf8" }));
    expect(told).toMatchObject({ version: made.info.version, builtAt: made.info.builtAt, platform: "linux-x64" });
    expect(execFileSync(binary, ["--version"], { env: {}, encoding: "utf8" })).toBe(`${made.info.version}\n`);
  });
});

describe("the packaged agent at work", () => {
  it("enrols, is content with its chain, carries out all nine actions, and replaces itself; a broken release is taken back", {
    timeout: 240_000,
  }, async () => {
    await using site = await startPackageSite({ releasesDir: folder.path, publicKey: formatReleaseKey(made.key) });
    // Not in one breath: coordinator and KSC live in this process.
    const agent = async (args: readonly string[]) =>
      (await promisify(execFile)(binary, ["-c", site.configFile, ...args], { env: {} })).stdout;
    expect(await agent(["enroll", "--token-file", site.tokenFile])).toContain("of site hq");
    expect(await agent(["doctor"])).not.toContain("FAILED");

    await using running = spawnProgram({ argv: [binary, "-c", site.configFile, "run"], env: {} });
    await nineActions(site);

    await putRelease("0.1.9", renumbered("0.1.9"));
    await rollOut(site, "0.1.9", "done");
    expect(await runningVersion(site)).toBe("0.1.9");
    expect(running.isRunning()).toBe(true);
    expect(await agent(["status"])).toContain("version 0.1.9");

    await putRelease("0.2.0", Buffer.from("#!/bin/sh\nexit 3\n"));
    const paused = await rollOut(site, "0.2.0", "paused");
    expect(paused.reason).toContain("update.crashed");
    await until(site, "/fleet", ({ items }) => isOn(items, "0.1.9"), "the release before to run again");
    await stopAll(running);
  });
});

async function nineActions(site: PackageSite): Promise<void> {
  await until(
    site,
    "/tenants/acme/health",
    ({ items }) => isReady(items),
    "the agent to be connected with its inventory",
  );
  const orders: readonly (readonly [kind: string, args: object])[] = [
    ["onDemandScan", {}],
    ["iocScan", { indicators: [{ type: "sha256", value: SHA256 }] }],
    ["quarantineFile", { path: "C:\\Temp\\a.exe", sha256: SHA256 }],
    ["deleteFile", { path: "C:\\Temp\\b.exe" }],
    ["getFile", { path: "C:\\Temp\\c.exe" }],
    ["isolateHost", { durationSeconds: 3_600 }],
    ["preventExecution", { sha256: SHA256 }],
    ["startProcess", { path: "C:\\Tools\\collect.exe" }],
    ["terminateProcess", { pid: 4_242 }],
  ];
  const ids: string[] = [];
  for (const [index, [kind, args]] of orders.entries()) {
    const endpointId = site.hosts[index % site.hosts.length];
    const order = { siteId: "hq", endpointId, kind, arguments: args, reason: "test", requestId: `order-${kind}` };
    const { status, body } = await site.api("POST", "/tenants/acme/actions", order);
    expect(status, `${kind}: ${JSON.stringify(body)}`).toBe(201);
    ids.push(String(body.actionId));
  }
  for (const id of ids) {
    const done = await until(
      site,
      `/tenants/acme/actions/${id}`,
      ({ state }) => state === "succeeded",
      `${id} to succeed`,
    );
    const { evidence } = done.detail as { evidence?: { rung?: string } };
    expect(["host_state", "event"], `${id}: ${JSON.stringify(done.timeline)}`).toContain(evidence?.rung);
  }
}

async function rollOut(site: PackageSite, version: string, state: string): Promise<Record<string, unknown>> {
  expect((await site.api("POST", "/releases", { version })).status).toBe(201);
  const started = await site.api("POST", "/rollouts", { version, rings: [{ soakSeconds: 0 }] });
  expect(started.status).toBe(201);
  const at = `/rollouts/${started.body.rolloutId}`;
  return until(site, at, (body) => body.state === state, `the rollout of ${version} to be ${state}`);
}

async function runningVersion(site: PackageSite): Promise<unknown> {
  const { items } = (await site.api("GET", "/fleet")).body as { items: { running: string }[] };
  return items[0]?.running;
}

const isReady = (items: unknown) =>
  (items as { connected: boolean; endpoints: number }[]).some(
    ({ connected, endpoints }) => connected && endpoints === 3,
  );

const isOn = (items: unknown, version: string) =>
  (items as { connected: boolean; running: string }[]).some((one) => one.connected && one.running === version);

async function stopAll(running: Program): Promise<void> {
  expect(await running.end({ signal: "SIGTERM", withinMs: 20_000 })).toEqual({ code: 0, signal: null });
}

describe("the other platforms", () => {
  if (QEMU === undefined || ARM_LIBRARIES === undefined) {
    const packages = "qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross";
    console.info(`The linux-arm64 agent is not started here: that needs ${packages}.`);
  } else {
    it("linux-arm64 starts under qemu and knows itself", { timeout: 300_000 }, async () => {
      using other = createTempFolder("cordon-arm64");
      const arm = await packageAgent({ ...options(), outDir: other.path, targets: ["linux-arm64"] });
      const told = execFileSync(QEMU, ["-L", ARM_LIBRARIES, arm.files[0]?.file ?? "", "--version", "--json"], {
        encoding: "utf8",
      });
      expect(JSON.parse(told)).toMatchObject({ version: arm.info.version, platform: "linux-arm64" });
    });
  }
});
