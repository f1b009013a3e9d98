import path from "node:path";
import type { ActionKind } from "@cordon/core/action";
import { type SimulatedServer, startSimulator } from "@cordon/ksc-sim";
import { createTempFolder, eventually, startTcpProxy, type TcpProxy } from "@cordon/testkit";
import * as z from "zod";
import { type AgentProcess, createAgentProcess } from "./agent-process.ts";
import { type CoordinatorProcess, createCoordinatorProcess } from "./coordinator-process.ts";
import { createHttpsClient } from "./https-client.ts";
import { createRecordApi, type RecordApi } from "./record.ts";

/** More endpoints than all cases of one file use, each once, so that no case meets what another left behind. */
const HOSTS = 200;
/** A dead coordinator's job comes back after its lock and two searches (50 s, packages/queue limits); machines are slow. */
const SETTLE_MS_MAX = 150_000;

const RULES = `
version: 1
rules:
${(
  [
    ["isolate", "isolateHost", "{ durationSeconds: 3600 }"],
    ["terminate", "terminateProcess", "{ pid: 4711 }"],
    ["scan", "onDemandScan", "{}"],
  ] as const
)
  .map(
    ([name, kind, args]) => `
  - id: ${name}
    name: ${name}
    mode: enforce
    when: { field: Name, op: "=", value: ${name} }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: ${kind}, arguments: ${args} }]
`,
  )
  .join("")}`;

const taken = z.object({ accepted: z.number(), duplicates: z.number(), quarantined: z.number() });

export type Order = Extract<ActionKind, "isolateHost" | "terminateProcess" | "onDemandScan">;
const EVENT_NAME: Readonly<Record<Order, string>> = {
  isolateHost: "isolate",
  terminateProcess: "terminate",
  onDemandScan: "scan",
};

/** An event that asks for one action on one endpoint. */
export interface Wish {
  readonly eventId: string;
  readonly hostId: string;
  readonly kind: Order;
}

/** One customer with one site, all programs real; KSC is simulated in this process, where its truth can be read. */
export interface Estate {
  readonly coordinator: CoordinatorProcess;
  readonly agent: AgentProcess;
  readonly ksc: SimulatedServer;
  /** Between agent and coordinator. */
  readonly gatewayLine: TcpProxy;
  /** Between agent and KSC. */
  readonly kscLine: TcpProxy;
  readonly record: RecordApi;
  /** Enrols and starts another agent of the site, set to stand by, with a line of its own to the coordinator. */
  addAgent(name: string): Promise<AgentProcess>;
  /** A new event about an endpoint that no earlier case used, unless one is named. */
  wish(kind: Order, hostId?: string): Wish;
  /** One request, as KUMA sends it. Rejects or answers other than 2xx: not acknowledged. */
  send(...wishes: readonly Wish[]): Promise<{ readonly status: number; readonly accepted: number }>;
  /** Sends until it is acknowledged, as KUMA's destination does with its buffer; answers how many were new to the record. */
  deliver(...wishes: readonly Wish[]): Promise<number>;
  /** Every event that was answered with 2xx. */
  readonly acknowledged: readonly Wish[];
  actionOf(wish: Wish): Promise<string>;
  /** Waits until the record shows it; `what` is for the message when it does not come. */
  until<T>(what: string, condition: () => T | Promise<T>): Promise<Exclude<T, false | null | undefined | 0 | "">>;
  stop(): Promise<void>;
}

export async function startEstate(settings: Readonly<Record<string, string>> = {}): Promise<Estate> {
  await using opened = new AsyncDisposableStack();
  const folder = createTempFolder("cordon-faults");
  opened.defer(() => folder.remove());
  const simulator = await startSimulator({
    servers: [{ name: "hq", hosts: 0, hostList: hostList(), user: "cordon", password: "a long secret" }],
    // Fractions of a second instead of minutes; a console that returns works off what it missed.
    knobs: { taskCreateDelay: 0.05, syncInterval: 0.1, forcedSyncDelay: 0.05, taskDuration: 0.05, eventDelay: 0.02 },
    seed: 11,
    controlPort: null,
  });
  opened.defer(() => simulator.stop());
  const ksc = simulator.server("hq");
  ksc.control.setKnobs({ backlogOnReconnect: true });
  const kscLine = await startTcpProxy({ port: ksc.port });
  opened.defer(() => kscLine.stop());
  const coordinator = await createCoordinatorProcess({ folder: folder.path, settings });
  opened.defer(() => coordinator.stop());
  await coordinator.start();
  const gatewayLine = await startTcpProxy({ port: coordinator.ports.gateway });
  opened.defer(() => gatewayLine.stop());
  const record = createRecordApi(coordinator.ports.api, coordinator.authority(), coordinator.adminToken());
  opened.defer(() => record.close());
  await record.createTenant();
  await record.createSite();
  await record.putRules(RULES);
  const intakePath = new URL((await record.createSender()).url).pathname;
  const sender = createHttpsClient(coordinator.ports.intake, coordinator.authority(), {});
  opened.defer(() => sender.close());
  const agentOptions = {
    folder: folder.path,
    gatewayPort: gatewayLine.port,
    ksc: { port: kscLine.port, user: ksc.user, password: ksc.password, certificatePem: ksc.certificatePem },
  };
  const agent = createAgentProcess(agentOptions);
  opened.defer(() => agent.stop());
  await agent.enrol((await record.createEnrolmentToken()).token);
  await agent.start();

  const hosts = ksc.hosts();
  let hostsUsed = 0;
  let events = 0;
  const acknowledged: Wish[] = [];
  const until: Estate["until"] = (what, condition) =>
    eventually(condition, { what, withinMs: SETTLE_MS_MAX, everyMs: 25 }).catch((error: Error) => {
      throw new Error(`${error.message}\nAgent:\n${tail(agent.output())}\nCoordinator:\n${tailOfLog(coordinator)}`);
    });
  const send: Estate["send"] = async (...wishes) => {
    const { status, text } = await sender.send("POST", intakePath, JSON.stringify(wishes.map(bodyOf)));
    if (status < 200 || status > 299) return { status, accepted: 0 };
    acknowledged.push(...wishes);
    const { accepted, duplicates, quarantined } = taken.parse(JSON.parse(text));
    if (quarantined > 0 || accepted + duplicates !== wishes.length) throw new Error(`the intake answered ${text}`);
    return { status, accepted };
  };
  const bodyOf = ({ eventId, hostId, kind }: Wish) => ({
    ID: eventId,
    Type: 3,
    Name: EVENT_NAME[kind],
    DestinationHostName: hosts.find(({ id }) => id === hostId)?.fqdn,
  });
  await until("the agent to connect and send its endpoints", async () => {
    const { connected, endpoints } = await record.site();
    return connected && endpoints === HOSTS;
  });

  const running = opened.move();
  return {
    coordinator,
    agent,
    ksc,
    gatewayLine,
    kscLine,
    record,
    async addAgent(name) {
      const second = createAgentProcess({
        ...agentOptions,
        folder: path.join(folder.path, name),
        gatewayPort: coordinator.ports.gateway,
        standBy: true,
      });
      running.defer(() => second.stop());
      await second.enrol((await record.createEnrolmentToken()).token);
      await second.start();
      return second;
    },
    wish(kind, hostId) {
      const host = hostId ?? hosts[hostsUsed++]?.id;
      if (host === undefined) throw new RangeError(`all ${HOSTS} endpoints are used: raise HOSTS`);
      return { eventId: `event-${++events}`, hostId: host, kind };
    },
    send,
    async deliver(...wishes) {
      const { accepted } = await until("the intake to acknowledge", async () => {
        const answer = await send(...wishes);
        return answer.status === 200 && answer;
      });
      return accepted;
    },
    acknowledged,
    async actionOf({ eventId }) {
      const { actions } = await record.event(eventId);
      const [action] = actions;
      if (action === undefined || actions.length > 1) throw new Error(`${eventId} led to ${actions.length} actions`);
      return action.actionId;
    },
    until,
    stop: () => running.disposeAsync(),
  };
}

function hostList() {
  return Array.from({ length: HOSTS }, (_, index) => ({
    name: `ws-${index}`,
    fqdn: `ws-${index}.hq.example`,
    kesVersion: "12.9.0.384",
  }));
}

const TAIL_LINES = 25;

function tail(text: string): string {
  return text.trim().split("\n").slice(-TAIL_LINES).join("\n");
}

function tailOfLog(coordinator: CoordinatorProcess): string {
  // The condition that was waited for asked the API all the time.
  const said = coordinator.log().filter(({ op }) => op !== "api.request");
  const lines = said.slice(-TAIL_LINES);
  return lines.map((line) => JSON.stringify(line)).join("\n");
}
