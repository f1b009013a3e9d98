import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { AppError } from "@cordon/core/kernel";
import { certificateFingerprint } from "./fingerprint.ts";

/** A chain of ours is two long; a hostile one is not followed further. */
const CHAIN_MAX = 5;

/**
 * Fetches the root certificate that a coordinator shows and returns it (PEM) only if its fingerprint is the pinned one;
 * otherwise `enrolment.ca_mismatch`. Nothing is sent on this first, unverified connection: the caller opens its own with the
 * returned root as the only trusted CA. Throws `enrolment.unreachable` when nothing answers.
 */
export function fetchPinnedRoot(url: string, fingerprint: string, signal: AbortSignal): Promise<string> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: port === "" ? 443 : Number(port),
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
