import { X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { AppError } from "@cordon/core/kernel";
import { certificateFingerprint } from "./fingerprint.ts";

/** A chain of ours is two long; a hostile one is not followed further. */
const CHAIN_MAX = 5;

/** Opens the way to an address otherwise than straight, as through a proxy. Throws what tells why it cannot. */
export type Dial = (host: string, port: number, signal: AbortSignal) => Promise<Socket>;

/**
 * Fetches the root certificate that a coordinator shows and returns it (PEM) only if its fingerprint is the pinned one;
 * otherwise `enrolment.ca_mismatch`. Nothing is sent on this first, unverified connection: the caller opens its own with the
 * returned root as the only trusted CA. Throws `enrolment.unreachable` when nothing answers.
 */
export async function fetchPinnedRoot(
  url: string,
  fingerprint: string,
  signal: AbortSignal,
  dial?: Dial,
): Promise<string> {
  const { hostname, port: given } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const port = given === "" ? 443 : Number(given);
  const tunnel = await dial?.(host, port, signal);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      ...(tunnel === undefined ? {} : { socket: tunnel }),
      ...(isIP(host) ? {} : { servername: host }),
      rejectUnauthorized: false,
      minVersion: "TLSv1.3",
    });
    const abort = () => fail(signal.reason);
    const fail = (cause: unknown) => {
      settle();
      reject(new AppError("enrolment.unreachable", `no TLS answer from ${host}:${port}`, { cause }));
    };
    const settle = () => {
      signal.removeEventListener("abort", abort);
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.destroy();
    };
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) return abort();
    socket.once("error", fail);
    socket.once("close", () => fail(new Error("the peer closed the connection")));
    socket.once("secureConnect", () => {
      const root = findInChain(socket.getPeerCertificate(true), fingerprint);
      settle();
      if (root) return resolve(root);
      reject(
        new AppError("enrolment.ca_mismatch", `${host}:${port} shows no certificate with fingerprint ${fingerprint}`),
      );
    });
  });
}

function findInChain(leaf: DetailedPeerCertificate, fingerprint: string): string | undefined {
  let current: DetailedPeerCertificate | undefined = leaf;
  for (let depth = 0; depth < CHAIN_MAX && current?.raw; depth += 1) {
    if (certificateFingerprint(current.raw) === fingerprint) return new X509Certificate(current.raw).toString();
    if (current.issuerCertificate === current) return undefined;
    current = current.issuerCertificate;
  }
  return undefined;
}
