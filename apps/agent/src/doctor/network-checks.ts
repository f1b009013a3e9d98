import { lookup } from "node:dns/promises";
import { isIP, connect as tcpConnect } from "node:net";
import {
  type ConnectionOptions,
  checkServerIdentity as compareNames,
  type PeerCertificate,
  connect as tlsConnect,
} from "node:tls";
import type { Check } from "./check.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

export function addressOf(url: string, defaultPort: number): Address {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? defaultPort : Number(port) };
}

export function dnsCheck(name: string, { host }: Address, needs: readonly string[]): Check {
  return {
    name,
    needs,
    async run() {
      if (isIP(host) !== 0) return { outcome: "ok", text: `${host} is an address` };
      try {
        const found = await lookup(host, { all: true });
        return { outcome: "ok", text: `${host} is ${found.map(({ address }) => address).join(", ")}` };
      } catch (error) {
        const mend = "Correct the name in the configuration, or the machine's DNS servers.";
        return { outcome: "failed", text: `${host} has no address (${(error as Error).message})`, mend };
      }
    },
  };
}

export function tcpCheck(name: string, address: Address, needs: readonly string[]): Check {
  const { host, port } = address;
  return {
    name,
    needs,
    run: (signal) =>
      new Promise((resolve) => {
        const socket = tcpConnect({ host, port, signal });
        socket.once("connect", () => {
          socket.destroy();
          resolve({ outcome: "ok", text: `${host}:${port} takes connections` });
        });
        socket.once("error", (error) => {
          const mend = "Check that the service listens there, and the firewalls in between.";
          resolve({ outcome: "failed", text: `${host}:${port}: ${error.message}`, mend });
        });
      }),
  };
}

export interface TlsFacts {
  /** SHA-256 of the certificate shown, hex. */
  readonly fingerprint: string;
  readonly validTo: string;
  readonly authorized: boolean;
  readonly problem: string;
}

/** One handshake. Nothing is sent; whether what was shown is right is the caller's to judge. */
export function tlsFacts(address: Address, options: ConnectionOptions, signal: AbortSignal): Promise<TlsFacts> {
  const { host, port } = address;
  return new Promise((resolve, reject) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const checkServerIdentity = (_name: string, certificate: PeerCertificate) => compareNames(host, certificate);
    const to = { host, port, ...name, ...options, checkServerIdentity, rejectUnauthorized: false };
    const socket = tlsConnect(to);
    const abort = () => socket.destroy(new Error("no TLS answer in time"));
    signal.addEventListener("abort", abort, { once: true });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const { fingerprint256 = "", valid_to: validTo = "" } = socket.getPeerCertificate();
      signal.removeEventListener("abort", abort);
      const problem = socket.authorizationError?.toString() ?? "";
      socket.destroy();
      resolve({
        fingerprint: fingerprint256.replaceAll(":", "").toLowerCase(),
        validTo,
        authorized: socket.authorized,
        problem,
      });
    });
  });
}
