import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csrfTokenOf, mayCookieAct, sameText } from "./cookie-request.ts";

const OWN = "https://cordon.example:7444";
const SESSION = "cordon-session-of-the-test";
const own = { method: "POST", origin: OWN, fetchSite: "same-origin", csrfToken: csrfTokenOf(SESSION) };
const may = (change: object) => mayCookieAct({ ...own, ...change }, SESSION, OWN);

describe("a request with a cookie", () => {
  it("[C1] may read from anywhere", () => {
    const site = fc.option(fc.string(), { nil: undefined });
    fc.assert(
      fc.property(
        fc.constantFrom("GET", "HEAD", "OPTIONS"),
        site,
        site,
        site,
        (method, origin, fetchSite, csrfToken) => {
          expect(may({ method, origin, fetchSite, csrfToken })).toBe(true);
        },
      ),
    );
  });

  it("[C2] [C3] changes something only from our own pages and with the session's token", () => {
    const method = fc.constantFrom("POST", "PUT", "PATCH", "DELETE", "post", "TRACE", "X");
    const origin = fc.constantFrom(undefined, OWN, "null", "", "https://evil.example", `${OWN}.evil.example`);
    const fetchSite = fc.constantFrom(undefined, "same-origin", "same-site", "cross-site", "none", "");
    const csrfToken = fc.constantFrom(undefined, "", csrfTokenOf(SESSION), csrfTokenOf("another"), SESSION);
    fc.assert(
      fc.property(fc.record({ method, origin, fetchSite, csrfToken }), (request) => {
        const ours =
          (request.origin === OWN || request.origin === undefined) &&
          (request.fetchSite === "same-origin" || request.fetchSite === undefined) &&
          !(request.origin === undefined && request.fetchSite === undefined);
        expect(may(request)).toBe(ours && request.csrfToken === csrfTokenOf(SESSION));
      }),
      { numRuns: 500 },
    );
  });

  it("[C3] the token of a session is not the session's, and each session has its own", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, other) => {
        expect(csrfTokenOf(one)).not.toContain(one);
        expect(sameText(csrfTokenOf(one), csrfTokenOf(other))).toBe(one === other);
      }),
    );
  });
});
