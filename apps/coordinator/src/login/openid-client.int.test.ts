import { AppError, Secret, silentLogger, systemClock } from "@cordon/core/kernel";
import { createFakeClock, openTestBrowser } from "@cordon/testkit";
import { startTestOpenIdProvider, type TestOpenIdProvider } from "@cordon/testkit/openid-provider";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createOpenIdClient, type LoginChecks, type OpenIdClient, type OpenIdSettings } from "./openid-client.ts";

const REDIRECT_URI = "https://cordon.example/auth/callback";

let provider: TestOpenIdProvider;
let client: OpenIdClient;

beforeAll(async () => {
  provider = await startTestOpenIdProvider();
  provider.register({ redirectUri: REDIRECT_URI, postLogoutUri: "https://cordon.example/auth/login" });
});

afterAll(async () => {
  await provider?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  provider.signInAs({ sub: "u-ann", name: "Ann Example", preferred_username: "ann@msp.example", groups: ["soc"] });
  provider.alterIdToken(undefined);
  provider.claimIssuer(undefined);
  client = newClient();
});

function newClient(change: Partial<OpenIdSettings> = {}, clock = systemClock): OpenIdClient {
  const settings = {
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: new Secret(provider.clientSecret),
    scopes: ["openid", "profile", "groups"],
    groupsClaim: "groups",
    groups: undefined,
    ca: provider.ca,
    ...change,
  };
  return createOpenIdClient({ settings, clock, logger: silentLogger });
}

/** What a browser brings back from the provider. */
async function signIn(): Promise<{ callback: URL; checks: LoginChecks }> {
  const { url, checks } = await client.begin(REDIRECT_URI);
  const browser = openTestBrowser([provider.ca]);
  const page = await browser.visit(url, { stopAt: ({ host }) => host === "cordon.example" });
  return { callback: new URL(String(page.headers.location)), checks };
}

/** The code with which it ends. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "no failure",
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
  );
}

const partsOf = (token: string) => token.split(".") as [string, string, string];
const decoded = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a login at a real provider", () => {
  it("gives the person by issuer and subject, with name and groups", async () => {
    const { callback, checks } = await signIn();
    expect(await client.finish(callback, checks)).toEqual({
      issuer: provider.issuer,
      subject: "u-ann",
      displayName: "Ann Example",
      nameHint: "ann@msp.example",
      groups: ["soc"],
      groupsWithheld: false,
    });
  });

  it("gives the groups by their names here when there is a map", async () => {
    client = newClient({
      groups: new Map([
        ["analysts", ["soc"]],
        ["admins", ["wheel"]],
      ]),
    });
    const { callback, checks } = await signIn();
    expect(await client.finish(callback, checks)).toMatchObject({ groups: ["analysts"] });
  });

  it("asks with PKCE by SHA-256, state and nonce, each anew", async () => {
    const [first, second] = [await client.begin(REDIRECT_URI), await client.begin(REDIRECT_URI)];
    const asked = new URL(first.url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      state: first.checks.state,
      nonce: first.checks.nonce,
    });
    expect(asked.get("code_challenge")).not.toBe(first.checks.verifier);
    for (const name of ["state", "nonce", "verifier"] as const)
      expect(first.checks[name]).not.toBe(second.checks[name]);
  });

  it("with another state is not looked at", async () => {
    const { callback, checks } = await signIn();
    const before = provider.asked.get("/token");
    expect(await failureOf(client.finish(callback, { ...checks, state: "another" }))).toBe("login.not_started");
    expect(provider.asked.get("/token")).toBe(before);
  });

  it("with another nonce proves nobody", async () => {
    const { callback, checks } = await signIn();
    expect(await failureOf(client.finish(callback, { ...checks, nonce: "another" }))).toBe("login.token_refused");
  });

  it("with another PKCE verifier is refused by the provider", async () => {
    const { callback, checks } = await signIn();
    const verifier = "x".repeat(43);
    expect(await failureOf(client.finish(callback, { ...checks, verifier }))).toBe("login.provider_refused");
  });

  it("with a code that was used is refused by the provider", async () => {
    const { callback, checks } = await signIn();
    await client.finish(callback, checks);
    expect(await failureOf(client.finish(callback, checks))).toBe("login.provider_refused");
  });

  it("with a code that has expired is refused by the provider", async () => {
    const { callback, checks } = await signIn();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    try {
      expect(await failureOf(client.finish(callback, checks))).toBe("login.provider_refused");
    } finally {
      vi.useRealTimers();
    }
  });

  it("that the person or the provider broke off is refused", async () => {
    const { checks } = await signIn();
    const callback = new URL(`${REDIRECT_URI}?error=access_denied&state=${checks.state}&iss=${provider.issuer}`);
    expect(await failureOf(client.finish(callback, checks))).toBe("login.provider_refused");
  });

  it("that says it comes from another issuer is refused", async () => {
    const { callback, checks } = await signIn();
    callback.searchParams.set("iss", "https://evil.example");
    expect(await failureOf(client.finish(callback, checks))).toBe("login.token_refused");
  });
});

describe("an ID token", () => {
  const tampered: readonly [string, (token: string) => string][] = [
    [
      "of another subject under the old signature",
      (token) => {
        const [header, payload, signature] = partsOf(token);
        return [header, encoded({ ...decoded(payload), sub: "u-root" }), signature].join(".");
      },
    ],
    [
      "whose signature lacks a bit",
      (token) => {
        const [header, payload, signature] = partsOf(token);
        const bytes = Buffer.from(signature, "base64url");
        bytes[10] = (bytes[10] ?? 0) ^ 1;
        return [header, payload, bytes.toString("base64url")].join(".");
      },
    ],
    ["with alg none and no signature", (token) => `${encoded({ alg: "none" })}.${partsOf(token)[1]}.`],
    [
      "with alg none and the old signature",
      (token) => [encoded({ alg: "none" }), partsOf(token)[1], partsOf(token)[2]].join("."),
    ],
    [
      "signed with the public key as if it were a secret",
      (token) => [encoded({ alg: "HS256" }), partsOf(token)[1], partsOf(token)[2]].join("."),
    ],
    ["that is none", () => "not.a.token"],
  ];

  it.each(tampered)("%s proves nobody", async (_what, change) => {
    const { callback, checks } = await signIn();
    provider.alterIdToken(change);
    expect(await failureOf(client.finish(callback, checks))).toBe("login.token_refused");
  });

  it.each([
    ["another issuer", { iss: "https://evil.example" }],
    ["another audience", { aud: "somebody-else" }],
    ["an end that is past by more than the tolerance", { exp: Math.floor(Date.now() / 1_000) - 31 }],
    ["no end", { exp: undefined }],
  ])("with %s, rightly signed, proves nobody", async (_what, claims) => {
    const { callback, checks } = await signIn();
    provider.signIdTokensWith(claims);
    expect(await failureOf(client.finish(callback, checks))).toBe("login.token_refused");
    provider.signIdTokensWith({});
  });

  it("with an end that is past by less than the tolerance counts", async () => {
    const { callback, checks } = await signIn();
    provider.signIdTokensWith({ exp: Math.floor(Date.now() / 1_000) - 5 });
    expect(await client.finish(callback, checks)).toMatchObject({ subject: "u-ann" });
    provider.signIdTokensWith({});
  });
});

describe("the provider", () => {
  it("may change its keys between two logins", async () => {
    const before = await signIn();
    await client.finish(before.callback, before.checks);
    await provider.rotateKeys();
    const after = await signIn();
    expect(await client.finish(after.callback, after.checks)).toMatchObject({ subject: "u-ann" });
  });

  it("that says in its description that it is another one is not asked for a login", async () => {
    provider.claimIssuer("https://evil.example");
    expect(await failureOf(client.begin(REDIRECT_URI))).toBe("login.provider_unavailable");
  });

  it("with a certificate of another root is not asked", async () => {
    const other = newClient({ ca: undefined });
    expect(await failureOf(other.begin(REDIRECT_URI))).toBe("login.provider_unavailable");
  });

  it("that does not know the client's secret refuses", async () => {
    const { callback, checks } = await signIn();
    const other = newClient({ clientSecret: new Secret("wrong") });
    expect(await failureOf(other.finish(callback, checks))).toBe("login.provider_refused");
  });

  it("that is down is said to be so, and its description is believed for a day", async () => {
    const clock = createFakeClock();
    client = newClient({}, clock);
    const { callback, checks } = await signIn();
    await provider.goDown();
    try {
      expect(await failureOf(client.finish(callback, checks))).toBe("login.provider_unavailable");
      expect(await failureOf(newClient().begin(REDIRECT_URI))).toBe("login.provider_unavailable");
      await clock.advance(3_600_000);
      expect((await client.begin(REDIRECT_URI)).url).toContain(provider.issuer);
      await clock.advance(24 * 3_600_000);
      expect(await failureOf(client.begin(REDIRECT_URI))).toBe("login.provider_unavailable");
    } finally {
      await provider.comeBack();
    }
    expect(await failureOf(client.begin(REDIRECT_URI))).toBe("login.provider_unavailable");
    await clock.advance(5_000);
    expect((await client.begin(REDIRECT_URI)).url).toContain(provider.issuer);
  });

  it("is asked for its description once, and for its keys at each login", async () => {
    const count = (path: string) => provider.asked.get(path) ?? 0;
    const before = { description: count("/.well-known/openid-configuration"), keys: count("/jwks") };
    for (const _login of [1, 2]) {
      const { callback, checks } = await signIn();
      await client.finish(callback, checks);
    }
    expect(count("/.well-known/openid-configuration") - before.description).toBe(1);
    expect(count("/jwks") - before.keys).toBe(2);
  });

  it("is asked for its description once, however many begin a login at the same moment", async () => {
    const count = () => provider.asked.get("/.well-known/openid-configuration") ?? 0;
    const before = count();
    await Promise.all(Array.from({ length: 20 }, () => client.begin(REDIRECT_URI)));
    expect(count() - before).toBe(1);
  });

  it("tells where to end the login with it too", async () => {
    const url = new URL((await client.endSessionUrl("https://cordon.example/auth/login")) ?? "");
    expect(url.origin).toBe(provider.issuer);
    expect(url.searchParams.get("client_id")).toBe(provider.clientId);
  });
});
