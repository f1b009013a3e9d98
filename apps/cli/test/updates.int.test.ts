import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createReleaseMaker, createTempFolder } from "@cordon/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestWorld, type TestWorld } from "./test-world.ts";

const maker = createReleaseMaker("linux-x64");
const content = Buffer.from("an agent of 200 kB ".repeat(10_000));
const folder = createTempFolder("cordon-releases");

let world: TestWorld;
beforeAll(async () => {
  for (const version of ["0.2.0", "0.3.0"]) {
    const dir = path.join(folder.path, `cordon-agent-${version}`);
    mkdirSync(dir, { recursive: true });
    const release = maker.release(version, content);
    writeFileSync(path.join(dir, "release.json"), release.manifest);
    writeFileSync(path.join(dir, "release.json.sig"), Buffer.from(release.signature, "base64"));
    writeFileSync(path.join(dir, release.fileName), content);
  }
  world = await startTestWorld({ CORDON_RELEASES_DIR: folder.path, CORDON_RELEASE_KEYS: maker.publicKey });
  await world.connectAgent();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  folder.remove();
});

it("releases: registered ones are listed and shown; one that is not there is told", async () => {
  expect((await world.cordon(["releases", "register", "0.2.0"])).out).toContain("cordon agent-rollout start 0.2.0");
  expect(await world.json(["releases", "list"])).toMatchObject({ items: [{ version: "0.2.0" }], more: false });
  expect((await world.cordon(["releases", "show", "0.2.0"])).out).toMatch(/file +linux-x64 /);
  expect(await world.cordon(["releases", "show", "9.9.9"])).toMatchObject({ code: 4 });
  expect(await world.cordon(["releases", "register", "../etc"])).toMatchObject({
    code: 5,
    err: expect.stringContaining("version: must be a version such as 1.2.3"),
  });
});

it("fleet: who runs what", async () => {
  expect(await world.json(["fleet"])).toMatchObject({ items: [{ tenantId: "acme", siteId: "hq", running: "0.1.0" }] });
  expect((await world.cordon(["fleet"])).out).toMatch(/acme\/hq +agent\S+ +active +0\.1\.0/);
});

it("agent-rollout: rings as they are said, pause at once, everything else wants a yes; show ends with 1 while it rests", async () => {
  await world.json(["releases", "register", "0.3.0"]);
  const start = ["agent-rollout", "start", "0.3.0", "--ring", "acme/hq:2h", "--ring", "25%:1d", "--ring", "all"];
  expect(await world.cordon(start)).toMatchObject({ code: 1, err: expect.stringContaining("in 3 rings?") });
  const made = await world.json<{ rolloutId: string }>([...start, "--yes"]);
  expect(made).toMatchObject({
    state: "running",
    rings: [{ sites: ["acme/hq"], soakSeconds: 7_200 }, { share: 0.25, soakSeconds: 86_400 }, {}],
  });
  const id = made.rolloutId;
  const shown = await world.cordon(["agent-rollout", "show", id]);
  expect(shown).toMatchObject({ code: 0, out: expect.stringMatching(/ring +1 of 3[\s\S]*RING +WHO +SOAK +PROGRESS/) });
  expect((await world.cordon(["agent-rollout", "pause", id])).out).toContain("is paused");
  expect((await world.cordon(["agent-rollout", "show", id])).code).toBe(1);
  expect((await world.cordon(["agent-rollout", "resume", id])).code).toBe(1);
  expect((await world.cordon(["agent-rollout", "resume", id, "--yes"])).out).toContain("is running");
  expect((await world.cordon(["agent-rollout", "abort", id, "--yes"])).out).toContain("is aborted");
  expect(await world.cordon(["agent-rollout", "advance", id, "--yes"])).toMatchObject({ code: 5 });
  expect(await world.json(["agent-rollout", "list"])).toMatchObject({ items: [{ rolloutId: id, state: "aborted" }] });
  expect(await world.cordon(["agent-rollout", "show", "none"])).toMatchObject({ code: 4 });
});

it.each([["10"], ["10%:soon"], ["acme"], ["10%:1h:2h"]])("a ring %s is refused with how to say one", async (ring) => {
  const run = await world.cordon(["agent-rollout", "start", "0.2.0", "--ring", ring, "--yes"]);
  expect(run).toMatchObject({ code: 2, err: expect.stringContaining(`"${ring}"`) });
});
