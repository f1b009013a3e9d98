import type { Edr } from "@cordon/agent-core";
import { Secret } from "@cordon/core/kernel";
import { type Knobs, type ServerConfig, type SimulatedServer, startSimulator } from "@cordon/ksc-sim";
import { createKscClient, createKscEdr, type KscClientOptions } from "../src/index.ts";

export interface EdrSite extends AsyncDisposable {
  readonly server: SimulatedServer;
  readonly edr: Edr;
  /** Another adapter to the same server. */
  connect(settings?: unknown, options?: Partial<KscClientOptions>): Edr;
}

/** Everything that takes minutes in life happens within moments. */
const QUICK: Partial<Knobs> = {
  taskCreateDelay: 0.05,
  syncInterval: 0.1,
  taskDuration: 0.05,
  scanDuration: 0.05,
  eventDelay: 0,
};

/** One simulated server and the adapter on it. */
export async function startEdrSite(
  given: {
    readonly server?: Partial<ServerConfig>;
    readonly settings?: unknown;
    readonly options?: Partial<KscClientOptions>;
  } = {},
): Promise<EdrSite> {
  const simulator = await startSimulator({
    seed: 7,
    controlPort: null,
    servers: [{ name: "site-a", hosts: 12, ...given.server, knobs: { ...QUICK, ...given.server?.knobs } }],
  });
  const server = simulator.server("site-a");
  const open: Edr[] = [];
  const connect = (settings?: unknown, options: Partial<KscClientOptions> = {}): Edr => {
    const client = createKscClient({
      host: "127.0.0.1",
      port: server.port,
      trust: { pinPem: server.certificatePem },
      credentials: { scheme: "KSCBasic", user: server.user, password: new Secret(server.password) },
      ...options,
    });
    const edr = createKscEdr({ client, settings });
    open.push(edr);
    return edr;
  };
  return {
    server,
    edr: connect(given.settings, given.options),
    connect,
    [Symbol.asyncDispose]: async () => {
      for (const edr of open) await edr.close();
      await simulator.stop();
    },
  };
}
