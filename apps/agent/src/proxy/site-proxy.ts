import { EventEmitter, once } from "node:events";
import { readFileSync } from "node:fs";
import type { Agent, ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from "node:tls";
import { AppError } from "@cordon/core/kernel";
import type { Dial } from "@cordon/identity";
import { HttpsProxyAgent } from "https-proxy-agent";
import type { ProxyConfig } from "../config/proxy-section.ts";
import { passesBy } from "./passes-by.ts";

/** The way out of this site: through its proxy, or straight where that is not asked for. */
export interface SiteProxy {
  /** For `http`, `https` and `ws` towards this address; undefined: straight. What it fails with is an `AppError` `proxy.*`. */
  agentFor(url: string): Agent | undefined;
  /** A plain connection to the address; undefined: straight. */
  dialFor(url: string): Dial | undefined;
}

/** How long the proxy may take to open a tunnel. */
const TUNNEL_MS = 20_000;

export function createSiteProxy(config: ProxyConfig | undefined): SiteProxy {
  const hostOf = (url: string) => new URL(url).hostname.replace(/^\[|\]$/g, "");
  const forUrl = (url: string) => (config === undefined || passesBy(config.noProxy, hostOf(url)) ? undefined : config);
  return {
    agentFor(url) {
      const way = forUrl(url);
      return way === undefined ? undefined : new TunnelAgent(way);
    },
    dialFor(url) {
      const way = forUrl(url);
      return way === undefined ? undefined : (host, port, signal) => new TunnelAgent(way).dial(host, port, signal);
    },
  };
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** The library hands a refusal of the proxy on as if the other side had said it; here it is an error of its own. */
class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #config: ProxyConfig;

  constructor(config: ProxyConfig) {
    super(config.url, {
      timeout: TUNNEL_MS,
      // Read for every tunnel, so that a changed password needs no restart; never in the address, which is logged.
      headers: () => authorizationOf(config),
      ...(config.caFile === undefined ? {} : { ca: readCa(config.caFile) }),
    });
    this.#config = config;
  }

  override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    let status: number | undefined;
    request.once("proxyConnect", (answer: { readonly statusCode: number }) => {
      status = answer.statusCode;
    });
    let socket: Socket;
    try {
      socket = await super.connect(request, verifying(options));
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError("proxy.unreachable", `${this.#config.url}: ${(cause as Error).message}`, { cause });
    }
    if (status === 200) return socket;
    socket.destroy();
    throw refusal(this.#config, status, `${options.host}:${options.port}`);
  }

  async dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
    const request = new EventEmitter();
    const aborted = once(signal, "abort").then(() => {
      throw new AppError("proxy.unreachable", `${this.#config.url} did not open the way in time`);
    });
    aborted.catch(() => {});
    const options = { host, port, secureEndpoint: false } as ConnectOptions;
    return Promise.race([this.connect(request as ClientRequest, options), aborted]);
  }
}

/** The library leaves the host out of the TLS options, and a certificate would then be compared with "localhost". */
function verifying(options: ConnectOptions): ConnectOptions {
  const { servername = "" } = options as ConnectionOptions;
  const wanted = servername === "" ? (options.host ?? "") : servername;
  return Object.assign({}, options, {
    checkServerIdentity: (_name: string, certificate: PeerCertificate) => checkServerIdentity(wanted, certificate),
  });
}

function authorizationOf({ user, password }: ProxyConfig): Record<string, string> {
  if (user === undefined) return {};
  const pair = Buffer.from(`${user}:${password?.().reveal() ?? ""}`, "utf8").toString("base64");
  return { "Proxy-Authorization": `Basic ${pair}` };
}

function refusal({ url, user }: ProxyConfig, status: number | undefined, target: string): AppError {
  if (status !== 407)
    return new AppError("proxy.refused", `${url} answered ${status} when asked for the way to ${target}`);
  const text = user === undefined ? "wants a user and a password" : `does not accept the password of ${user}`;
  return new AppError("proxy.auth_required", `${url} ${text} (407)`);
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("config.invalid", `proxy.caFile: ${(cause as Error).message}`, { cause });
  }
}
