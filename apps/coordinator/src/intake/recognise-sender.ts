import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { SenderAuthenticator } from "@cordon/coordinator-core";
import { AppError, type Clock, type EpochMs, type TenantId } from "@cordon/core/kernel";
import { sourceOf } from "@cordon/core/login";
import { SlowDown } from "../http/slow-down.ts";
import { readClaims } from "./read-claims.ts";

/** How long a connection's proof is taken as read; another process's removal of a credential counts after it at the latest. */
const REMEMBER_MS = 30_000;

interface Recognised {
  readonly tenantId: TenantId;
  readonly authorization: string | undefined;
  readonly url: string | undefined;
  readonly generation: number;
  readonly until: EpochMs;
}

export interface SenderRecogniser {
  /** The tenant of the request. Throws `intake.unauthorized`, `intake.throttled`, or `store.unavailable`. */
  recognise(request: IncomingMessage): Promise<TenantId>;
  /** Voids what is remembered of connections: a credential was made or removed. */
  forget(): void;
}

/**
 * KUMA sends the same credentials on the same few connections thousands of times a second. A connection that has proven itself
 * is known by comparing two strings; only a new proof goes to the authenticator, and only failing ones are slowed down.
 */
export function createSenderRecogniser(deps: {
  readonly authenticator: SenderAuthenticator;
  readonly clock: Clock;
}): SenderRecogniser {
  const known = new WeakMap<TLSSocket, Recognised>();
  const slow = new SlowDown();
  let generation = 0;

  return {
    async recognise(request) {
      const socket = request.socket as TLSSocket;
      const { authorization } = request.headers;
      const { url } = request;
      const now = deps.clock.now();
      const before = known.get(socket);
      if (
        before?.authorization === authorization &&
        before?.url === url &&
        before?.generation === generation &&
        now < before.until
      ) {
        return before.tenantId;
      }
      const startedIn = generation;
      const claims = readClaims(request, now);
      if (claims.length === 0) throw new AppError("intake.unauthorized", "no credentials");
      const user = claims.find((claim) => claim.kind === "basic")?.user ?? "";
      const key = `${sourceOf(socket.remoteAddress ?? "")} ${user}`;
      const blockedForMs = slow.blockedForMs(key, now);
      if (blockedForMs > 0) {
        const details = { retryAfterSeconds: Math.ceil(blockedForMs / 1_000) };
        throw new AppError("intake.throttled", key, { details });
      }
      const tenantId = await deps.authenticator.authenticate(claims);
      if (tenantId === undefined) {
        slow.failed(key, now);
        throw new AppError("intake.unauthorized", `unknown sender ${key}`);
      }
      slow.forgive(key);
      known.set(socket, { tenantId, authorization, url, generation: startedIn, until: (now + REMEMBER_MS) as EpochMs });
      return tenantId;
    },
    forget: () => {
      generation += 1;
    },
  };
}
