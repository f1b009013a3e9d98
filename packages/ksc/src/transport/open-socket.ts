import { isIP, type Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { type AppError, asAppError, type Clock } from "@cordon/core/kernel";
import { callError } from "../errors/delivery.ts";
import { fingerprintOf, type Trust } from "./trust.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly trust: Trust;
  readonly connectTimeoutMs: number;
  /** The way there when it is not a straight one: a plain connection to KSC's port, through a proxy for instance. */
  readonly dial?: Dial | undefined;
}

export type Dial = (host: string, port: number, signal: AbortSignal) => Promise<Socket>;

/**
 * Connects and judges the certificate before the socket is handed out, so that no byte of a request, and no password, ever
 * reaches a server that failed. Rejects with `ksc.unreachable` or `ksc.certificate_mismatch`, both `not_sent`.
 */
export async function openVerifiedSocket(address: Address, clock: Clock): Promise<TLSSocket> {
  if (address.dial === undefined) return shakeHands(address, clock, undefined);
  const startedMs = clock.monotonicMs();
  const way = await dialled(address, address.dial, clock);
  const leftMs = address.connectTimeoutMs - (clock.monotonicMs() - startedMs);
  return shakeHands({ ...address, connectTimeoutMs: Math.max(1, Math.ceil(leftMs)) }, clock, way);
}

async function dialled({ host, port, connectTimeoutMs }: Address, dial: Dial, clock: Clock): Promise<Socket> {
  const patience = new AbortController();
  const cancelTimer = clock.after(connectTimeoutMs, () => patience.abort());
  try {
    return await dial(host, port, patience.signal);
  } catch (cause) {
    const text = `${host}:${port}: ${asAppError(cause).message}`;
    throw callError("ksc.unreachable", "connect", text, "not_sent", cause);
  } finally {
    cancelTimer();
  }
}

function shakeHands(address: Address, clock: Clock, way: Socket | undefined): Promise<TLSSocket> {
  const { host, port, trust } = address;
  return new Promise((resolve, reject) => {
    const name = trust.kind === "ca" ? (trust.serverName ?? host) : host;
    const socket = connect({
      ...(way === undefined ? { host, port } : { socket: way }),
      ...(isIP(name) ? {} : { servername: name }),
      ...(trust.kind === "ca" ? { ca: trust.pem } : {}),
      // The verdict is passed below, for both kinds of trust in one place, and before the socket is used.
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
      ALPNProtocols: ["http/1.1"],
    });
    const end = (error: AppError): void => {
      cancelTimer();
      // Late errors of a socket that was given up have nobody left to tell.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const where = `${host}:${port}`;
    const unreachable = (problem: string, cause?: unknown) =>
      end(callError("ksc.unreachable", "connect", `${where}: ${problem}`, "not_sent", cause));
    const cancelTimer = clock.after(address.connectTimeoutMs, () =>
      unreachable(`no connection within ${address.connectTimeoutMs} ms`),
    );
    const onError = (cause: Error) => unreachable(cause.message, cause);
    const onClose = () => unreachable("the connection was closed during the TLS handshake");
    socket.once("error", onError);
    socket.once("close", onClose);
    socket.once("secureConnect", () => {
      const problem = judge(socket, trust);
      if (problem !== undefined) {
        return end(callError("ksc.certificate_mismatch", "connect", `${where}: ${problem}`, "not_sent"));
      }
      cancelTimer();
      socket.off("error", onError);
      socket.off("close", onClose);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

function judge(socket: TLSSocket, trust: Trust): string | undefined {
  if (trust.kind === "ca") {
    return socket.authorized ? undefined : `the certificate is not accepted (${String(socket.authorizationError)})`;
  }
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return "the server showed no certificate";
  const shown = fingerprintOf(certificate);
  return trust.sha256.includes(shown) ? undefined : `the certificate shown has SHA-256 ${shown}, which is not pinned`;
}
