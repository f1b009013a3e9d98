import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { addMs, type EpochMs, systemClock } from "@cordon/core/kernel";
import type { UpdateOffer, UpdateReport } from "@cordon/protocol";
import {
  createReleaseMaker,
  createTempFolder,
  eventually,
  type ReleaseMaker,
  startTestPostgres,
  type TempFolder,
  type TestPostgres,
} from "@cordon/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { call } from "./https-client.ts";
import { connectTestAgent, type EnrolledAgent, enrolTestAgent, type TestAgent } from "./test-agent.ts";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

const maker = createReleaseMaker("linux-x64");
const content = Buffer.from("an agent of 200 kB ".repeat(10_000));
const { sha256 } = maker.release("0.2.0", content);

let postgres: TestPostgres;
let coordinator: TestCoordinator;
let folder: TempFolder;
/** How far the coordinator's clock is ahead of ours. */
let aheadMs = 0;
const agents: TestAgent[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres?.stop());

beforeEach(async () => {
  folder = createTempFolder("cordon-releases");
  aheadMs = 0;
  const now = (): EpochMs => addMs(systemClock.now(), aheadMs);
  coordinator = await startTestCoordinator(await postgres.createDatabase(), {
    settings: {
      CORDON_RELEASES_DIR: folder.path,
      CORDON_RELEASE_KEYS: maker.publicKey,
    },
    // The fleet is looked at as often as the test asks.
    clock: { ...systemClock, now, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 50), signal) },
  });
  const { api } = coordinator;
  await api("POST", "/tenants", { tenantId: "acme", name: "Acme" });
  for (const siteId of ["first", "second"]) await api("POST", "/tenants/acme/sites", { siteId, name: siteId });
});
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.stop()));
  await coordinator.stop();
  folder.remove();
});

interface PutOptions {
  readonly by?: ReleaseMaker;
  /** Another file than the manifest says. */
  readonly instead?: string;
  readonly commit?: string;
}

function putRelease(version: string, { by = maker, instead, commit }: PutOptions = {}): void {
  const dir = path.join(folder.path, `cordon-agent-${version}`);
  mkdirSync(dir, { recursive: true });
  const release = by.release(version, content, commit === undefined ? {} : { commit });
  writeFileSync(path.join(dir, "release.json"), release.manifest);
  writeFileSync(path.join(dir, "release.json.sig"), Buffer.from(release.signature, "base64"));
  writeFileSync(path.join(dir, release.fileName), instead ?? content);
}

async function connect(
  site: string,
  enrolled?: EnrolledAgent,
  version = "0.1.0",
  standBy = false,
): Promise<TestAgent & { readonly enrolled: EnrolledAgent }> {
  const identity = enrolled ?? (await enrolTestAgent(coordinator, "acme", site));
  const agent = connectTestAgent(identity, site, { agentVersion: version, standBy });
  agents.push(agent);
  await eventually(() => agent.link.isOpen, { what: "the agent" });
  return { ...agent, enrolled: identity };
}

const say = (agent: TestAgent, version: string, state: UpdateReport["state"], more: Partial<UpdateReport> = {}) =>
  agent.link.send({ kind: "updateReport", version, state, target: "linux-x64", ...more });
const offersTo = (agent: TestAgent) =>
  agent.received.filter((message): message is UpdateOffer => message.kind === "updateOffer");
const errorOf = (answer: { readonly body: Record<string, unknown> }) => (answer.body.error as { code: string }).code;

async function rollOut(version: string, rings: readonly object[]): Promise<string> {
  const started = await coordinator.api("POST", "/rollouts", { version, rings });
  expect(started.status, started.text).toBe(201);
  return String(started.body.rolloutId);
}
const show = async (id: string) => (await coordinator.api("GET", `/rollouts/${id}`)).body;
const becomes = (id: string, wanted: object) =>
  eventually(
    async () => {
      expect(await show(id)).toMatchObject(wanted);
      return true;
    },
    { what: `the rollout to be ${JSON.stringify(wanted)}` },
  );

describe("registering a release", () => {
  test("takes one that is whole and signed by a configured key; again changes nothing", async () => {
    putRelease("0.2.0");
    const first = await coordinator.api("POST", "/releases", { version: "0.2.0" });
    expect(first).toMatchObject({ status: 201, body: { version: "0.2.0", files: [{ target: "linux-x64", sha256 }] } });
    expect((await coordinator.api("POST", "/releases", { version: "0.2.0" })).status).toBe(200);
    expect((await coordinator.api("GET", "/releases")).body.items).toHaveLength(1);
  });

  test("refuses what somebody else signed, what was changed, what is missing, and another release of the same version", async () => {
    putRelease("0.2.0", { by: createReleaseMaker("linux-x64") });
    expect(errorOf(await coordinator.api("POST", "/releases", { version: "0.2.0" }))).toBe("release.invalid");
    putRelease("0.2.0", { instead: "an agent of another kind" });
    expect(errorOf(await coordinator.api("POST", "/releases", { version: "0.2.0" }))).toBe("release.invalid");
    expect(errorOf(await coordinator.api("POST", "/releases", { version: "0.9.9" }))).toBe("release.not_found");
    expect((await coordinator.api("POST", "/releases", { version: "../etc" })).status).toBe(400);
    putRelease("0.2.0");
    expect((await coordinator.api("POST", "/releases", { version: "0.2.0" })).status).toBe(201);
    putRelease("0.2.0", { commit: "abcdef0" });
    expect(errorOf(await coordinator.api("POST", "/releases", { version: "0.2.0" }))).toBe("release.exists");
  });
});

describe("a rollout", () => {
  beforeEach(async () => {
    putRelease("0.2.0");
    await coordinator.api("POST", "/releases", { version: "0.2.0" });
  });

  test("offers to the first ring, waits until it ran healthy for its time, then goes on, and is done", async () => {
    const first = await connect("first");
    const second = await connect("second");
    for (const agent of [first, second]) say(agent, "0.1.0", "running");
    const id = await rollOut("0.2.0", [{ sites: ["acme/first"], soakSeconds: 3_600 }, { soakSeconds: 0 }]);
    await eventually(() => offersTo(first).length === 1, { what: "the offer to the first ring" });
    expect(offersTo(first)[0]).toMatchObject({ version: "0.2.0", target: "linux-x64", bytes: content.length, sha256 });
    say(first, "0.2.0", "downloading");
    await becomes(id, { ring: 0, rings: [{ agents: { underway: 1 } }, { agents: { pending: 1 } }] });

    say(first, "0.2.0", "restarting");
    await first.stop();
    await becomes(id, { ring: 0, reason: expect.stringContaining("not heard of") });
    const back = await connect("first", first.enrolled, "0.2.0");
    say(back, "0.2.0", "running");
    await becomes(id, { ring: 0, reason: expect.stringContaining("another 60 min") });
    expect(offersTo(second)).toEqual([]);

    aheadMs = 3_600_000;
    await becomes(id, { ring: 1 });
    await eventually(() => offersTo(second).length === 1, { what: "the offer to the second ring" });
    await second.stop();
    say(await connect("second", second.enrolled, "0.2.0"), "0.2.0", "running");
    await becomes(id, { state: "done" });

    const late = await connect("second");
    say(late, "0.1.0", "running");
    await eventually(() => offersTo(late).length === 1, { what: "the offer to a late-comer" });
    const fleet = (await coordinator.api("GET", "/fleet")).body.items as { agentId: string; running: string }[];
    expect(Object.fromEntries(fleet.map(({ agentId, running }) => [agentId, running]))).toEqual({
      [first.agentId]: "0.2.0",
      [second.agentId]: "0.2.0",
      [late.agentId]: "0.1.0",
    });
  });

  test("pauses when an agent takes the release back, and says which and why; a person may let it go on", async () => {
    const first = await connect("first");
    say(first, "0.1.0", "running");
    const id = await rollOut("0.2.0", [{ sites: ["acme/first"], soakSeconds: 0 }, { soakSeconds: 0 }]);
    await eventually(() => offersTo(first).length === 1, { what: "the offer" });
    say(first, "0.2.0", "returned", { problem: { code: "update.crashed", message: "it crashed" } });
    await becomes(id, { state: "paused", reason: expect.stringMatching(/first: update\.crashed: it crashed/) });
    expect((await coordinator.api("POST", `/rollouts/${id}/resume`)).status).toBe(200);
    await becomes(id, { state: "running", reason: expect.stringContaining("no agent of ring 0 runs it") });
    expect(errorOf(await coordinator.api("POST", `/rollouts/${id}/resume`))).toBe("rollout.illegal");
    expect((await coordinator.api("POST", `/rollouts/${id}/abort`)).body).toMatchObject({ state: "aborted" });
    expect(errorOf(await coordinator.api("POST", "/rollouts", { version: "9.9.9" }))).toBe("release.not_found");
  });

  test("[D8] offers to the two agents of a site one after the other: the stand-by first, the active one when that runs it healthy", async () => {
    const active = await connect("first");
    const standBy = await connect("first", undefined, "0.1.0", true);
    for (const agent of [active, standBy]) say(agent, "0.1.0", "running");
    const id = await rollOut("0.2.0", [{ soakSeconds: 0 }]);
    await eventually(() => offersTo(standBy).length === 1, { what: "the offer to the stand-by" });
    say(standBy, "0.2.0", "downloading");
    await becomes(id, { rings: [{ agents: { underway: 1, pending: 1 } }] });
    say(standBy, "0.2.0", "restarting");
    await standBy.stop();
    await becomes(id, { rings: [{ agents: { silent: 1, pending: 1 } }] });
    const back = await connect("first", standBy.enrolled, "0.2.0", true);
    await becomes(id, { rings: [{ agents: { underway: 1, pending: 1 } }] });
    expect(offersTo(active)).toEqual([]);
    say(back, "0.2.0", "running");
    await eventually(() => offersTo(active).length === 1, { what: "the offer to the active one" });
    const fleet = (await coordinator.api("GET", "/fleet")).body.items as { agentId: string; active: boolean }[];
    expect(Object.fromEntries(fleet.map(({ agentId, active }) => [agentId, active]))).toEqual({
      [active.agentId]: true,
      [standBy.agentId]: false,
    });
  });

  test("an agent whose updates are off is offered nothing, and one rollout runs at a time", async () => {
    const off = await connect("first");
    say(off, "0.1.0", "off");
    const id = await rollOut("0.2.0", [{ soakSeconds: 0 }]);
    await becomes(id, { rings: [{ agents: { off: 1, pending: 0 } }] });
    expect(offersTo(off)).toEqual([]);
    await becomes(id, { state: "done" });
    await rollOut("0.2.0", [{ sites: ["acme/none"], soakSeconds: 0 }, { soakSeconds: 3_600 }]);
  });
});

describe("a download", () => {
  const get = (enrolled: EnrolledAgent | undefined, url: string, headers: Record<string, string> = {}) =>
    call(
      { port: coordinator.ready.ports.gateway, ca: coordinator.ca },
      {
        path: url,
        headers,
        ...(enrolled === undefined ? {} : { cert: enrolled.certificate, key: enrolled.privateKeyPem.reveal() }),
      },
    );
  const FILE = "/agent/v1/releases/0.2.0/cordon-agent-0.2.0-linux-x64";

  test("is for enrolled agents only, whole or from a byte on, and of registered files only", async () => {
    putRelease("0.2.0");
    const enrolled = await enrolTestAgent(coordinator, "acme", "first");
    expect((await get(enrolled, FILE)).status).toBe(404);
    await coordinator.api("POST", "/releases", { version: "0.2.0" });
    await expect(get(undefined, FILE)).rejects.toThrow();
    const whole = await get(enrolled, FILE);
    expect(whole).toMatchObject({
      status: 200,
      headers: { etag: `"${sha256}"`, "content-length": String(content.length) },
    });
    expect(whole.text).toBe(content.toString());

    const rest = await get(enrolled, FILE, { range: "bytes=150000-", "if-range": `"${sha256}"` });
    expect(rest).toMatchObject({
      status: 206,
      headers: { "content-range": `bytes 150000-${content.length - 1}/${content.length}` },
    });
    expect(rest.text).toBe(content.subarray(150_000).toString());
    expect((await get(enrolled, FILE, { range: "bytes=150000-", "if-range": '"other"' })).status).toBe(200);
    expect((await get(enrolled, FILE, { range: `bytes=${content.length}-` })).status).toBe(416);
    expect((await get(enrolled, "/agent/v1/releases/0.2.0/release.json")).body).toMatchObject({ version: "0.2.0" });

    for (const url of [
      "/",
      "/agent/v1/releases/0.2.0/SHA256SUMS",
      "/agent/v1/releases/0.2.0/../0.2.0/release.json",
      "/agent/v1/releases/0.3.0/release.json",
    ]) {
      expect((await get(enrolled, url)).status, url).toBe(404);
    }
    await coordinator.api("DELETE", `/tenants/acme/agents/${enrolled.agentId}`);
    // Refused by TLS, which hangs up.
    await expect(get(enrolled, FILE)).rejects.toThrow();
  });
});
