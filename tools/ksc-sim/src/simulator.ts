import { createHash } from "node:crypto";
import { checkConfig } from "./config/check-config.ts";
import { DEFAULT_KNOBS } from "./config/knobs.ts";
import type { ControlServer } from "./control/control-server.ts";
import { serveControl } from "./control/control-server.ts";
import { createServerControl, summarizeHost } from "./control/server-control.ts";
import { createAccounts, usersOf } from "./http/accounts.ts";
import type { ServerIdentity } from "./http/certificate.ts";
import { createServerIdentity } from "./http/certificate.ts";
import { createFaults } from "./http/faults.ts";
import { createOneTimeTokens } from "./http/one-time-tokens.ts";
import type { SiteServer } from "./http/server.ts";
import { serveSite } from "./http/server.ts";
import { createSessionStore } from "./http/sessions.ts";
import type { Site } from "./http/site.ts";
import type { SimClock } from "./model/clock.ts";
import { createSystemClock } from "./model/clock.ts";
import { createRandom } from "./model/random.ts";
import { createWorld, tick } from "./model/world.ts";
import type { ServerConfig, SimulatedServer, Simulator, SimulatorConfig } from "./types.ts";

const LOOPBACK = "127.0.0.1";

/** Starts every configured server and the control API. Resolves when all of them listen; rejects with all of them stopped. */
export async function startSimulator(config: SimulatorConfig): Promise<Simulator> {
  checkConfig(config);
  const clock = config.clock ?? createSystemClock();
  const listening: (SiteServer | ControlServer)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(listening.splice(0).map((server) => server.close()));
  };
  try {
    const identities = await Promise.all(
      config.servers.map((server) => createServerIdentity(server.name, server.names ?? [], clock.now())),
    );
    const sites = config.servers.map((server, index) =>
      createSite(config, server, identities[index]?.certificatePem ?? "", clock),
    );
    linkHierarchy(sites);
    const tickAll = (): void => {
      for (const site of sites) tick(site.world);
    };
    const servers: SimulatedServer[] = [];
    for (const [index, site] of sites.entries()) {
      const identity: ServerIdentity | undefined = identities[index];
      if (identity === undefined) continue;
      const host = config.host ?? LOOPBACK;
      const server = await serveSite(site, identity, { host, port: site.config.port ?? 0 });
      listening.push(server);
      site.port = server.port;
      servers.push(describeServer(site, host, tickAll));
    }
    let controlUrl: string | undefined;
    if (config.controlPort !== null) {
      const control = await serveControl(servers, clock, config.controlPort ?? 0);
      listening.push(control);
      controlUrl = control.url;
    }
    return {
      servers,
      server: (name) => {
        const found = servers.find((server) => server.name === name);
        if (found === undefined)
          throw new RangeError(
            `No simulated server "${name}"; there are ${servers.map((server) => server.name).join(", ")}.`,
          );
        return found;
      },
      controlUrl,
      clock,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createSite(config: SimulatorConfig, server: ServerConfig, certificatePem: string, clock: SimClock): Site {
  const seed = config.seed ?? 1;
  const knobs = { ...DEFAULT_KNOBS, ...config.knobs, ...server.knobs };
  const world = createWorld({ server, seed, timeScale: config.timeScale ?? 1, clock, knobs });
  const faultRandom = createRandom(`${seed}/${server.name}/faults`);
  return {
    config: server,
    name: server.name,
    instanceId: createHash("sha256").update(`${seed}/${server.name}`).digest("hex").slice(0, 32),
    world,
    accounts: createAccounts(usersOf(server), () => world.knobs),
    sessions: createSessionStore(() => world.knobs.sessionIdleSeconds * 1000),
    faults: createFaults((probability) => faultRandom.chance(probability)),
    calls: new Map(),
    logonTokens: createOneTimeTokens(),
    gatewayKeys: createOneTimeTokens(),
    downloads: new Map(),
    actionOwners: new Map(),
    secondaries: new Map(),
    primary: undefined,
    certificatePem,
    port: 0,
    closeConnections: () => {},
  };
}

/** Each secondary has one primary; ids count per primary. */
function linkHierarchy(sites: readonly Site[]): void {
  for (const site of sites) {
    const primary = sites.find((other) => other.name === site.config.secondaryOf);
    if (primary === undefined) continue;
    site.primary = primary;
    primary.secondaries.set(primary.secondaries.size + 1, site);
  }
}

function describeServer(site: Site, host: string, tickAll: () => void): SimulatedServer {
  const [user] = usersOf(site.config);
  return {
    name: site.name,
    url: `https://${host}:${site.port}`,
    port: site.port,
    certificatePem: site.certificatePem,
    user: user?.user ?? "",
    password: user?.password ?? "",
    hosts: () => [...site.world.hosts.values()].map(summarizeHost),
    control: createServerControl(site, tickAll),
  };
}
