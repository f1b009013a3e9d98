import type { Socket } from "node:net";
import { AppError, asAppError } from "@cordon/core/kernel";
import { WebSocket } from "ws";
import type { Hello } from "../messages.ts";
import { CLOSE_CODES, type CloseCode } from "../session/close-codes.ts";
import { BACKOFF_LATER, BACKOFF_SOON, PROTOCOL } from "../session/limits.ts";
import { reconnect } from "../session/reconnect.ts";
import { startAgent } from "../session/session.ts";
import type { Close, ToAgent } from "../session/types.ts";
import { TO_AGENT_BYTES_MAX, TO_COORDINATOR_BYTES_MAX } from "../wire/frame-limits.ts";
import type { AgentLink, AgentLinkOptions, LinkLimits, LinkStop } from "./agent-link.ts";
import { driveSession, type SessionDriver } from "./drive-session.ts";
import { SESSION_PATH } from "./session-path.ts";

export const LINK_LIMITS: LinkLimits = {
  frameBytesMax: TO_AGENT_BYTES_MAX,
  framesPerSecondMax: 20_000,
  bufferedBytesMax: 1024 * 1024,
  handlingMax: 256,
  connectMs: 30_000,
  handshakeMs: 15_000,
  backoffSoon: BACKOFF_SOON,
  backoffLater: BACKOFF_LATER,
};

/** One attempt: how it ended, and for how long its session was open. */
interface Ended extends Close {
  readonly openForMs?: number;
  readonly retryAfterMs?: number;
}

/** Starts the agent's link; it connects by itself from now on. */
export function connectAgent(options: AgentLinkOptions): AgentLink {
  const limits: LinkLimits = { ...LINK_LIMITS, ...options.limits };
  let driver: SessionDriver | undefined;
  /** Cuts the present wait short. */
  let hurry = new AbortController();

  const link = {
    get isOpen() {
      return driver?.isOpen ?? false;
    },
    send: (message, traceparent = "") => driver?.send(message, traceparent) ?? "down",
    drained: () => driver?.drained() ?? Promise.resolve(),
    reconnect: (text) => {
      if (driver === undefined) hurry.abort();
      else driver.dispatch({ kind: "close", code: "session.going_away", text });
    },
    stopped: stayConnected(),
  } satisfies AgentLink;
  return link;

  async function stayConnected(): Promise<LinkStop> {
    let failures = 0;
    while (!options.signal.aborted) {
      // It rejects when `hello` throws or the key does not parse.
      const ended = await attempt().catch((thrown) =>
        closedWith("internal.unexpected", asAppError(thrown).message, "us"),
      );
      driver = undefined;
      if (options.signal.aborted) break;
      const isAgain = ended.next === "fatal" && (options.mayTryAgain?.(ended.code) ?? false);
      const next = reconnect(
        { ...ended, ...(isAgain ? { next: "soon" } : {}), failures },
        { soon: limits.backoffSoon, later: limits.backoffLater },
        options.random.float(),
      );
      report(isAgain ? { ...ended, next: "soon" } : ended, next.kind === "wait" ? next.waitMs : undefined);
      if (next.kind === "stop") return { kind: "fatal", code: ended.code, text: ended.text };
      failures = next.failures;
      // Only an abort rejects; the loop looks at the one that ends it.
      hurry = new AbortController();
      await options.clock.sleep(next.waitMs, AbortSignal.any([options.signal, hurry.signal])).catch(() => {});
    }
    return { kind: "aborted" };
  }

  function report(ended: Ended, retryInMs: number | undefined): void {
    const { code, text, by, next, openForMs } = ended;
    const fields = { code, text, by, openForMs, retryInMs, url: options.url };
    if (next === "fatal") options.logger.error("session.stopped", fields);
    else options.logger.warn("session.down", fields);
    const wait = retryInMs === undefined ? {} : { retryInMs };
    options.onDown?.({ code, text, by, next, wasOpen: openForMs !== undefined, ...wait });
  }

  /** One connection, from dialling to its end. */
  function attempt(): Promise<Ended> {
    return new Promise((resolve) => {
      const { tls, signal } = options;
      const socket = new WebSocket(new URL(SESSION_PATH, options.url), {
        ca: tls.ca,
        cert: tls.cert,
        key: tls.key.reveal(),
        ...(tls.servername === undefined ? {} : { servername: tls.servername }),
        minVersion: "TLSv1.3",
        rejectUnauthorized: true,
        ...(options.agent === undefined ? {} : { agent: options.agent }),
        perMessageDeflate: false,
        maxPayload: limits.frameBytesMax,
        handshakeTimeout: limits.connectMs,
      });
      let stream: Socket | undefined;
      const abort = () => socket.terminate();
      const settle = (ended: Ended | Promise<Ended>) => {
        signal.removeEventListener("abort", abort);
        resolve(ended);
      };
      signal.addEventListener("abort", abort, { once: true });
      socket.on("upgrade", (response) => {
        stream = response.socket;
      });
      // The session listens before this handler returns: an early frame or error would else meet nobody.
      socket.on("open", () =>
        settle(stream ? runSession(socket, stream) : closedWith("session.unreachable", "no socket")),
      );
      socket.on("error", (error: Error & { readonly code?: string }) => {
        settle(closedWith(codeOfFailure(error), error.message));
      });
      socket.on("unexpected-response", (request, response) => {
        request.destroy();
        settle(readRefusal(response.statusCode ?? 0, response.headers["retry-after"]));
      });
    });
  }

  async function runSession(socket: WebSocket, stream: Socket): Promise<Ended> {
    const { clock, logger } = options;
    let openedAt: number | undefined;
    let ended: Ended | undefined;
    const first = startAgent(completeHello(), limits.handshakeMs, clock.monotonicMs());
    const current = driveSession(socket, stream, first, {
      clock,
      limits: { ...limits, sendBytesMax: TO_COORDINATOR_BYTES_MAX },
      onDecide: () => {},
      onOpened: (_hello, welcome) => {
        openedAt = clock.monotonicMs();
        logger.info("session.open", { url: options.url, epoch: welcome.epoch, protocol: welcome.protocol });
        options.onWelcome(welcome);
      },
      onMessage: (message, traceparent) => options.onMessage(message as ToAgent, traceparent),
      mayHear: () => true,
      onAnswered: (askedMs) => options.onAnswered?.(askedMs),
      onSkipped: () => logger.debug("session.skipped", { url: options.url }),
      onClosed: (close) => {
        ended = openedAt === undefined ? close : { ...close, openForMs: clock.monotonicMs() - openedAt };
      },
      onFault: (thrown) => logger.error("session.fault", { text: asAppError(thrown).message }),
    });
    driver = current;
    const leave = () => current.dispatch({ kind: "close", code: "session.going_away", text: "the agent stops" });
    options.signal.addEventListener("abort", leave, { once: true });
    await current.gone;
    options.signal.removeEventListener("abort", leave);
    return ended ?? closedWith("session.unreachable", "the connection ended");
  }

  function completeHello(): Hello {
    return { kind: "hello", protocolMin: PROTOCOL.min, protocolMax: PROTOCOL.max, ...options.hello() };
  }
}

function readRefusal(status: number, retryAfter: string | undefined): Ended {
  if (status !== 503) return closedWith("session.unreachable", `the gateway answered ${status} to the upgrade`, "peer");
  const seconds = Number(retryAfter);
  const wish = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {};
  return { ...closedWith("session.busy", "the gateway is busy", "peer"), ...wish };
}

function codeOfFailure(error: Error & { readonly code?: string }): CloseCode {
  if (error instanceof AppError && Object.hasOwn(CLOSE_CODES, error.code)) return error.code as CloseCode;
  // Our own verification says so: nobody asked for an end of the session.
  if (error.code === "CERT_NOT_YET_VALID" || error.code === "CERT_HAS_EXPIRED") return "session.clock_wrong";
  return isTlsTrouble(error) ? "session.tls_failed" : "session.unreachable";
}

/** OpenSSL's verification results and Node's own TLS errors, as `error.code` names them. */
function isTlsTrouble(error: Error & { readonly code?: string }): boolean {
  return /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_)/.test(
    error.code ?? "",
  );
}

function closedWith(code: CloseCode, text: string, by: Close["by"] = "network"): Close {
  return { code, text, by, next: CLOSE_CODES[code].next };
}
