import * as z from "zod";

/** `__Host-`: only this host sets it, only over TLS, for all of its paths; no other host of the domain can plant one. */
const SESSION_COOKIE = "__Host-cordon-session";
const PENDING_COOKIE = "__Host-cordon-login";
/** At the provider people look for their second factor. */
export const PENDING_MS = 600_000;

const text = z.string().min(1).max(200);
const pending = z.strictObject({
  state: text,
  nonce: text,
  verifier: text,
  startedAt: z.number().int(),
  cli: z.strictObject({ port: z.number().int(), challenge: text, state: text }).optional(),
});

/**
 * A login that is under way, kept by the browser that began it: it costs the coordinator nothing, so a flood of beginnings does not
 * either. Its holder may read and change it, and gains nothing: state, nonce and verifier guard the holder against others.
 */
export type PendingLogin = z.output<typeof pending>;

export function readSessionCookie(header: string | undefined): string | undefined {
  return cookieOf(header, SESSION_COOKIE);
}

export function readPendingCookie(header: string | undefined): PendingLogin | undefined {
  try {
    return pending.parse(JSON.parse(Buffer.from(cookieOf(header, PENDING_COOKIE) ?? "", "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}

export const sessionCookie = (token: string, lifeMs: number): string => cookie(SESSION_COOKIE, token, lifeMs);
export const noSessionCookie = (): string => cookie(SESSION_COOKIE, "", 0);
export const pendingCookie = (login: PendingLogin): string =>
  cookie(PENDING_COOKIE, Buffer.from(JSON.stringify(login)).toString("base64url"), PENDING_MS);
export const noPendingCookie = (): string => cookie(PENDING_COOKIE, "", 0);

/** Lax, not Strict: the provider's redirection brings the browser back from another site, and has to find the cookie. */
function cookie(name: string, value: string, lifeMs: number): string {
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(lifeMs / 1_000)}`;
}

/** A browser sends each cookie once; of two of a name, which is no browser's doing, none counts. */
function cookieOf(header: string | undefined, name: string): string | undefined {
  const values = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && values[0] !== "" ? values[0] : undefined;
}
