import type { ErrorSpec } from "./error-spec.ts";

/** Who asks, and what of it may be done. */
export const PEOPLE_CODES = {
  "access.above": {
    http: 403,
    retry: "never",
    text: "It is about somebody who has rights on all tenants.",
    mend: "Let somebody do it who manages people everywhere (the right fleet.people).",
  },
  "access.denied": {
    http: 403,
    retry: "never",
    text: "The right for this is missing, or denied.",
    mend: "The details name the right and the roles that have it; `cordon roles explain` says which grant decides. Ask who manages people.",
  },
  "access.grant_not_found": {
    http: 404,
    retry: "never",
    text: "There is no such grant.",
    mend: "`cordon roles list` shows those in force; check the id and the tenant.",
  },
  "access.lacking": {
    http: 403,
    retry: "never",
    text: "Nobody can hand out a right that he does not have himself.",
    mend: "The details name the right that is missing. Give less, or let somebody do it who has it.",
  },
  "access.member_not_found": {
    http: 404,
    retry: "never",
    text: "The person is not in this group.",
    mend: "`cordon groups list` shows who is in which.",
  },
  "access.too_many": {
    http: 409,
    retry: "never",
    text: "One person or group has as many of these as there may be.",
    mend: "Take back those that are not needed; the bound is in the details.",
  },
  "access.token_not_found": {
    http: 404,
    retry: "never",
    text: "There is no such token.",
    mend: "`cordon tokens list` shows those that you may end.",
  },
  "api.body_too_large": {
    http: 413,
    retry: "never",
    text: "The request's body is larger than the limit.",
    mend: "Send less at once; the limit is in the details.",
  },
  "api.media_type": {
    http: 415,
    retry: "never",
    text: "The request's content type is not understood.",
    mend: "Send JSON with Content-Type: application/json.",
  },
  "api.no_route": {
    http: 404,
    retry: "never",
    text: "There is nothing at this address.",
    mend: "See /api/v1/openapi.json for what there is.",
  },
  "api.unauthorized": {
    http: 401,
    retry: "never",
    text: "The token is missing, wrong, or has ended.",
    mend: "Sign in with `cordon login`, or send Authorization: Bearer with a token of yours. The coordinator names its first one's file at its start.",
  },
  "input.invalid": { http: 400, retry: "never", text: "The request is wrong.", mend: "Correct the named field." },
  "input.invalid_id": { http: 400, retry: "never", text: "An id is malformed.", mend: "Correct the named id." },
  "login.code_refused": {
    http: 400,
    retry: "never",
    text: "The sign-in of this command line was not allowed in a browser, was used already, or took too long.",
    mend: "Start again: `cordon login`.",
  },
  "login.cross_site": {
    http: 403,
    retry: "never",
    text: "A change that is proven by a cookie must come from Cordon's own pages, with the token of the session.",
    mend: "Open Cordon at its own address. Programs use a token in the Authorization header, never the cookie.",
  },
  "login.not_configured": {
    http: 404,
    retry: "never",
    text: "This coordinator knows no OpenID provider.",
    mend: "An administrator sets CORDON_OIDC_ISSUER and what belongs to it (docs/login.md). Tokens work without it.",
  },
  "login.not_started": {
    http: 400,
    retry: "never",
    text: "This sign-in was not started in this browser, or longer than ten minutes ago.",
    mend: "Start again at /auth/login, in one browser from the beginning to the end.",
  },
  "login.provider_refused": {
    http: 403,
    retry: "never",
    text: "The OpenID provider did not sign you in.",
    mend: "Start again. If it stays so, an administrator finds the provider's reason in the coordinator's log (login.refused).",
  },
  "login.provider_unavailable": {
    http: 503,
    retry: "backoff",
    text: "The OpenID provider does not answer, or not as it should.",
    mend: "Who is signed in stays signed in. Look at the provider; in need there is the break-glass token (docs/login.md).",
  },
  "login.revoked": {
    http: 403,
    retry: "never",
    text: "This person may not sign in any more.",
    mend: "An administrator can say why: `cordon people list`.",
  },
  "login.throttled": {
    http: 429,
    retry: "backoff",
    text: "Too many wrong credentials came from this address.",
    mend: "Wait as long as Retry-After says. Other addresses are not concerned.",
  },
  "login.token_refused": {
    http: 403,
    retry: "never",
    text: "What the OpenID provider sent does not prove who you are.",
    mend: "Start again. If it stays so, an administrator finds the reason in the coordinator's log (login.refused).",
  },
  "people.exists": {
    http: 409,
    retry: "never",
    text: "The name is, or was, somebody's.",
    mend: "Choose another name: what one person did stays under that person's name.",
  },
  "people.not_found": {
    http: 404,
    retry: "never",
    text: "There is nobody of this name.",
    mend: "`cordon people list` shows who there is.",
  },
} as const satisfies Record<string, ErrorSpec>;
