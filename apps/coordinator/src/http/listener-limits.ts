import type { Server, ServerOptions } from "node:https";
import type { Socket } from "node:net";
import { sourceOf } from "@cordon/core/login";

/** What a listener takes of a peer before anything of ours has read it. docs/security.md lists every bound. */
export interface ListenerLimits {
  /** TLS handshake; then the request's head; then the whole request. */
  readonly handshakeMs: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly keepAliveMs: number;
  /** How often it is looked at: a slow peer lives no longer than its bound and this. */
  readonly checkMs: number;
  /** The request line with its path and all headers. */
  readonly headBytesMax: number;
  readonly headersMax: number;
  readonly requestsPerConnectionMax: number;
  readonly connectionsMax: number;
  /** Of one address (IPv6: of one /64): one peer cannot take all places. */
  readonly connectionsPerAddressMax: number;
}

export const LISTENER_LIMITS = {
  intake: {
    handshakeMs: 10_000,
    headersMs: 15_000,
    /** KUMA gives up after 30 s by default; a body that takes twice that is stuck. */
    requestMs: 60_000,
    /** Longer than KUMA's pauses between batches, so that connections and their proofs last. */
    keepAliveMs: 75_000,
    checkMs: 5_000,
    headBytesMax: 16_384,
    headersMax: 64,
    /** A correlator keeps its connections for days. */
    requestsPerConnectionMax: 0,
    /** KUMA opens (CPUs / 2) + 2 connections per destination; this is room for a few hundred correlators. */
    connectionsMax: 4_000,
    connectionsPerAddressMax: 512,
  },
  api: {
    handshakeMs: 10_000,
    headersMs: 10_000,
    /** A request of an admin or an agent is small; who takes longer to send it is a broken or hostile peer. */
    requestMs: 30_000,
    keepAliveMs: 72_000,
    checkMs: 5_000,
    headBytesMax: 16_384,
    headersMax: 64,
    requestsPerConnectionMax: 10_000,
    connectionsMax: 1_000,
    connectionsPerAddressMax: 256,
  },
  gateway: {
    handshakeMs: 10_000,
    /** Until the upgrade is asked for; the session's own limits follow (`SERVER_LIMITS`). */
    headersMs: 10_000,
    requestMs: 15_000,
    keepAliveMs: 5_000,
    checkMs: 5_000,
    headBytesMax: 8_192,
    headersMax: 32,
    requestsPerConnectionMax: 1,
    /** Twice the sessions, so that those that are turned away are told so. */
    connectionsMax: 5_000,
    /** A whole fleet may come through one proxy. */
    connectionsPerAddressMax: 2_500,
  },
} as const satisfies Record<string, ListenerLimits>;

/** What is said when the server is made. */
export function serverOptionsOf(limits: ListenerLimits): ServerOptions {
  return {
    handshakeTimeout: limits.handshakeMs,
    maxHeaderSize: limits.headBytesMax,

    connectionsCheckingInterval: limits.checkMs,
  };
}

/** What is set at the server. Sockets beyond a bound are closed before their handshake costs anything. */
export function limitConnections(server: Server, limits: ListenerLimits): void {
  server.maxConnections = limits.connectionsMax;
  server.maxHeadersCount = limits.headersMax;
  server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  const open = new Map<string, number>();
  // Before the TLS layer, which listens to the same event, has the socket.
  server.prependListener("connection", (socket: Socket) => {
    const address = sourceOf(socket.remoteAddress ?? "");
    const count = (open.get(address) ?? 0) + 1;
    if (count > limits.connectionsPerAddressMax) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once("close", () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
