import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { systemClock, systemRandom } from "@cordon/core/kernel";
import { createAuthority } from "@cordon/identity";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordon } from "./run-cli.ts";
import { startTestWorld, type TestWorld } from "./test-world.ts";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const url = () => world.ready.urls.api;
const fresh = (name: string) => ({ CORDON_CONFIG_DIR: path.join(world.folder, name) });

describe("login", () => {
  it("keeps address, root and token in a file that only its owner can read, and never prints the token", async () => {
    const env = fresh("prompt");
    const run = await cordon(["login", url(), "--ca-file", world.caFile], { env, answers: { secret: world.token } });
    expect(run).toMatchObject({ code: 0, err: "" });
    const file = path.join(env.CORDON_CONFIG_DIR, "profiles.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(env.CORDON_CONFIG_DIR).mode & 0o777).toBe(0o700);
    expect(run.out).not.toContain(world.token);
    // The only tenant there is is the one that is meant.
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      profiles: { default: { url: url(), tenant: "acme" } },
    });
    const listed = await cordon(["profiles", "list", "--json"], { env });
    expect(listed.out).not.toContain(world.token);
    expect(JSON.parse(listed.out)).toMatchObject({
      items: [{ name: "default", current: true, ownRoot: true, hasToken: true }],
    });
  });

  it("takes the token from standard input, and the root by its fingerprint", async () => {
    const env = fresh("pinned");
    const { X509Certificate } = await import("node:crypto");
    const pin = new X509Certificate(readFileSync(world.caFile)).fingerprint256;
    const run = await cordon(["login", url(), "--ca-pin", pin, "--token-file", "-"], {
      env,
      stdin: `${world.token}\n`,
    });
    expect(run).toMatchObject({ code: 0, err: "" });
    expect((await cordon(["sites", "list"], { env })).out).toContain("Head office");
  });

  it("finds a coordinator that runs on this machine by its data directory alone", async () => {
    const env = fresh("local");
    writeFileSync(path.join(world.ready.dataDirectory, "ready.json"), JSON.stringify(world.ready));
    expect(await cordon(["login", "--data-dir", world.ready.dataDirectory], { env })).toMatchObject({ code: 0 });
    const nowhere = await cordon(["login", "--data-dir", world.folder], { env });
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining("no coordinator runs on") });
  });

  it.each<readonly [string, () => readonly string[], object, number, string]>([
    ["no root", () => [url(), "--token-file", world.ready.adminTokenFile], {}, 6, "--ca-file"],
    [
      "another root's fingerprint",
      () => [url(), "--ca-pin", "ab".repeat(32), "--token-file", world.ready.adminTokenFile],
      {},
      6,
      "enrolment.ca_mismatch",
    ],
    ["a fingerprint that is none", () => [url(), "--ca-pin", "abc"], {}, 2, "64 hex digits"],
    [
      "a wrong token",
      () => [url(), "--ca-file", world.caFile],
      { answers: { secret: "wrong-wrong-wrong-wrong" } },
      3,
      "api.unauthorized",
    ],
    ["an empty token", () => [url(), "--ca-file", world.caFile], { answers: { secret: "" } }, 2, "is empty"],
    ["nobody to ask", () => [url(), "--ca-file", world.caFile], {}, 2, "--token-file"],
    ["http", () => ["http://localhost:1"], {}, 2, "https://"],
    ["a CA file that is none", () => [url(), "--ca-file", world.ready.adminTokenFile], {}, 2, "no certificate"],
    [
      "nothing that listens",
      () => ["https://localhost:1", "--ca-file", world.caFile],
      { answers: { secret: "x".repeat(20) } },
      6,
      "nothing listens",
    ],
  ])("with %s it says what to do, and keeps nothing", async (name, argv, options, code, text) => {
    const env = fresh(`refused-${name.replaceAll(/\W/g, "-")}`);
    const run = await cordon(["login", ...argv()], { env, ...options });
    expect(run).toMatchObject({ code, err: expect.stringContaining(text) });
    expect(statSync(env.CORDON_CONFIG_DIR, { throwIfNoEntry: false })).toBeUndefined();
  });

  it("a token has no place among the arguments", async () => {
    const run = await world.cordon(["login", url(), "--token", world.token]);
    expect(run).toMatchObject({ code: 2, err: expect.stringContaining("unknown option '--token'") });
    const { out } = await world.cordon(["login", "--help"]);
    expect(out).not.toMatch(/--token <|--admin-token/);
  });
});

describe("a profile", () => {
  it("that others can read is refused with the command that mends it", async () => {
    const env = fresh("wide");
    await cordon(["login", url(), "--ca-file", world.caFile, "--token-file", world.ready.adminTokenFile], { env });
    const file = path.join(env.CORDON_CONFIG_DIR, "profiles.json");
    chmodSync(file, 0o640);
    expect(await cordon(["sites", "list"], { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining(`chmod 600 ${file}`),
    });
    chmodSync(file, 0o600);
    writeFileSync(file, '{"format":1,"current":"default","profiles":{"default":{"url":7}}}');
    expect(await cordon(["sites", "list"], { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining("profiles.default.url"),
    });
  });

  it("is chosen by flag, by environment, by `use`; one that is not there is named with those that are", async () => {
    const env = fresh("several");
    const login = ["login", url(), "--ca-file", world.caFile, "--token-file", world.ready.adminTokenFile];
    await cordon([...login, "--profile", "one", "--tenant", "acme"], { env });
    await cordon([...login, "--profile", "two", "--tenant", "nobody"], { env });
    expect((await cordon(["sites", "list"], { env })).code).toBe(4);
    expect((await cordon(["sites", "list", "--profile", "one"], { env })).code).toBe(0);
    expect((await cordon(["sites", "list"], { env: { ...env, CORDON_PROFILE: "one" } })).code).toBe(0);
    expect((await cordon(["sites", "list", "-t", "acme"], { env })).code).toBe(0);
    expect((await cordon(["sites", "list"], { env: { ...env, CORDON_TENANT: "acme" } })).code).toBe(0);
    expect((await cordon(["profiles", "use", "one"], { env })).code).toBe(0);
    expect((await cordon(["sites", "list"], { env })).code).toBe(0);
    expect(await cordon(["sites", "list", "-p", "three"], { env })).toMatchObject({
      code: 3,
      err: expect.stringContaining("one, two"),
    });
    expect((await cordon(["logout", "two"], { env })).code).toBe(0);
    expect((await cordon(["profiles", "list"], { env })).out).not.toContain("two");
  });

  it("shows its token to no other coordinator than its own", async () => {
    const run = await world.cordon(["sites", "list", "--url", "https://localhost:1"]);
    expect(run).toMatchObject({ code: 3, err: expect.stringContaining("no token for https://localhost:1") });
  });

  it("is not needed where the environment says all", async () => {
    const env = {
      ...fresh("none"),
      CORDON_COORDINATOR_URL: url(),
      CORDON_CA_FILE: world.caFile,
      CORDON_TOKEN_FILE: world.ready.adminTokenFile,
      CORDON_TENANT: "acme",
    };
    expect((await cordon(["sites", "list"], { env })).out).toContain("Head office");
    const { CORDON_TOKEN_FILE: _file, ...rest } = env;
    expect((await cordon(["sites", "list"], { env: { ...rest, CORDON_ADMIN_TOKEN: world.token } })).code).toBe(0);
    expect((await cordon(["sites", "list"], { env: fresh("none") })).code).toBe(3);
  });
});

describe("what answers", () => {
  it("with a certificate of another root gets nothing", async () => {
    const root = await createAuthority(systemClock.now(), systemRandom);
    const other = path.join(world.folder, "other-ca.pem");
    writeFileSync(other, root.certificatePem);
    const wrongRoot = await world.cordon(["sites", "list", "--ca-file", other]);
    expect(wrongRoot).toMatchObject({ code: 6, err: expect.stringContaining("cli.certificate_untrusted") });
  });

  it("but is no coordinator is told apart from one that is not there", async () => {
    const server = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const env = { ...fresh("plain"), CORDON_ADMIN_TOKEN: "x".repeat(20), CORDON_TENANT: "acme" };
    const plain = await cordon(["sites", "list", "--url", `https://127.0.0.1:${port}`], { env });
    expect(plain).toMatchObject({ code: 6, err: expect.stringContaining("does not speak TLS") });
    server.close();
  });

  it("no is told in the API's own shape on --json, in words otherwise, each with what to do", async () => {
    const words = await world.cordon(["sites", "show", "berlin"]);
    expect(words).toMatchObject({
      code: 4,
      out: "",
      err: expect.stringMatching(/There is no such site\. \(site\.not_found\)\n {2}→ Check/),
    });
    const json = await world.cordon(["sites", "show", "berlin", "--json"]);
    expect(JSON.parse(json.err)).toMatchObject({ error: { code: "site.not_found", mend: expect.any(String) } });
    const wrong = await world.cordon(["sites", "add", "Not An Id", "--name", "x"]);
    expect(wrong).toMatchObject({ code: 5, err: expect.stringContaining("siteId: must be 1-64 characters") });
  });

  it("wrong usage ends with 2 and names what is wrong", async () => {
    expect(await world.cordon(["sitse"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("Did you mean sites?"),
    });
    expect(await world.cordon(["actions", "list", "--limit", "0"])).toMatchObject({ code: 2 });
    expect(await world.cordon(["actions", "list", "--state", "runing"])).toMatchObject({
      code: 2,
      err: expect.stringContaining('"runing" is no state'),
    });
    expect(await world.cordon(["release", "ws-1"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("--reason"),
    });
  });
});
