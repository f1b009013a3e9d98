import { AppError, type Clock, type EpochMs, type Logger, type Secret } from "@cordon/core/kernel";
import { type GroupMap, type Identity, mapGroups, readIdentity } from "@cordon/core/login";
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type ServerMetadata,
} from "openid-client";
import { createProviderFetch } from "./provider-fetch.ts";

/** Clocks of two well-kept servers differ by less; ID tokens are believed so long after their end and before their time. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** The provider's own description is asked for again after this … */
const DISCOVERY_FRESH_MS = 15 * 60_000;
/** … after a failure not before this … */
const DISCOVERY_RETRY_MS = 5_000;
/** … and, while the provider does not answer, believed for so long. Its keys are asked for at each login. */
const DISCOVERY_STALE_MS = 24 * 3_600_000;

export interface OpenIdSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, which PKCE alone protects. */
  readonly clientSecret: Secret | undefined;
  readonly scopes: readonly string[];
  /** Undefined: groups are not asked for. */
  readonly groupsClaim: string | undefined;
  /** Undefined: groups are called here as there. */
  readonly groups: GroupMap | undefined;
  /** PEM; undefined: the roots that Node trusts. */
  readonly ca: string | undefined;
}

/** What has to come back with the answer, or it is no answer to this question. */
export interface LoginChecks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** An OpenID provider as its client sees it: authorization code with PKCE, state and nonce. */
export interface OpenIdClient {
  readonly issuer: string;
  /** Where to send the browser. Throws `login.provider_unavailable`. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly checks: LoginChecks }>;
  /**
   * Who it is. Throws `login.not_started` (another state), `login.provider_refused` (it says no, or does not know the code),
   * `login.token_refused` (what it sent does not prove anybody), `login.provider_unavailable`.
   */
  finish(callback: URL, checks: LoginChecks): Promise<Identity>;
  /** Where to end the login at the provider too; undefined when it offers no such place, or does not answer. */
  endSessionUrl(afterwards: string): Promise<string | undefined>;
}

interface Known {
  readonly metadata: ServerMetadata;
  readonly at: EpochMs;
}

export function createOpenIdClient(deps: {
  readonly settings: OpenIdSettings;
  readonly clock: Clock;
  readonly logger: Logger;
}): OpenIdClient {
  const { settings, clock, logger } = deps;
  const fetch = createProviderFetch(settings.ca);
  let known: Known | undefined;
  let asking: { readonly at: EpochMs; done: boolean; readonly answer: Promise<Known | AppError> } | undefined;

  /** Asked once at a time, and not again right after a failure: whoever knocks often at a provider that is down waits for nobody. */
  async function ask(): Promise<Known | AppError> {
    try {
      const found = await discovery(new URL(settings.issuer), settings.clientId, undefined, None(), {
        [customFetch]: fetch,
      });
      known = { metadata: found.serverMetadata(), at: clock.now() };
      return known;
    } catch (thrown) {
      const error = toLoginError(thrown, "login.provider_unavailable");
      logger.error("login.discovery", { issuer: settings.issuer, error });
      return error;
    }
  }

  async function metadata(): Promise<ServerMetadata> {
    const now = clock.now();
    if (known !== undefined && now - known.at < DISCOVERY_FRESH_MS) return known.metadata;
    if (asking === undefined || (asking.done && now - asking.at >= DISCOVERY_RETRY_MS)) {
      const one = { at: now, done: false, answer: ask() };
      asking = one;
      void one.answer.finally(() => {
        one.done = true;
      });
    }
    const answer = await asking.answer;
    if (!(answer instanceof AppError)) return answer.metadata;
    if (known !== undefined && now - known.at < DISCOVERY_STALE_MS) return known.metadata;
    throw answer;
  }

  /** One per login: the library keeps the provider's keys with it, so each login sees the keys of its time. */
  async function configuration(): Promise<Configuration> {
    const server = await metadata();
    const options = { [clockTolerance]: CLOCK_TOLERANCE_SECONDS };
    const configured = new Configuration(server, settings.clientId, options, clientAuth(server, settings.clientSecret));
    configured[customFetch] = fetch;
    // Without it the library trusts the TLS of the token endpoint alone, and checks no signature.
    enableNonRepudiationChecks(configured);
    return configured;
  }

  return {
    issuer: settings.issuer,
    async begin(redirectUri) {
      const configured = await configuration();
      const checks = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(configured, {
        redirect_uri: redirectUri,
        scope: settings.scopes.join(" "),
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, checks };
    },
    async finish(callback, checks) {
      if (callback.searchParams.get("state") !== checks.state) throw new AppError("login.not_started", "another state");
      const configured = await configuration();
      const claims = await authorizationCodeGrant(configured, callback, {
        expectedState: checks.state,
        expectedNonce: checks.nonce,
        pkceCodeVerifier: checks.verifier,
        idTokenExpected: true,
      })
        .then((tokens) => tokens.claims())
        .catch((thrown: unknown) => {
          throw toLoginError(thrown, "login.token_refused");
        });
      const read = readIdentity(claims ?? {}, settings.groupsClaim);
      if (read.kind === "read") return { ...read.identity, groups: mapGroups(read.identity.groups, settings.groups) };
      throw new AppError("login.token_refused", `claim ${read.claim} ${read.problem}`);
    },
    async endSessionUrl(afterwards) {
      const server = await metadata().catch(() => undefined);
      const place = server?.end_session_endpoint;
      if (place === undefined || !URL.canParse(place) || new URL(place).protocol !== "https:") return undefined;
      const url = new URL(place);
      url.searchParams.set("client_id", settings.clientId);
      url.searchParams.set("post_logout_redirect_uri", afterwards);
      return url.href;
    },
  };
}

/** The header is the older way and the standard's default; a secret with other characters survives the form only. */
function clientAuth({ token_endpoint_auth_methods_supported: methods }: ServerMetadata, secret: Secret | undefined) {
  if (secret === undefined) return None();
  if (methods?.includes("client_secret_post") === true) return ClientSecretPost(secret.reveal());
  return ClientSecretBasic(secret.reveal());
}

/** What the library threw, in our codes: `otherwise` for what is none of the provider's own refusals. */
function toLoginError(thrown: unknown, otherwise: "login.token_refused" | "login.provider_unavailable"): AppError {
  const ours = ourErrorIn(thrown);
  if (ours !== undefined) return ours;
  const cause = thrown;
  if (thrown instanceof AuthorizationResponseError || thrown instanceof ResponseBodyError) {
    const text = `${thrown.error} ${thrown.error_description ?? ""}`.trim();
    return new AppError("login.provider_refused", text, { cause });
  }
  const code = thrown instanceof ClientError ? (thrown.code ?? "") : "";
  const text = `${code} ${thrown instanceof Error ? thrown.message : String(thrown)}`.trim();
  if (/TIMEOUT|ABORT|NOT_CONFORM|NOT_JSON/.test(code)) {
    return new AppError("login.provider_unavailable", text, { cause });
  }
  return new AppError(otherwise, text, { cause });
}

function ourErrorIn(thrown: unknown): AppError | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) if (error instanceof AppError) return error;
  return undefined;
}
