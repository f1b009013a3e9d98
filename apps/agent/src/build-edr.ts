import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import type { Edr } from "@cordon/agent-core";
import { AppError, type Clock, type Logger, type Random } from "@cordon/core/kernel";
import { createKscClient, createKscEdr, type Dial, type TrustSettings } from "@cordon/ksc";
import type { AgentConfig } from "./config/index.ts";
import { wayOut } from "./proxy/way-out.ts";

/** The site's EDR as the configuration describes it. Opens nothing yet. */
export function buildEdr(
  config: AgentConfig,
  deps: { readonly clock: Clock; readonly random: Random; readonly logger: Logger },
): Edr {
  const { ksc } = config;
  const url = new URL(ksc.url);
  const client = createKscClient({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    dial: ksc.throughProxy ? dialThrough(config) : undefined,
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    credentials: {
      scheme: "KSCBasic",
      user: ksc.user,
      password: config.kscPassword(),
      ...(ksc.domain === undefined ? {} : { domain: ksc.domain }),
      ...(ksc.internalUser === undefined ? {} : { internalUser: ksc.internalUser }),
    },
    trust: trustOf(config),
    virtualServer: ksc.virtualServer,
    sessions: ksc.sessions,
    loginMode: ksc.loginMode,
    timeoutMs: Math.round(ksc.timeoutSeconds * 1_000),
    ...deps,
  });
  return createKscEdr({ client, settings: config.edr, clock: deps.clock, logger: deps.logger });
}

/** What opens tunnels is loaded with the first connection. */
function dialThrough({ proxy, ksc }: AgentConfig): Dial {
  return async (host, port, signal) => {
    const dial = (await wayOut(proxy)).dialFor(ksc.url) ?? straight;
    return dial(host, port, signal);
  };
}

/** `proxy.noProxy` names KSC. */
const straight: Dial = async (host, port, signal) => {
  const socket = connect({ host, port, signal });
  await once(socket, "connect");
  return socket;
};

/** KSC's Open API port when the address names none. */
const DEFAULT_PORT = 13_299;

function trustOf({ ksc: { trust } }: AgentConfig): TrustSettings {
  return {
    pinSha256: trust.pinSha256,
    ...(trust.pinFile === undefined ? {} : { pinPem: readText(trust.pinFile, "ksc.trust.pinFile") }),
    ...(trust.caFile === undefined ? {} : { caPem: readText(trust.caFile, "ksc.trust.caFile") }),
    serverName: trust.serverName,
  };
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("config.invalid", `${what}: ${(cause as Error).message}`, { cause });
  }
}
