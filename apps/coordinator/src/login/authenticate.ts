import { createHash } from "node:crypto";
import { CSRF_HEADER } from "@cordon/contracts/api";
import type { LoginDesk, Recognised } from "@cordon/coordinator-core";
import { AppError, type Clock } from "@cordon/core/kernel";
import { mayCookieAct, sourceOf } from "@cordon/core/login";
import type { FastifyRequest } from "fastify";
import type { SlowDown } from "../http/slow-down.ts";
import type { BreakGlass } from "./break-glass.ts";
import { readSessionCookie } from "./cookies.ts";

/** What a request proved itself with. `Other`: whose another kind of token is. */
export type Credential<Other> =
  | {
      readonly kind: "session";
      readonly via: "browser" | "cli";
      readonly token: string;
      readonly who: Recognised;
    }
  | { readonly kind: "breakGlass" }
  | { readonly kind: "other"; readonly who: Other };

export interface Authenticator<Other> {
  /**
   * Undefined: no credential, or one that is nobody's. Throws `login.throttled` when its address has to wait, and
   * `login.cross_site` when a cookie comes with a change that our own pages did not ask for.
   */
  authenticate(request: FastifyRequest): Promise<Credential<Other> | undefined>;
  /** Throws `login.throttled`: for ways in that have credentials of their own kind. */
  admit(request: FastifyRequest, credential?: string): void;
  /** A credential of such a way in was wrong. */
  failed(request: FastifyRequest, credential?: string): void;
  /** Credentials that were wrong, and requests that had to wait, since the start. */
  figures(): { readonly wrong: number; readonly throttled: number };
}

/** Nothing that we make is longer. */
const BEARER = /^Bearer ([!-~]{1,512})$/;

/** Who asks: the one place where a request's credential is looked at, whichever it is. */
export function createAuthenticator<Other>(deps: {
  readonly desk: Pick<LoginDesk, "recognise">;
  readonly breakGlass: Pick<BreakGlass, "accepts" | "used">;
  /** Of every other bearer token; undefined: nobody's. */
  readonly recogniseOther: (token: string, from: string) => Promise<Other | undefined>;
  readonly slow: SlowDown;
  /** `https://host:port` of our own pages. */
  readonly ownOrigin: () => string;
  readonly clock: Clock;
}): Authenticator<Other> {
  const { desk, breakGlass, slow, clock } = deps;
  const counted = { wrong: 0, throttled: 0 };

  const admit: Authenticator<Other>["admit"] = (request, credential) => {
    const source = sourceOf(request.ip);
    const blockedForMs = slow.blockedForMs(source, clock.now(), credential);
    if (blockedForMs === 0) return;
    counted.throttled += 1;
    const details = { retryAfterSeconds: Math.ceil(blockedForMs / 1_000) };
    throw new AppError("login.throttled", source, { details });
  };
  const failed: Authenticator<Other>["failed"] = (request, credential) => {
    counted.wrong += 1;
    slow.failed(sourceOf(request.ip), clock.now(), credential);
  };

  async function recognise(request: FastifyRequest): Promise<Credential<Other> | undefined> {
    const { authorization, cookie, origin } = request.headers;
    const bearer = BEARER.exec(authorization ?? "")?.[1];
    if (bearer !== undefined) {
      if (breakGlass.accepts(bearer)) {
        await breakGlass.used(sourceOf(request.ip));
        return { kind: "breakGlass" };
      }
      const who = await desk.recognise(bearer, "cli");
      if (who !== undefined) return { kind: "session", via: "cli", token: bearer, who };
      const other = await deps.recogniseOther(bearer, request.ip);
      return other === undefined ? undefined : { kind: "other", who: other };
    }
    const token = readSessionCookie(cookie);
    if (token === undefined) return undefined;
    const who = await desk.recognise(token, "browser");
    if (who === undefined) return undefined;
    const csrfToken = request.headers[CSRF_HEADER];
    const asked = {
      method: request.method,
      origin,
      fetchSite: headerOf(request, "sec-fetch-site"),
      csrfToken: typeof csrfToken === "string" ? csrfToken : undefined,
    };
    if (!mayCookieAct(asked, token, deps.ownOrigin())) {
      throw new AppError("login.cross_site", `${request.method} ${request.routeOptions.url} from ${origin}`);
    }
    return { kind: "session", via: "browser", token, who };
  }

  return {
    admit,
    failed,
    figures: () => ({ ...counted }),
    async authenticate(request) {
      const shown = request.headers.authorization ?? readSessionCookie(request.headers.cookie);
      if (shown === undefined) return undefined;
      // What is compared and kept is a digest: the memory of this process is no list of tokens.
      const digest = createHash("sha256").update(shown).digest("base64");
      admit(request, digest);
      const found = await recognise(request);
      if (found === undefined) failed(request, digest);
      else slow.succeeded(sourceOf(request.ip), digest);
      return found;
    },
  };
}

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}
