import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder, openTestBrowser, type TempFolder } from "@cordon/testkit";
import { startTestOpenIdProvider, type TestOpenIdProvider } from "@cordon/testkit/openid-provider";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestWorld, type TestWorld } from "./test-world.ts";

let world: TestWorld;
let provider: TestOpenIdProvider;
let folder: TempFolder;

beforeAll(async () => {
  provider = await startTestOpenIdProvider();
  folder = createTempFolder("cordon-browser-login");
  writeFileSync(`${folder.path}/secret`, provider.clientSecret, { mode: 0o600 });
  writeFileSync(`${folder.path}/ca.pem`, provider.ca);
  world = await startTestWorld({
    CORDON_OIDC_ISSUER: provider.issuer,
    CORDON_OIDC_CLIENT_ID: provider.clientId,
    CORDON_OIDC_CLIENT_SECRET_FILE: `${folder.path}/secret`,
    CORDON_OIDC_CA_FILE: `${folder.path}/ca.pem`,
    CORDON_OIDC_SCOPES: "profile groups",
  });
  const own = world.ready.urls.api;
  provider.register({ redirectUri: `${own}/auth/callback`, postLogoutUri: `${own}/auth/signed-out` });
  provider.signInAs({ sub: "u-ann", name: "Ann Example", preferred_username: "ann@msp.example", groups: ["soc"] });
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
  folder?.remove();
});

const ownRoot = () => readFileSync(world.caFile, "utf8");
const loginArgs = () => ["login", world.ready.urls.api, "--ca-file", world.caFile];
const profileIn = (env: Readonly<Record<string, string>>) => path.join(env.CORDON_CONFIG_DIR ?? "", "profiles.json");
const fresh = (name: string) => ({ CORDON_CONFIG_DIR: path.join(folder.path, name) });

/** A person at a browser who looks at the words and says yes; what the page showed. */
async function allow(url: string): Promise<string> {
  const own = world.ready.urls.api;
  const browser = openTestBrowser([provider.ca, ownRoot()]);
  const page = await browser.visit(url);
  const code = /name="code" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  const last = await browser.visit(`${own}/auth/cli/allow`, { form: { code }, headers: { origin: own } });
  expect(last.text).toContain("You are signed in on the command line");
  return /<strong>([0-9A-F]{4}-[0-9A-F]{4})<\/strong>/.exec(page.text)?.[1] ?? "no words";
}

it("a person signs in with a browser, and the command line keeps a session of its own", async () => {
  const env = fresh("ann");
  const shown: string[] = [];
  const run = await world.cordon(loginArgs(), {
    env,
    browse: async (url) => {
      // As a browser does it: beside the command, which waits.
      void allow(url).then((words) => shown.push(words));
      return true;
    },
  });
  expect(run).toMatchObject({ code: 0, out: expect.stringContaining("Logged in to") });
  expect(run.out).toContain("as ann");
  expect(run.err).toContain(`your terminal shows ${shown[0]}`);
  expect(statSync(profileIn(env)).mode & 0o777).toBe(0o600);
  const kept = readFileSync(profileIn(env), "utf8");
  expect(kept).toMatch(/"token": "cordon-cli-/);
  expect(run.out + run.err).not.toMatch(/cordon-cli-|cordon-code-/);
  const who = await world.cordon(["whoami", "--json"], { env });
  expect(JSON.parse(who.out)).toMatchObject({ name: "ann", displayName: "Ann Example", kind: "cli", groups: ["soc"] });

  const out = await world.cordon(["logout"], { env });
  expect(out).toMatchObject({ code: 0, err: "" });
  writeFileSync(profileIn(env), kept, { mode: 0o600 });
  expect((await world.cordon(["whoami"], { env })).code).toBe(3);
});

it("without a browser the address is printed, and the words that belong to it", async () => {
  const env = fresh("printed");
  let words = "";
  const run = await world.cordon([...loginArgs(), "--no-open"], {
    env,
    onErr: (line) => {
      const [url] = /https:\S+\/auth\/login\?\S+/.exec(line) ?? [];
      if (url !== undefined) void allow(url).then((shown) => (words = shown));
    },
  });
  expect(run.code).toBe(0);
  expect(run.err).toContain("Open this in a browser on this machine:");
  expect(run.err).toContain(words);
});

it("nobody else's answer counts: another state and another path are not waited for", async () => {
  const answers: number[] = [];
  const run = await world.cordon(loginArgs(), {
    env: fresh("noise"),
    browse: async (url) => {
      const { searchParams } = new URL(url);
      const own = `http://127.0.0.1:${searchParams.get("port")}`;
      const browser = openTestBrowser([]);
      for (const noise of ["/?code=evil&state=evil", `/x?code=evil&state=${searchParams.get("state")}`, "/"]) {
        answers.push((await browser.visit(`${own}${noise}`)).status);
      }
      void allow(url);
      return true;
    },
  });
  expect(answers).toEqual([404, 404, 404]);
  expect(run.code).toBe(0);
});

it("a token that is given is taken, and nobody is asked to sign in", async () => {
  const browse = async () => {
    throw new Error("a browser was opened");
  };
  const argv = [...loginArgs(), "--token-file", world.ready.adminTokenFile];
  expect((await world.cordon(argv, { env: fresh("file"), browse })).code).toBe(0);
  const asked = await world.cordon([...loginArgs(), "--ask-token"], {
    env: fresh("asked"),
    browse,
    answers: { secret: world.token },
  });
  expect(asked.code).toBe(0);
});

it("the break-glass token is told apart: by whoami, by an alarm in the status, and rotated it is worth nothing", async () => {
  const env = fresh("emergency");
  await world.cordon([...loginArgs(), "--token-file", world.ready.adminTokenFile], { env });
  expect((await world.cordon(["whoami"], { env })).out).toContain("each use raises an alarm");
  expect((await world.cordon(["status"], { env })).out).toMatch(/break-glass +on, ALARM: used (once|\d+ times)/);
  const rotated = await world.cordon(["break-glass", "rotate", "--yes"], { env });
  expect(rotated).toMatchObject({ code: 0, out: expect.stringContaining(world.ready.adminTokenFile) });
  expect((await world.cordon(["status"], { env })).code).toBe(3);
  await world.cordon([...loginArgs(), "--token-file", world.ready.adminTokenFile], { env });
  expect((await world.cordon(["status"], { env })).code).toBe(0);
});
