import type { Edr } from "@cordon/agent-core";
import type { Clock, Logger, Random } from "@cordon/core/kernel";
import { parseReleaseKey } from "@cordon/core/release";
import type { UpdateReport } from "@cordon/protocol";
import type { AgentConfig } from "../config/index.ts";
import type { SiteProxy } from "../proxy/site-proxy.ts";
import { AGENT_VERSION } from "../version.ts";
import type { GatewayAddress } from "./fetch-release.ts";
import { agentTarget, type Launch } from "./launch.ts";
import { openReleaseStore } from "./release-store.ts";
import { createUpdates, type Updates } from "./updates.ts";

/** The agent's updates, as configuration, identity and this process make them. */
export function startUpdates(
  {
    config,
    tls,
    url,
    launch,
    proxy,
  }: {
    readonly config: AgentConfig;
    /** Certificates are renewed: read anew for every download. */
    readonly tls: GatewayAddress["tls"];
    /** The gateway's. */
    readonly url: string;
    readonly launch: Launch;
    readonly proxy: SiteProxy;
  },
  deps: {
    readonly edr: Edr;
    readonly clock: Clock;
    readonly random: Random;
    readonly logger: Logger;
    readonly busy: () => number;
    readonly report: (report: UpdateReport) => void;
    readonly restart: () => void;
  },
): Updates {
  return createUpdates({
    ...deps,
    config: config.update,
    keys: config.update.publicKeys.map(parseReleaseKey),
    store: openReleaseStore(config.stateDir),
    gateway: {
      url,
      tls,
      agent: proxy.agentFor(url),
    },
    launch,
    running: AGENT_VERSION,
    target: agentTarget(),
    kscWorks: async (signal) => {
      await deps.edr.serverInfo(signal);
      return true;
    },
  });
}
