import { createPrivateKey, type JsonWebKey, sign } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { systemClock, systemRandom } from "@cordon/core/kernel";
import { createAuthority } from "@cordon/identity";
import { type JWKS, Provider } from "oidc-provider";

/** Somebody at the provider; `sub` and whatever claims the test wants. */
export interface ProviderAccount {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

export interface ProviderClient {
  readonly redirectUri: string;
  readonly postLogoutUri: string;
}

/** A real OpenID provider on HTTPS at 127.0.0.1, with a CA of its own, that signs in whom the test says without asking. */
export interface TestOpenIdProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM of the root to trust. */
  readonly ca: string;
  /** Says where the client under test is. */
  register(client: ProviderClient): void;
  /** Who sits at the browser from now on. */
  signInAs(account: ProviderAccount): void;
  /** New signing keys; the old ones are gone, and so is all that it remembered. */
  rotateKeys(): Promise<void>;
  /** Changes each ID token on its way to the client; undefined: as it is. */
  alterIdToken(change: ((token: string) => string) | undefined): void;
  /** Signs each ID token anew with these claims instead of its own; one that is undefined is left out. */
  signIdTokensWith(claims: Readonly<Record<string, unknown>>): void;
  /** Another issuer's name in its discovery document. */
  claimIssuer(issuer: string | undefined): void;
  /** Nobody listens. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  /** Requests per path. */
  readonly asked: ReadonlyMap<string, number>;
}

const CLIENT_ID = "cordon";
const CLIENT_SECRET = "a secret of the test's provider";

export async function startTestOpenIdProvider(): Promise<TestOpenIdProvider> {
  const authority = await createAuthority(systemClock.now(), systemRandom);
  const certificate = await authority.issueServer(["localhost", "127.0.0.1"], systemClock.now());
  const asked = new Map<string, number>();
  let client: ProviderClient | undefined;
  let account: ProviderAccount = { sub: "nobody" };
  let jwks = await newKeys();
  let provider: Provider | undefined;
  let change: ((token: string) => string) | undefined;
  let otherClaims: Readonly<Record<string, unknown>> = {};
  let claimed: string | undefined;

  const tls = { cert: certificate.certificatePem, key: certificate.privateKeyPem.reveal() };
  const server: Server = createServer(tls, (request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const issuer = `https://localhost:${port}`;

  function present(): Provider {
    if (client === undefined) throw new Error("register the client first");
    provider ??= new Provider(
      issuer,
      configuration(client, jwks, () => account),
    );
    return provider;
  }

  function altered(token: string): string {
    const signed = Object.keys(otherClaims).length === 0 ? token : signAgain(token, otherClaims, jwks);
    return change === undefined ? signed : change(signed);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", issuer).pathname;
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const current = present();
    if (path.startsWith("/interaction/")) {
      await current.interactionFinished(request, response, { login: { accountId: account.sub } });
      return;
    }
    if (path === "/token") {
      alterAnswer(response, (body) =>
        typeof body.id_token === "string" ? { ...body, id_token: altered(body.id_token) } : body,
      );
    }
    if (path === "/.well-known/openid-configuration") {
      alterAnswer(response, (body) => ({ ...body, issuer: claimed ?? body.issuer }));
    }
    await current.callback()(request, response);
  }

  const stop = async () => {
    server.closeAllConnections();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };

  return {
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    ca: authority.certificatePem,
    asked,
    register(registered) {
      client = registered;
      provider = undefined;
    },
    signInAs(next) {
      account = next;
    },
    async rotateKeys() {
      jwks = await newKeys();
      provider = undefined;
    },
    alterIdToken(next) {
      change = next;
    },
    signIdTokensWith(claims) {
      otherClaims = claims;
    },
    claimIssuer(name) {
      claimed = name;
    },
    goDown: stop,
    async comeBack() {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
    [Symbol.asyncDispose]: stop,
  };
}

function configuration(
  { redirectUri, postLogoutUri }: ProviderClient,
  jwks: JWKS,
  account: () => ProviderAccount,
): ConstructorParameters<typeof Provider>[1] {
  return {
    jwks,
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [postLogoutUri],
      },
    ],
    cookies: { keys: ["of the test"] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    scopes: ["openid", "profile", "email", "groups"],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email"], groups: ["groups"] },
    // As Keycloak and Entra ID do: what the scopes give is in the ID token.
    conformIdTokenClaims: false,
    ttl: { AuthorizationCode: 60, Session: 600, Interaction: 600, Grant: 600, IdToken: 600, AccessToken: 600 },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: async () => ({ ...(account().sub === sub ? account() : {}), sub }),
    }),
    // Nobody is asked for consent.
    async loadExistingGrant(context) {
      const { client, session, provider } = context.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid profile email groups");
      await grant.save();
      return grant;
    },
  };
}

async function newKeys(): Promise<JWKS> {
  const pair = await crypto.subtle.generateKey(
    { name: "RSASSA-PKCS1-v1_5", modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
    true,
    ["sign", "verify"],
  );
  const { kty, n, e, d, p, q, dp, dq, qi } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return { keys: [{ kty, n, e, d, p, q, dp, dq, qi, use: "sig", alg: "RS256", kid: crypto.randomUUID() } as never] };
}

/** The token with other claims, under a good signature. */
function signAgain(token: string, claims: Readonly<Record<string, unknown>>, { keys }: JWKS): string {
  const [header = "", payload = ""] = token.split(".");
  const own = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
  const signed = `${header}.${Buffer.from(JSON.stringify({ ...own, ...claims })).toString("base64url")}`;
  const key = createPrivateKey({ key: keys[0] as JsonWebKey, format: "jwk" });
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}

/** The JSON that is about to be sent goes through `change`. */
function alterAnswer(
  response: ServerResponse,
  change: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): void {
  const end = response.end.bind(response) as (text: unknown) => ServerResponse;
  response.end = ((chunk: unknown) => {
    if (typeof chunk !== "string" && !Buffer.isBuffer(chunk)) return end(chunk);
    const text = JSON.stringify(change(JSON.parse(String(chunk)) as Record<string, unknown>));
    if (!response.headersSent) response.setHeader("content-length", Buffer.byteLength(text));
    return end(text);
  }) as typeof response.end;
}
