import { readFileSync } from "node:fs";
import { request } from "node:https";
import { type Ready, readConfig, startCoordinator } from "@cordon/coordinator";
import type { ActionState } from "@cordon/core/action";
import type { Endpoint } from "@cordon/core/endpoint";
import {
  addMs,
  type EndpointId,
  Secret,
  type SiteId,
  silentLogger,
  systemClock,
  systemRandom,
} from "@cordon/core/kernel";
import { createAgentRequest, fetchPinnedRoot, parseEnrolmentToken } from "@cordon/identity";
import { type AgentLink, connectAgent, decodeOrder, type ToAgent } from "@cordon/protocol";
import { createTempFolder, databaseSettings, eventually, startTestPostgres } from "@cordon/testkit";
import { cordon, type Run, type RunOptions } from "./run-cli.ts";

/** A coordinator on free ports with one tenant and one site, and a user who is logged in to it. */
export interface TestWorld extends AsyncDisposable {
  readonly ready: Ready;
  readonly caFile: string;
  readonly token: string;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** A command of that user. */
  cordon(argv: readonly string[], options?: RunOptions): Promise<Run>;
  /** Its JSON; fails when the exit code is another than `code`. */
  json<T = Record<string, unknown>>(argv: readonly string[], code?: number): Promise<T>;
  /** An event as KUMA would post it, with a credential that the command made; the status it is answered with. */
  sendEvent(event: object, as: { readonly user: string; readonly password: string }): Promise<number>;
  /** Enrols and connects an agent of the site with two endpoints. */
  connectAgent(): Promise<TestAgent>;
}

export interface TestAgent {
  readonly link: AgentLink;
  readonly received: readonly (ToAgent | ReturnType<typeof decodeOrder>["body"])[];
  report(actionId: string, ...states: readonly ActionState[]): void;
  stop(): Promise<void>;
}

export async function startTestWorld(settings: Readonly<Record<string, string>> = {}): Promise<TestWorld> {
  const postgres = await startTestPostgres();
  const folder = createTempFolder("cordon-cli");
  const config = readConfig({
    CORDON_DATA_DIR: `${folder.path}/data`,
    ...databaseSettings(postgres.url),
    CORDON_INTAKE_PORT: "0",
    CORDON_API_PORT: "0",
    CORDON_GATEWAY_PORT: "0",
    ...settings,
  });
  const coordinator = await startCoordinator(config, { clock: systemClock, random: systemRandom });
  const { ready } = coordinator;
  const ca = readFileSync(ready.caFile, "utf8");
  const token = readFileSync(ready.adminTokenFile, "utf8").trim();
  const env = { CORDON_CONFIG_DIR: `${folder.path}/config` };
  const agents: TestAgent[] = [];
  const run: TestWorld["cordon"] = (argv, options = {}) => cordon(argv, { env, ...options });
  const world: TestWorld = {
    ready,
    caFile: ready.caFile,
    token,
    env,
    folder: folder.path,
    cordon: run,
    json: async <T>(argv: readonly string[], code = 0): Promise<T> => {
      const { code: actual, out, err } = await run([...argv, "--json"]);
      if (actual !== code) throw new Error(`cordon ${argv.join(" ")} ended with ${actual}: ${out}${err}`);
      return JSON.parse(out) as T;
    },
    sendEvent: async (event, { user, password }) => {
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
      const url = new URL(`https://localhost:${ready.ports.intake}/`);
      return (await send({ url, ca, headers: { authorization }, body: JSON.stringify(event) })).status;
    },
    connectAgent: async () => {
      const agent = await connect(world);
      agents.push(agent);
      return agent;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(agents.map((agent) => agent.stop()));
      await coordinator.stop();
      await postgres.stop();
      folder.remove();
    },
  };
  const login = await run(["login", ready.urls.api, "--ca-file", ready.caFile, "--token-file", ready.adminTokenFile]);
  if (login.code !== 0) throw new Error(login.err);
  for (const argv of [
    ["tenants", "add", "acme", "--name", "Acme"],
    ["profiles", "set-tenant", "acme"],
    ["sites", "add", "hq", "--name", "Head office", "--alias", "ksc.acme.example"],
  ]) {
    const { code, err } = await run(argv);
    if (code !== 0) throw new Error(err);
  }
  return world;
}

const endpoint = (id: string, fqdn: string): Endpoint => ({
  endpointId: id as EndpointId,
  displayName: fqdn.split(".")[0]?.toUpperCase() ?? fqdn,
  fqdn,
  addresses: ["10.20.4.114"],
  kesVersion: "12.9.0.384",
  edrStatus: 4,
  statusMask: 25,
});

/** As the wire shows a real one: enrolled with a token that the command made. */
async function connect(world: TestWorld): Promise<TestAgent> {
  const made = await world.json<{ token: string }>(["enrolment-token", "create", "hq"]);
  const token = parseEnrolmentToken(new Secret(made.token));
  if (token === undefined) throw new Error("that is no token");
  const ca = await fetchPinnedRoot(token.url, token.caFingerprint, AbortSignal.timeout(30_000));
  const { csrPem, privateKeyPem } = await createAgentRequest();
  const body = { secret: token.secret.reveal(), csr: csrPem, agentVersion: "0.1.0", machineName: "test" };
  const identity = JSON.parse(await enroll(token.url, ca, body)) as Record<string, string>;
  const received: (ToAgent | ReturnType<typeof decodeOrder>["body"])[] = [];
  const stopping = new AbortController();
  let epoch = 0;
  let seq = 0;
  const link = connectAgent({
    url: identity.gatewayUrl ?? "",
    tls: { ca: identity.authority ?? "", cert: identity.certificate ?? "", key: privateKeyPem },
    hello: () => ({
      agentVersion: "0.1.0",
      siteId: "hq" as SiteId,
      ledgerId: "ledger-1",
      standBy: false,
      epoch,
      statusSeq: seq,
      inventoryVersion: 0,
      ledger: { endpoints: 0, open: 0, deferred: 0 },
      serviceConsole: "up",
      agentTime: systemClock.now(),
    }),
    onWelcome: (welcome) => {
      epoch = welcome.epoch;
    },
    onMessage: (message) => {
      const said = message.kind === "signedOrder" ? decodeOrder(message.payload).body : message;
      received.push(said);
      if (said.kind === "offer") {
        link.send({ kind: "receipt", actionId: said.order.actionId, verdict: { kind: "accepted" } });
      }
    },
    signal: stopping.signal,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  await eventually(() => link.isOpen, { what: "the agent to be welcomed" });
  const endpoints = [endpoint("host-1", "ws-1.acme.example"), endpoint("host-2", "ws-2.acme.example")];
  link.send({ kind: "inventorySnapshot", version: 1, part: 0, last: true, endpoints });
  await eventually(() => received.some(({ kind }) => kind === "inventoryAck"), { what: "the inventory" });
  return {
    link,
    received,
    report: (actionId, ...states) => {
      const statuses = states.map((state) => ({
        seq: ++seq,
        actionId: actionId as never,
        state,
        at: addMs(systemClock.now(), seq),
        detail: { evidence: { rung: "task" as const } },
      }));
      link.send({ kind: "statusBatch", statuses });
    },
    stop: async () => {
      stopping.abort();
      await link.stopped;
    },
  };
}

function enroll(url: string, ca: string, body: object): Promise<string> {
  return send({ url: new URL("/agent/v1/enroll", url), ca, headers: {}, body: JSON.stringify(body) }).then(
    ({ text }) => text,
  );
}

interface Sending {
  readonly url: URL;
  readonly ca: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function send({ url, ca, headers, body }: Sending): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const all = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), ...headers };
    const outgoing = request(url, { method: "POST", ca, headers: all, agent: false }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => {
        text += chunk;
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, text }));
      incoming.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
