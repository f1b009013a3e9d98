import type { IncomingMessage } from "node:http";
import type { ServerOptions } from "node:https";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { AppError, asAppError, type Secret } from "@cordon/core/kernel";
import { type WebSocket, WebSocketServer } from "ws";
import { CLOSE_CODES } from "../session/close-codes.ts";
import { DEFAULT_HEARTBEAT_MS, PROTOCOL } from "../session/limits.ts";
import { startCoordinator } from "../session/session.ts";
import type { Close, ToCoordinator } from "../session/types.ts";
import { ITEMS_PER_LIST_MAX, TO_AGENT_BYTES_MAX, TO_COORDINATOR_BYTES_MAX } from "../wire/frame-limits.ts";
import { createAdmission } from "./admission.ts";
import type {
  AgentSession,
  Authentication,
  PeerCertificate,
  ServerLimits,
  SessionServer,
  SessionServerOptions,
} from "./agent-session.ts";
import { closeReason, driveSession, type SessionDriver } from "./drive-session.ts";
import { SESSION_PATH } from "./session-path.ts";

export const SERVER_LIMITS: ServerLimits = {
  frameBytesMax: TO_COORDINATOR_BYTES_MAX,
  framesPerSecondMax: 20_000,
  bufferedBytesMax: 1024 * 1024,
  handlingMax: 256,
  sessionsMax: 2_000,
  // At 50 admissions a second the last of them waits five seconds, well within the agent's `connectMs`.
  handshakesMax: 256,
  admissionsPerSecond: 50,
  helloMs: 10_000,
  handshakeMs: 10_000,
  heartbeatMs: DEFAULT_HEARTBEAT_MS,
  statusesPerBatchMax: ITEMS_PER_LIST_MAX / 2,
};

/** Options for `https.createServer` that ask agents for a certificate of the given CA, over TLS 1.3 only. */
export function sessionTlsOptions(tls: {
  readonly ca: string;
  readonly cert: string;
  readonly key: Secret;
}): ServerOptions {
  return {
    ca: tls.ca,
    cert: tls.cert,
    key: tls.key.reveal(),
    minVersion: "TLSv1.3",
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: 10_000,
  };
}

/** Serves agents on an HTTPS server that the caller listens with and closes. */
export function serveSessions<Identity>(options: SessionServerOptions<Identity>): SessionServer {
  const { server, clock, random, logger } = options;
  const limits: ServerLimits = { ...SERVER_LIMITS, ...options.limits };
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytesMax,
  });
  const admission = createAdmission(limits.admissionsPerSecond, clock);
  const drivers = new Set<SessionDriver>();
  /** Connections that are not welcomed yet; of them those whose upgrade is not answered yet. */
  const handshakes = new Set<Duplex>();
  const waiting = new Set<Duplex>();
  let openCount = 0;
  let closing = false;

  server.on("upgrade", onUpgrade);
  server.on("tlsClientError", onTlsError);

  return {
    get sessionCount() {
      return openCount;
    },
    get handshakeCount() {
      return handshakes.size;
    },
    async close() {
      closing = true;
      server.off("upgrade", onUpgrade);
      server.off("tlsClientError", onTlsError);
      for (const stream of waiting) refuseUpgrade(stream, 503, 1);
      const current = [...drivers];
      for (const driver of current) {
        driver.dispatch({ kind: "close", code: "session.going_away", text: "the coordinator stops" });
      }
      await Promise.all(current.map((driver) => driver.gone));
    },
  };

  /** Somebody without a certificate of our CA, or with an old TLS. */
  function onTlsError(error: Error, stream: TLSSocket): void {
    logger.info("session.tls_refused", { text: error.message, remoteAddress: stream.remoteAddress });
  }

  function onUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // Without a listener an early reset would end the process.
    stream.on("error", (error) => logger.debug("session.socket_error", { text: error.message }));
    if (request.url?.split("?", 1)[0] !== SESSION_PATH) {
      if (server.listenerCount("upgrade") === 1) refuseUpgrade(stream, 404);
      return;
    }
    if (handshakes.size >= limits.handshakesMax || openCount + handshakes.size >= limits.sessionsMax) {
      logger.warn("session.busy", { handshakes: handshakes.size, sessions: openCount });
      refuseUpgrade(stream, 503, Math.ceil(limits.handshakesMax / limits.admissionsPerSecond));
      return;
    }
    const peer = readPeer(stream as TLSSocket);
    if (peer === undefined) {
      // Only when the server was not made with `sessionTlsOptions`.
      logger.error("session.unverified_peer", {});
      refuseUpgrade(stream, 401);
      return;
    }
    handshakes.add(stream);
    waiting.add(stream);
    const leave = admission.enter(() => void admit(request, stream as TLSSocket, head, peer));
    stream.once("close", () => {
      leave();
      handshakes.delete(stream);
      waiting.delete(stream);
    });
  }

  async function admit(request: IncomingMessage, stream: TLSSocket, head: Buffer, peer: PeerCertificate) {
    const authentication = await authenticate(peer);
    if (stream.destroyed || closing) return;
    waiting.delete(stream);
    upgrades.handleUpgrade(request, stream, head, (socket) => {
      if (authentication.kind === "known") run(socket, stream, authentication.identity);
      else turnAway(socket, stream, peer, authentication);
    });
  }

  async function authenticate(peer: PeerCertificate): Promise<Authentication<Identity>> {
    try {
      return await withDeadline(options.authenticate(peer), "authenticate");
    } catch (thrown) {
      logger.error("session.fault", { text: asAppError(thrown).message });
      return { kind: "refused", code: "internal.unexpected", text: "the gateway failed; see its log" };
    }
  }

  /** Over an open WebSocket, so that the agent learns the code: a fatal one must not be tried again. */
  function turnAway(
    socket: WebSocket,
    stream: TLSSocket,
    peer: PeerCertificate,
    { code, text }: Extract<Authentication<Identity>, { kind: "refused" }>,
  ): void {
    logger.warn("session.refused", {
      code,
      text,
      remoteAddress: stream.remoteAddress,
      certificate: peer.fingerprint256,
    });
    socket.on("error", (error) => logger.debug("session.socket_error", { text: error.message }));
    socket.close(CLOSE_CODES[code].ws, closeReason(text));
    const cancel = clock.after(limits.helloMs, () => socket.terminate());
    socket.once("close", cancel);
  }

  function run(socket: WebSocket, stream: TLSSocket, identity: Identity): void {
    const sessionId = random.uuid();
    const remoteAddress = stream.remoteAddress ?? "";
    let session: AgentSession<Identity> | undefined;
    const first = { session: startCoordinator({ ...limits, protocol: PROTOCOL }, clock.monotonicMs()), effects: [] };

    const driver = driveSession(socket, stream, first, {
      clock,
      limits: { ...limits, sendBytesMax: TO_AGENT_BYTES_MAX },
      onDecide: (hello) => void decide(hello),
      onOpened(hello, welcome) {
        handshakes.delete(stream);
        openCount += 1;
        session = {
          sessionId,
          identity,
          siteId: hello.siteId,
          hello,
          welcome,
          remoteAddress,
          get isOpen() {
            return driver.isOpen;
          },
          send: (message, traceparent = "") => driver.send(message, traceparent),
          drained: () => driver.drained(),
          close: (code, text) => driver.dispatch({ kind: "close", code, text }),
        };
        logger.info("session.open", {
          sessionId,
          siteId: hello.siteId,
          remoteAddress,
          agentVersion: hello.agentVersion,
        });
        options.onOpen(session);
      },
      onMessage(message, traceparent) {
        if (session) return options.onMessage(session, message as ToCoordinator, traceparent);
      },
      mayHear: () => session === undefined || (options.mayHear?.(session) ?? true),
      onAnswered: () => {},
      onSkipped: () => logger.debug("session.skipped", { sessionId }),
      onFault: (thrown) => logger.error("session.fault", { sessionId, text: asAppError(thrown).message }),
      onClosed(close) {
        drivers.delete(driver);
        ended(close);
      },
    });
    drivers.add(driver);

    async function decide(hello: Parameters<typeof options.onHello>[1]): Promise<void> {
      try {
        const answer = await options.onHello(identity, hello);
        if (answer.kind === "refused") driver.dispatch({ kind: "close", code: answer.code, text: answer.text });
        else driver.dispatch({ kind: "grant", grant: answer.grant, coordinatorTime: clock.now() });
      } catch (thrown) {
        logger.error("session.fault", { sessionId, text: asAppError(thrown).message });
        driver.dispatch({ kind: "close", code: "internal.unexpected", text: "the gateway failed; see its log" });
      }
    }

    function ended(close: Close): void {
      const { code, text, by } = close;
      logger.info("session.close", { sessionId, siteId: session?.siteId, remoteAddress, code, text, by });
      if (session === undefined) return;
      openCount -= 1;
      options.onClosed(session, close);
    }
  }

  function withDeadline<Value>(value: Value | Promise<Value>, what: string): Promise<Value> {
    return new Promise((resolve, reject) => {
      const cancel = clock.after(limits.handshakeMs, () => {
        reject(new AppError("session.handshake_timeout", `${what} took more than ${limits.handshakeMs} ms`));
      });
      Promise.resolve(value).then(resolve, reject).finally(cancel);
    });
  }
}

function refuseUpgrade(stream: Duplex, status: 401 | 404 | 503, retryAfterSeconds?: number): void {
  const text = { 401: "Unauthorized", 404: "Not Found", 503: "Service Unavailable" }[status];
  const retry = retryAfterSeconds === undefined ? "" : `Retry-After: ${retryAfterSeconds}\r\n`;
  stream.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Length: 0\r\n${retry}\r\n`);
}

/** Undefined when TLS did not verify the peer against the CA over TLS 1.3. */
function readPeer(stream: TLSSocket): PeerCertificate | undefined {
  if (!stream.authorized || stream.getProtocol() !== "TLSv1.3") return undefined;
  const certificate = stream.getPeerCertificate();
  if (!certificate.raw) return undefined;
  const commonName = certificate.subject?.CN;
  return {
    raw: new Uint8Array(certificate.raw),
    fingerprint256: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    serialNumber: certificate.serialNumber.toLowerCase(),
    commonName: typeof commonName === "string" ? commonName : "",
    subjectAltName: certificate.subjectaltname ?? "",
  };
}
