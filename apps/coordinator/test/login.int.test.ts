import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { EpochMs } from "@cordon/core/kernel";
import { addMs, silentLogger, systemClock } from "@cordon/core/kernel";
import { loginsOf, openDatabase } from "@cordon/store";
import {
  createTempFolder,
  openTestBrowser,
  type Page,
  startTestPostgres,
  type TempFolder,
  type TestBrowser,
  type TestPostgres,
} from "@cordon/testkit";
import { startTestOpenIdProvider, type TestOpenIdProvider } from "@cordon/testkit/openid-provider";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

let postgres: TestPostgres;
let folder: TempFolder;
let provider: TestOpenIdProvider;
let coordinator: TestCoordinator;
let own: string;
/** How far the coordinator's clock is ahead of ours. */
let aheadMs = 0;

const MINUTE = 60_000;
const SESSION = "__Host-cordon-session";

beforeAll(async () => {
  [postgres, provider] = await Promise.all([startTestPostgres(), startTestOpenIdProvider()]);
  folder = createTempFolder("cordon-login");
  writeFileSync(`${folder.path}/secret`, provider.clientSecret, { mode: 0o600 });
  writeFileSync(`${folder.path}/ca.pem`, provider.ca);
  coordinator = await startTestCoordinator(postgres.url, {
    clock: { ...systemClock, now: () => addMs(systemClock.now(), aheadMs) as EpochMs },
    settings: {
      CORDON_OIDC_ISSUER: provider.issuer,
      CORDON_OIDC_CLIENT_ID: provider.clientId,
      CORDON_OIDC_CLIENT_SECRET_FILE: `${folder.path}/secret`,
      CORDON_OIDC_CA_FILE: `${folder.path}/ca.pem`,
      CORDON_OIDC_SCOPES: "profile email groups",
    },
  });
  own = coordinator.ready.urls.api;
  provider.register({ redirectUri: `${own}/auth/callback`, postLogoutUri: `${own}/auth/signed-out` });
});

afterAll(async () => {
  await coordinator?.stop();
  await provider?.[Symbol.asyncDispose]();
  await postgres?.stop();
  folder?.remove();
});

beforeEach(() => {
  // Failures of one test are forgiven in the next.
  aheadMs += 60 * MINUTE;
  provider.signInAs({ sub: "u-ann", name: "Ann Example", preferred_username: "ann@msp.example", groups: ["soc"] });
});

const hostOf = (url: string) => new URL(url).host;
const aBrowser = (): TestBrowser => openTestBrowser([provider.ca, coordinator.ca]);

async function signedIn(): Promise<{ browser: TestBrowser; page: Page; token: string }> {
  const browser = aBrowser();
  const page = await browser.visit(`${own}/auth/login`);
  return { browser, page, token: browser.cookie(hostOf(own), SESSION) ?? "" };
}

const json = { accept: "application/json" };
const bodyOf = ({ text }: Page) => JSON.parse(text) as Record<string, unknown>;
const codeOf = (page: Page) => (bodyOf(page).error as { code: string } | undefined)?.code;
const whoIs = async (browser: TestBrowser) => browser.visit(`${own}/auth/session`, { headers: json });

describe("a login in a browser", () => {
  it("ends at a page that says who one is here, and that nothing is allowed yet", async () => {
    const { browser, page } = await signedIn();
    expect(page.url.pathname).toBe("/auth/session");
    expect(page.text).toContain("Ann Example");
    expect(page.text).toContain("Nothing is allowed to you yet");
    expect(bodyOf(await whoIs(browser))).toMatchObject({
      name: "ann",
      displayName: "Ann Example",
      kind: "browser",
      groups: ["soc"],
      rights: false,
    });
  });

  it("sets the session's cookie for this host alone, over TLS, out of scripts' reach", async () => {
    const { browser } = await signedIn();
    const header = browser.setCookies.find((one) => one.startsWith(`${SESSION}=cordon-session-`));
    expect(header?.split("; ").slice(1).toSorted()).toEqual(
      ["HttpOnly", `Max-Age=${12 * 3_600}`, "Path=/", "SameSite=Lax", "Secure"].toSorted(),
    );
  });

  it("shows its pages with a policy that runs nothing, frames nothing and keeps nothing", async () => {
    const { page } = await signedIn();
    expect(page.headers["content-security-policy"]).toBe(
      `default-src 'none'; form-action 'self' ${provider.issuer}; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(page.headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  });

  it("writes nothing of a name as markup", async () => {
    provider.signInAs({ sub: "u-x", name: "<script>alert(1)</script>", preferred_username: "x" });
    const { page } = await signedIn();
    expect(page.text).not.toContain("<script");
    expect(page.text).toContain("&#60;script");
  });

  it("gives a new session each time, and ends the one that the browser had", async () => {
    const { browser, token } = await signedIn();
    browser.setCookie(hostOf(own), SESSION, token);
    await browser.visit(`${own}/auth/login`);
    expect(browser.cookie(hostOf(own), SESSION)).not.toBe(token);
    const old = aBrowser();
    old.setCookie(hostOf(own), SESSION, token);
    expect((await whoIs(old)).status).toBe(401);
  });

  it("does not take over a session that somebody planted", async () => {
    const planted = "cordon-session-planted";
    const browser = aBrowser();
    browser.setCookie(hostOf(own), SESSION, planted);
    await browser.visit(`${own}/auth/login`);
    expect(browser.cookie(hostOf(own), SESSION)).not.toBe(planted);
    const other = aBrowser();
    other.setCookie(hostOf(own), SESSION, planted);
    expect((await whoIs(other)).status).toBe(401);
  });

  it("keeps a person's name when the provider tells another, and gives nobody else that name", async () => {
    await signedIn();
    provider.signInAs({ sub: "u-ann", name: "Ann Married", preferred_username: "married@msp.example" });
    expect(bodyOf(await whoIs((await signedIn()).browser))).toMatchObject({ name: "ann", displayName: "Ann Married" });
    provider.signInAs({ sub: "u-impostor", name: "Ann Example", preferred_username: "ann@msp.example" });
    expect(bodyOf(await whoIs((await signedIn()).browser)).name).toMatch(/^ann-[0-9a-f]{12}$/);
  });

  it("that another browser began is refused: nobody is signed in as somebody else by a link", async () => {
    const attacker = aBrowser();
    const stopped = await attacker.visit(`${own}/auth/login`, {
      stopAt: ({ pathname }) => pathname === "/auth/callback",
    });
    const victim = aBrowser();
    const page = await victim.visit(String(stopped.headers.location), { headers: json });
    expect({ status: page.status, code: codeOf(page) }).toEqual({ status: 400, code: "login.not_started" });
    expect(victim.cookie(hostOf(own), SESSION)).toBeUndefined();
  });

  it("that took longer than ten minutes is refused, and so is its answer when it comes again", async () => {
    const browser = aBrowser();
    const stopAt = ({ pathname }: URL) => pathname === "/auth/callback";
    const first = await browser.visit(`${own}/auth/login`, { stopAt });
    aheadMs += 11 * MINUTE;
    expect(codeOf(await browser.visit(String(first.headers.location), { headers: json }))).toBe("login.not_started");
    const second = await browser.visit(`${own}/auth/login`, { stopAt });
    expect((await browser.visit(String(second.headers.location))).status).toBe(200);
    expect(codeOf(await browser.visit(String(second.headers.location), { headers: json }))).toBe("login.not_started");
  });

  it("begins at the one address to which the provider sends back", async () => {
    const page = await aBrowser().visit(`${own.replace("localhost", "127.0.0.1")}/auth/login`, {
      stopAt: ({ hostname, pathname }) => hostname === "localhost" && pathname === "/auth/login",
    });
    expect(page.headers.location).toBe(`${own}/auth/login`);
  });

  it("whose refusal a person sees says what to do, and nothing of why", async () => {
    provider.alterIdToken((token) => `${token}x`);
    const { page } = await signedIn();
    provider.alterIdToken(undefined);
    expect(page.status).toBe(403);
    expect(page.text).toContain("does not prove who you are");
    expect(page.text).not.toMatch(/JWT|signature|OAUTH/i);
  });
});

describe("a session", () => {
  it("ends when it is not used for an hour", async () => {
    const { browser } = await signedIn();
    aheadMs += 59 * MINUTE;
    expect((await whoIs(browser)).status).toBe(200);
    aheadMs += 59 * MINUTE;
    expect((await whoIs(browser)).status).toBe(200);
    aheadMs += 61 * MINUTE;
    expect((await whoIs(browser)).status).toBe(401);
  });

  it("ends after twelve hours, however much it is used", async () => {
    const { browser } = await signedIn();
    for (let half = 0; half < 23; half++) {
      aheadMs += 30 * MINUTE;
      expect((await whoIs(browser)).status).toBe(200);
    }
    aheadMs += 31 * MINUTE;
    expect((await whoIs(browser)).status).toBe(401);
  });

  it("ends at once when the person is removed, and the person does not get in again", async () => {
    provider.signInAs({ sub: "u-leaver", preferred_username: "leaver" });
    const { browser } = await signedIn();
    expect((await whoIs(browser)).status).toBe(200);
    expect((await coordinator.api("DELETE", "/people/leaver")).status).toBe(204);
    expect((await whoIs(browser)).status).toBe(401);
    const again = await aBrowser().visit(`${own}/auth/login`);
    expect({ status: again.status, said: again.text.includes("may not sign in any more") }).toEqual({
      status: 403,
      said: true,
    });
  });

  it("is stored as a hash: what the database holds opens nothing", async () => {
    const { token } = await signedIn();
    const thief = aBrowser();
    thief.setCookie(hostOf(own), SESSION, createHash("sha256").update(token).digest("hex"));
    expect((await whoIs(thief)).status).toBe(401);
  });

  it("of a browser is no bearer token", async () => {
    const { token } = await signedIn();
    const page = await aBrowser().visit(`${own}/auth/session`, {
      headers: { ...json, authorization: `Bearer ${token}` },
    });
    expect(page.status).toBe(401);
  });

  it("goes on while the provider is down, and a new login is told so", async () => {
    const { browser } = await signedIn();
    await provider.goDown();
    try {
      expect((await whoIs(browser)).status).toBe(200);
      aheadMs += 25 * 60 * MINUTE;
      const page = await aBrowser().visit(`${own}/auth/login`, { headers: json });
      expect({ status: page.status, code: codeOf(page) }).toEqual({ status: 503, code: "login.provider_unavailable" });
    } finally {
      await provider.comeBack();
    }
  });
});

describe("rights", () => {
  const tenants = (browser: TestBrowser) => browser.visit(`${own}/api/v1/tenants`, { headers: json });

  it("of a provider's group count in sessions that run already, and are gone with the next request", async () => {
    const { browser } = await signedIn();
    expect((await coordinator.api("POST", "/tenants", { tenantId: "acme", name: "Acme" })).status).toBe(201);
    expect(bodyOf(await tenants(browser)).items).toEqual([]);
    expect((await browser.visit(`${own}/api/v1/tenants/acme/sites`, { headers: json })).status).toBe(404);
    const grant = { to: { kind: "group", name: "oidc:soc" }, role: "viewer" };
    const granted = await coordinator.api("POST", "/tenants/acme/grants", grant);
    expect(granted.status).toBe(201);
    expect(bodyOf(await tenants(browser)).items).toEqual([expect.objectContaining({ tenantId: "acme" })]);
    expect(bodyOf(await whoIs(browser))).toMatchObject({ rights: true });
    const removed = await coordinator.api("DELETE", `/tenants/acme/grants/${granted.body.grantId}`);
    expect(removed.status).toBe(204);
    expect(bodyOf(await tenants(browser)).items).toEqual([]);
  });

  it("of a session are those of its person at every way in, and a change by cookie needs the session's token", async () => {
    const { browser } = await signedIn();
    const grant = { to: { kind: "person", name: "ann" }, role: "platform-admin" };
    const granted = await coordinator.api("POST", "/grants", grant);
    expect(granted.status).toBe(201);
    const { csrfToken } = bodyOf(await whoIs(browser));
    const remove = (headers: Readonly<Record<string, string>>) =>
      browser.visit(`${own}/api/v1/people/nobody`, { method: "DELETE", headers: { ...json, ...headers } });
    expect(codeOf(await remove({ origin: own }))).toBe("login.cross_site");
    expect(codeOf(await remove({ "x-cordon-csrf": String(csrfToken), origin: "https://evil.example" }))).toBe(
      "login.cross_site",
    );
    expect(codeOf(await remove({ "x-cordon-csrf": String(csrfToken), origin: own }))).toBe("people.not_found");
    expect((await coordinator.api("DELETE", `/grants/${granted.body.grantId}`)).status).toBe(204);
    expect(codeOf(await remove({ "x-cordon-csrf": String(csrfToken), origin: own }))).toBe("access.denied");
  });
});

describe("signing out", () => {
  const post = (browser: TestBrowser, headers: Readonly<Record<string, string>>) =>
    browser.visit(`${own}/auth/logout`, { method: "POST", headers: { ...json, ...headers } });

  it("by the page's own form ends the session here, and leads on to the provider", async () => {
    const { browser, page } = await signedIn();
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const answer = await browser.visit(`${own}/auth/logout`, {
      form: { csrf },
      headers: { origin: own, "sec-fetch-site": "same-origin" },
      stopAt: ({ origin }) => origin === provider.issuer,
    });
    expect(answer.status).toBe(303);
    expect(String(answer.headers.location)).toContain(`${provider.issuer}/session/end?client_id=cordon`);
    expect(browser.cookie(hostOf(own), SESSION)).toBeUndefined();
    expect((await whoIs(browser)).status).toBe(401);
  });

  it("by another site is refused, with whatever it may send", async () => {
    const { browser } = await signedIn();
    const { csrfToken } = bodyOf(await whoIs(browser));
    const token = { "x-cordon-csrf": String(csrfToken) };
    for (const headers of [
      {},
      { origin: own },
      token,
      { ...token, origin: "https://evil.example" },
      { ...token, origin: own, "sec-fetch-site": "cross-site" },
      { ...token, origin: "null", "sec-fetch-site": "same-site" },
      { origin: own, "sec-fetch-site": "same-origin", "x-cordon-csrf": "guess" },
    ]) {
      const page = await post(browser, headers);
      expect({ headers, status: page.status, code: codeOf(page) }).toMatchObject({
        status: 403,
        code: "login.cross_site",
      });
    }
    expect((await whoIs(browser)).status).toBe(200);
    expect(bodyOf(await post(browser, { ...token, origin: own }))).toMatchObject({ ended: true });
  });
});

describe("a command line", () => {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const query = `port=40001&challenge=${challenge}&state=0123456789abcdef`;

  async function asked(browser = aBrowser()): Promise<{ browser: TestBrowser; code: string; page: Page }> {
    const page = await browser.visit(`${own}/auth/login?${query}`);
    return { browser, page, code: /name="code" value="([^"]+)"/.exec(page.text)?.[1] ?? "" };
  }
  const allow = (browser: TestBrowser, code: string, headers: Readonly<Record<string, string>> = { origin: own }) =>
    browser.visit(`${own}/auth/cli/allow`, { form: { code }, headers: { ...json, ...headers }, stopAt: () => true });
  const take = (code: string, proof = verifier) =>
    coordinator.call("POST", "/auth/cli/token", { code, verifier: proof });

  it("gets a token of its own once the person has allowed it, and no cookie is left behind", async () => {
    const { browser, page, code } = await asked();
    expect(page.text).toContain("wants to act as <strong>ann</strong>");
    const allowed = await allow(browser, code);
    const back = new URL(String(allowed.headers.location));
    expect(back.origin).toBe("http://127.0.0.1:40001");
    expect(Object.fromEntries(back.searchParams)).toEqual({ code, state: "0123456789abcdef" });
    const taken = await take(code);
    expect(taken).toMatchObject({ status: 201, body: { name: "ann", token: expect.stringMatching(/^cordon-cli-/) } });
    expect(browser.cookie(hostOf(own), SESSION)).toBeUndefined();
    const authorization = `Bearer ${taken.body.token}`;
    const session = await coordinator.call("GET", "/auth/session", undefined, { authorization });
    expect(session.body).toMatchObject({ name: "ann", kind: "cli", groups: ["soc"] });
    expect((await coordinator.call("POST", "/auth/logout", {}, { authorization })).body).toMatchObject({ ended: true });
    expect((await coordinator.call("GET", "/auth/session", undefined, { authorization })).status).toBe(401);
  });

  it("gets nothing before it was allowed, and a code that was tried too early is gone", async () => {
    const { browser, code } = await asked();
    expect((await take(code)).status).toBe(400);
    expect((await allow(browser, code)).status).toBe(400);
  });

  it("gets nothing twice, with another verifier, or after two minutes", async () => {
    const twice = await asked();
    await allow(twice.browser, twice.code);
    expect([(await take(twice.code)).status, (await take(twice.code)).status]).toEqual([201, 400]);
    const stolen = await asked();
    await allow(stolen.browser, stolen.code);
    expect((await take(stolen.code, "y".repeat(43))).status).toBe(400);
    const late = await asked();
    await allow(late.browser, late.code);
    aheadMs += 2 * MINUTE;
    expect((await take(late.code)).status).toBe(400);
  });

  it("is not allowed by another site's form", async () => {
    const { browser, code } = await asked();
    for (const headers of [{}, { origin: "https://evil.example" }, { origin: own, "sec-fetch-site": "cross-site" }]) {
      expect(codeOf(await allow(browser, code, headers))).toBe("login.cross_site");
    }
    expect((await allow(browser, code)).status).toBe(303);
  });

  it("has to say all of where it listens, on a port that needs no privilege", async () => {
    for (const query of [
      "port=40001",
      `port=40001&challenge=${challenge}`,
      `port=80&challenge=${challenge}&state=${"a".repeat(16)}`,
    ]) {
      const page = await aBrowser().visit(`${own}/auth/login?${query}`, { headers: json });
      expect({ query, code: codeOf(page) }).toEqual({ query, code: "input.invalid" });
    }
  });
});

describe("guessing", () => {
  const guess = (index: number, path = "/health") =>
    coordinator.api("GET", path, undefined, { authorization: `Bearer guess-number-${index}-of-the-test` });

  it("is slowed down for its address, while who was good from there goes on", async () => {
    expect((await coordinator.api("GET", "/health")).status).toBe(200);
    const { browser } = await signedIn();
    expect((await whoIs(browser)).status).toBe(200);
    for (let index = 0; index < 10; index++) expect((await guess(index)).status).toBe(401);
    const slowed = await guess(10);
    expect(slowed).toMatchObject({ status: 429, body: { error: { code: "login.throttled" } } });
    expect(Number(slowed.headers["retry-after"])).toBeGreaterThan(0);
    expect((await coordinator.api("GET", "/health")).status).toBe(200);
    expect((await whoIs(browser)).status).toBe(200);
  });

  it("one wrong token, however often it is sent, slows nobody down", async () => {
    for (let time = 0; time < 30; time++) expect((await guess(0)).status).toBe(401);
    expect((await guess(1)).status).toBe(401);
  });

  it("of enrolment tokens and of a login's answer is slowed down too", async () => {
    const enrol = () =>
      coordinator.call("POST", "/agent/v1/enroll", { secret: randomBytes(32).toString("base64url"), csr: "x" });
    for (let index = 0; index < 10; index++) expect((await enrol()).status).toBeLessThan(429);
    expect((await enrol()).status).toBe(429);
    expect((await coordinator.call("GET", "/auth/callback?code=x&state=y")).status).toBe(429);
    expect((await coordinator.call("POST", "/auth/cli/token", { code: "x", verifier: "v".repeat(43) })).status).toBe(
      429,
    );
  });
});

it("[S11] every way in and out, and every alarm, is in the audit trail with who and from where", async () => {
  const database = openDatabase({ logins: loginsOf(postgres.url), logger: silentLogger });
  onTestFinished(() => database.close());
  const facts = await database.asFleet.query<{
    readonly tenant_id: string;
    readonly fact: { readonly kind: string; readonly what: string; readonly from: string; readonly code?: string };
  }>("SELECT tenant_id, fact FROM audit_outbox UNION ALL SELECT tenant_id, fact::json FROM audit_entries");
  const logins = facts.filter(({ fact }) => fact.kind === "login");
  expect(new Set(logins.map(({ tenant_id }) => tenant_id))).toEqual(new Set(["-"]));
  expect(new Set(logins.map(({ fact }) => fact.from))).toEqual(new Set(["127.0.0.1"]));
  const said = logins.map(({ fact }) => `${fact.what} ${fact.code ?? ""}`);
  for (const text of [
    `signed in: u-ann of ${provider.issuer}`,
    "a session of a browser began",
    "a session of a command line began",
    "signed out",
    `was removed and is not let in: u-leaver of ${provider.issuer} login.revoked`,
    "a login was refused at /auth/callback login.not_started",
    "a login was refused at /auth/cli/token login.code_refused",
    "the break-glass token was used",
  ]) {
    expect(
      said.some((one) => one.startsWith(text)),
      text,
    ).toBe(true);
  }
});

describe("the break-glass token", () => {
  const health = async () => (await coordinator.api("GET", "/health")).body.breakGlass;

  it("raises an alarm that the status shows and the metrics count", async () => {
    expect(await health()).toMatchObject({ enabled: true, alarm: { source: "127.0.0.1" } });
    const metrics = await coordinator.call("GET", "/metrics", undefined, {
      authorization: `Bearer ${coordinator.token}`,
    });
    expect(Number(/^cordon_break_glass_uses_total (\d+)$/m.exec(metrics.text)?.[1])).toBeGreaterThan(0);
  });

  it("that is rotated is worth nothing from then on, and the new one lies in its file", async () => {
    const rotated = await coordinator.api("POST", "/break-glass/rotate");
    expect(rotated).toMatchObject({ status: 200, body: { file: coordinator.ready.adminTokenFile } });
    expect((await coordinator.api("GET", "/health")).status).toBe(401);
    const token = readFileSync(coordinator.ready.adminTokenFile, "utf8").trim();
    expect(rotated.text).not.toContain(token);
    expect((await coordinator.api("GET", "/health", undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
  });
});
