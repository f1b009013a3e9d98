import type { Edr } from "@cordon/agent-core";
import type { ActionArgs, ActionOrder } from "@cordon/core/action";
import { actionId, endpointId, epochMs, Secret } from "@cordon/core/kernel";
import { type Knobs, type SimulatedServer, startSimulator } from "@cordon/ksc-sim";
import { createKscClient, createKscEdr, type KscClientOptions } from "../src/index.ts";

/** Everything that takes minutes in life happens within moments. */
const QUICK: Partial<Knobs> = {
  taskCreateDelay: 0.05,
  syncInterval: 0.1,
  taskDuration: 0.05,
  scanDuration: 0.05,
  eventDelay: 0,
};

export interface SimulatedSite {
  readonly server: SimulatedServer;
  readonly edr: Edr;
  /** Calls since the last call of this function, without logins. */
  calls(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** A simulated KSC in this process and the real adapter in front of it. */
export async function startSimulatedSite(
  given: {
    readonly knobs?: Partial<Knobs>;
    readonly hosts?: number;
    readonly settings?: unknown;
    readonly options?: Partial<KscClientOptions>;
  } = {},
): Promise<SimulatedSite> {
  const simulator = await startSimulator({
    seed: 7,
    controlPort: null,
    servers: [{ name: "site-a", hosts: given.hosts ?? 12, knobs: { ...QUICK, ...given.knobs } }],
  });
  const server = simulator.server("site-a");
  const client = createKscClient({
    host: "127.0.0.1",
    port: server.port,
    trust: { pinPem: server.certificatePem },
    credentials: { scheme: "KSCBasic", user: server.user, password: new Secret(server.password) },
    ...given.options,
  });
  const edr = createKscEdr({ client, settings: given.settings });
  let before: Readonly<Record<string, number>> = {};
  return {
    server,
    edr,
    calls() {
      const now = server.control.truth().calls;
      const since = Object.entries(now).map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)]);
      before = { ...now };
      return Object.fromEntries(since.filter(([name, count]) => count > 0 && !/Session|login/.test(name)));
    },
    async stop() {
      await edr.close();
      await simulator.stop();
    },
  };
}

let orders = 0;

export function orderFor(host: string, spec: ActionArgs): ActionOrder {
  orders += 1;
  return {
    actionId: actionId(`act_${String(orders).padStart(32, "0")}`),
    endpointId: endpointId(host),
    spec,
    deadline: epochMs(Date.UTC(2100, 0, 1)),
  };
}
