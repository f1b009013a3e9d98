import * as z from "zod";
import { epochMillis } from "./identifiers.ts";

/** Where signing in happens; outside of `API_PREFIX`, for these answer browsers too. */
export const LOGIN_PREFIX = "/auth";

/** Sent with every change that a session's cookie proves; the token stands in the session's view. */
export const CSRF_HEADER = "x-cordon-csrf";

/** PKCE, RFC 7636: base64url of a SHA-256. */
const challenge = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "must be the base64url of a SHA-256");
const opaque = z.string().regex(/^[A-Za-z0-9_-]{16,128}$/, "must be 16-128 characters of base64url");

/** A command line that waits for a browser says where it listens; without it the browser signs in for itself. */
export const loginQuery = z.strictObject({
  port: z.coerce.number().int().min(1_024).max(65_535).optional().describe("a command line listens there on 127.0.0.1"),
  challenge: challenge.optional().describe("of the command line's verifier"),
  state: opaque.optional().describe("handed back to the command line as it is"),
});

export const loginMethods = z.object({
  openId: z.boolean().describe("an OpenID provider is configured: people sign in at /auth/login"),
});

export const cliCodeForm = z.strictObject({ code: z.string().max(200) });

export const cliTokenRequest = z.strictObject({
  code: z.string().max(200),
  verifier: z.string().regex(/^[A-Za-z0-9_.~-]{43,128}$/, "must be a PKCE verifier"),
});

export const cliToken = z.object({
  token: z.string().describe("a bearer token, shown here and never again"),
  name: z.string(),
  endsAt: epochMillis.describe("its end if it is not used; each use moves it on, up to the session's longest life"),
});

export const loginSession = z.object({
  name: z.string().describe("under which one acts"),
  displayName: z.string().optional().describe("as the provider tells it"),
  kind: z.enum(["browser", "cli", "token", "breakGlass"]).describe("what one is known by"),
  groups: z.array(z.string()).describe("the provider's groups of the last login"),
  rights: z.boolean().describe("false: no role was given to this person or its groups, so nothing is allowed yet"),
  endsAt: epochMillis.optional().describe("of a session, if it is not used"),
  csrfToken: z.string().optional().describe("for changes that the cookie proves, in the header x-cordon-csrf"),
});

export const logoutForm = z.strictObject({ csrf: z.string().max(200).optional() });

export const loggedOut = z.object({
  ended: z.boolean().describe("false: there was no session"),
  providerUrl: z.string().optional().describe("where to end the login at the provider too"),
});

export const breakGlassRotated = z.object({
  file: z.string().describe("where the new token lies, on the coordinator's machine; it is not told here"),
});

export type LoginSession = z.output<typeof loginSession>;
