import { createHash, timingSafeEqual } from "node:crypto";

/** What a browser says of a request that comes with a cookie. */
export interface CookieRequest {
  readonly method: string;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: browsers set it, and no page can. */
  readonly fetchSite: string | undefined;
  /** The token of the session that the page repeats in a header or a form field. */
  readonly csrfToken: string | undefined;
}

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Of a session: derived from its secret, which no other site's page can read, and worth nothing without it. */
export function csrfTokenOf(sessionToken: string): string {
  return createHash("sha256").update(`cordon csrf ${sessionToken}`).digest("base64url");
}

/**
 * [C1]-[C3] Whether a request that is proven by the cookie of a session may do what it says. A page of another site can have a
 * browser send one; it cannot set its origin, nor know the token.
 */
export function mayCookieAct(request: CookieRequest, sessionToken: string, ownOrigin: string): boolean {
  if (READS.has(request.method)) return true;
  if (request.fetchSite !== undefined && request.fetchSite !== "same-origin") return false;
  if (request.origin !== undefined && request.origin !== ownOrigin) return false;
  // A browser sends one of them at least with every change.
  if (request.fetchSite === undefined && request.origin === undefined) return false;
  return sameText(request.csrfToken ?? "", csrfTokenOf(sessionToken));
}

/** In a time that does not tell how much of it was right. */
export function sameText(given: string, expected: string): boolean {
  const [left, right] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
