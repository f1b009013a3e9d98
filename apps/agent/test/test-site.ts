import { writeFileSync } from "node:fs";
import path from "node:path";
import { openLedgerReader } from "@cordon/agent-store";
import { type Logger, silentLogger } from "@cordon/core/kernel";
import { type HostConfig, type Knobs, type SimulatedServer, startSimulator } from "@cordon/ksc-sim";
import { createTempFolder, type Program, spawnProgram, startTcpProxy, type TcpProxy } from "@cordon/testkit";
import { stringify } from "yaml";
import { loadConfig, type RunningAgent, startAgent } from "../src/index.ts";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");

/** A KSC that does in fractions of a second what a real one does in minutes. */
const QUICK: Partial<Knobs> = {
  taskCreateDelay: 0.05,
  syncInterval: 0.1,
  taskDuration: 0.05,
  scanDuration: 0.05,
  eventDelay: 0.02,
};

/** One site: a simulated KSC, a coordinator to talk to and an enrolled agent's folder. */
export interface TestSite extends AsyncDisposable {
  readonly ksc: SimulatedServer;
  readonly coordinator: TestCoordinator;
  /** The line between agent and coordinator. */
  readonly line: TcpProxy;
  readonly stateDir: string;
  readonly configFile: string;
  readonly hosts: readonly string[];
  /** Starts the agent inside this process. */
  start(logger?: Logger): Promise<RunningAgent>;
  /** Starts the agent as a process of its own. */
  spawn(options?: { readonly connected?: boolean }): Promise<Program>;
  incidentsOf(actionId: string): number;
  ledgerState(actionId: string): string | undefined;
}

export interface SiteOptions {
  readonly knobs?: Partial<Knobs>;
  readonly hosts?: number;
  /** Of the endpoints; instead of `hosts`. */
  readonly names?: readonly string[];
  readonly password?: string;
  /** Instead of a folder beside the configuration. */
  readonly stateDir?: string;
  /** Merged over the configuration's top. */
  readonly top?: Readonly<Record<string, unknown>>;
  /** Merged over the configuration's parts; other parts are taken as they are. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export async function startTestSite(options: SiteOptions = {}): Promise<TestSite> {
  const folder = createTempFolder("cordon-agent");
  const simulator = await startSimulator({
    servers: [{ name: "site-a", hosts: 0, hostList: hostList(options), user: "soc", password: "secret" }],
    knobs: { ...QUICK, ...options.knobs },
    seed: 7,
    controlPort: null,
  });
  const ksc = simulator.server("site-a");
  const coordinator = await startTestCoordinator();
  const line = await startTcpProxy({ port: Number(new URL(coordinator.url).port) });
  const stateDir = options.stateDir ?? path.join(folder.path, "state");
  const configFile = path.join(folder.path, "agent.yaml");
  const passwordFile = path.join(folder.path, "password");
  writeFileSync(passwordFile, options.password ?? "secret", { mode: 0o600 });
  writeFileSync(path.join(folder.path, "ksc.pem"), ksc.certificatePem);
  const { ksc: kscConfig = {}, polling = {}, ...others } = options.config ?? {};
  writeFileSync(
    configFile,
    stringify({
      stateDir: options.stateDir ?? "state",
      coordinator: { url: `wss://127.0.0.1:${line.port}` },
      ksc: { url: ksc.url, user: "soc", passwordFile, trust: { pinFile: "ksc.pem" }, ...kscConfig },
      polling: {
        minSeconds: 0.05,
        maxSeconds: 0.5,
        doubtSettleSeconds: 0.2,
        budgetSeconds: 0.2,
        // The simulated estate does in a second what a real one does in minutes.
        courtesyCallsPerMinute: 6_000,
        ...polling,
      },
      ...others,
      ...options.top,
    }),
  );
  await coordinator.enrol(stateDir);
  const running = new Set<{ stop(): Promise<unknown> }>();

  return {
    ksc,
    coordinator,
    line,
    stateDir,
    configFile,
    hosts: ksc.hosts().map(({ id }) => id),
    async start(logger = silentLogger) {
      const agent = await startAgent(loadConfig(configFile, {}), { logger });
      running.add(agent);
      await coordinator.connected();
      return agent;
    },
    async spawn({ connected = true } = {}) {
      const program = spawnProgram({ argv: [process.execPath, MAIN, "-c", configFile, "run"] });
      running.add({ stop: () => program.end() });
      if (connected) await coordinator.connected();
      return program;
    },
    incidentsOf: (actionId) => ksc.control.truth().incidents.filter(({ body }) => body.includes(actionId)).length,
    ledgerState(actionId) {
      const reader = openLedgerReader(stateDir);
      try {
        return reader?.find(actionId as never)?.state;
      } finally {
        reader?.close();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const agent of running) await agent.stop().catch(() => {});
      await line.stop();
      await coordinator[Symbol.asyncDispose]();
      await simulator.stop();
      folder.remove();
    },
  };
}

/** KES that knows the response tasks. */
const hostList = ({ hosts = 4, names }: SiteOptions): HostConfig[] =>
  (names ?? Array.from({ length: hosts }, (_, index) => `ws-${index}`)).map((name) => ({
    name,
    kesVersion: "12.9.0.384",
  }));

export const hostOf = (site: TestSite, index = 0): string => site.hosts[index] ?? "missing";
