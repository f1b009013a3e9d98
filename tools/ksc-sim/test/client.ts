import type { IncomingHttpHeaders } from "node:http";
import https from "node:https";
import type { Knobs, ServerConfig, SimulatedServer, Simulator, SimulatorConfig } from "../src/index.ts";
import { createManualClock, startSimulator } from "../src/index.ts";
import type { KscParams, KscValue } from "../src/model/values.ts";

export interface RawReply {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

export interface KscFailure {
  readonly module: string;
  readonly code: number;
  readonly message: string;
}

/** One keep-alive connection that pins the server's certificate, as a careful client does. */
export interface TestClient {
  raw(method: string, body: string, headers?: Record<string, string>): Promise<RawReply>;
  /** The reply's members; throws when it is a PxgError or not 200. */
  call(method: string, args?: object): Promise<Record<string, KscValue | KscParams>>;
  /** The PxgError's module and code; throws when the call succeeds. */
  fail(method: string, args?: object): Promise<KscFailure>;
  get(path: string, headers?: Record<string, string>): Promise<RawReply>;
  /** Reads all records behind an accessor and releases it. */
  records(reply: Record<string, KscValue | KscParams>): Promise<KscParams[]>;
  login(given?: { user?: string; password?: string; virtualServer?: string }): Promise<void>;
  close(): void;
}

export function basicAuth(user: string, password: string, tail = ""): string {
  return `KSCBasic user="${base64(user)}", pass="${base64(password)}"${tail}`;
}

export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

export function connect(server: SimulatedServer, headers: Record<string, string> = {}): TestClient {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: server.certificatePem });

  function request(verb: string, path: string, body: string, more: Record<string, string>): Promise<RawReply> {
    return new Promise((resolve, reject) => {
      const outgoing = https.request(
        `${server.url}${path}`,
        { method: verb, agent, headers: { ...headers, ...more } },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () =>
            resolve({
              status: incoming.statusCode ?? 0,
              text: Buffer.concat(chunks).toString("utf8"),
              headers: incoming.headers,
            }),
          );
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  const client: TestClient = {
    raw: (method, body, more = {}) =>
      request("POST", `/api/v1.0/${method}`, body, {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
        ...more,
      }),
    call: async (method, args = {}) => {
      const reply = await client.raw(method, JSON.stringify(args));
      if (reply.status !== 200) throw new Error(`${method}: HTTP ${reply.status} ${reply.text}`);
      const parsed = JSON.parse(reply.text) as Record<string, KscValue | KscParams>;
      if ("PxgError" in parsed) throw new Error(`${method}: ${reply.text}`);
      return parsed;
    },
    fail: async (method, args = {}) => {
      const reply = await client.raw(method, JSON.stringify(args));
      if (reply.status !== 200) throw new Error(`${method}: HTTP ${reply.status} ${reply.text}`);
      const { PxgError } = JSON.parse(reply.text) as { PxgError?: KscFailure };
      if (PxgError === undefined) throw new Error(`${method} succeeded: ${reply.text}`);
      return PxgError;
    },
    get: (path, more = {}) => request("GET", path, "", more),
    records: async (reply) => {
      const { pChunk } = await client.call("ChunkAccessor.GetItemsChunk", {
        strAccessor: reply.strAccessor,
        nStart: 0,
        nCount: 100_000,
      });
      await client.call("ChunkAccessor.Release", { strAccessor: reply.strAccessor });
      return inner((pChunk as KscParams).KLCSP_ITERATOR_ARRAY);
    },
    login: async (given = {}) => {
      const reply = await client.raw("login", "", {
        authorization: basicAuth(
          given.user ?? server.user,
          given.password ?? server.password,
          ', domain="", internal="0"',
        ),
        "x-ksc-vserver": base64(given.virtualServer ?? ""),
      });
      if (reply.text !== "{}") throw new Error(`login: ${reply.status} ${reply.text}`);
    },
    close: () => agent.destroy(),
  };
  return client;
}

/** The members of each wrapped params in an array. */
export function inner(array: KscValue | KscParams | undefined): KscParams[] {
  return (array as { value: KscParams }[]).map((item) => item.value);
}

/** Opens a token session (mode B); the client then carries the token on any connection. */
export async function tokenSession(server: SimulatedServer): Promise<{ client: TestClient; token: string }> {
  const first = connect(server);
  const reply = await first.raw("Session.StartSession", "{}", {
    authorization: basicAuth(server.user, server.password),
  });
  first.close();
  const token = String((JSON.parse(reply.text) as { PxgRetVal: string }).PxgRetVal);
  return { client: connect(server, { "x-ksc-session": token }), token };
}

export interface Bench {
  readonly simulator: Simulator;
  readonly server: SimulatedServer;
  readonly client: TestClient;
  /** Moves the stepped clock. */
  step(seconds: number): void;
  hostId(index?: number): string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** KES 12.9 devices that are always there, so that a test knows its estate. */
export function knownHosts(count: number): NonNullable<ServerConfig["hostList"]> {
  return Array.from({ length: count }, (_, index) => ({
    id: `host-${index}`,
    name: `WS-${index}`,
    kesVersion: "12.9.0.384",
  }));
}

/** One server on a stepped clock with a logged-on client; sessions do not idle out unless a test asks for it. */
export async function startBench(
  given: { knobs?: Partial<Knobs>; server?: Partial<ServerConfig>; config?: Partial<SimulatorConfig> } = {},
): Promise<Bench> {
  const simulator = await startSimulator({
    clock: createManualClock(),
    controlPort: null,
    ...given.config,
    servers: [
      { name: "ksc-a", hostList: knownHosts(3), ...given.server, knobs: { sessionIdleSeconds: 1e9, ...given.knobs } },
      ...(given.config?.servers ?? []),
    ],
  });
  const server = simulator.server(given.server?.name ?? "ksc-a");
  const client = connect(server);
  await client.login();
  return {
    simulator,
    server,
    client,
    step: (seconds) => server.control.advance(seconds * 1000),
    hostId: (index = 0) => server.hosts()[index]?.id ?? "",
    [Symbol.asyncDispose]: async () => {
      client.close();
      await simulator.stop();
    },
  };
}

export function responseBody(task: string, targetHost: string, params: object = {}, more: object = {}): string {
  return JSON.stringify({
    task,
    targetHost,
    params,
    responseEventIncident: true,
    responseEventIncidentArea: "Kuma",
    ...more,
  });
}

export function incident(hostId: string, body: string, more: object = {}): object {
  return {
    pData: {
      KLINCDT_SEVERITY: 2,
      KLINCDT_ADDED: { type: "datetime", value: "2026-03-02T09:00:00Z" },
      KLHST_WKS_HOSTNAME: hostId,
      KLINCDT_BODY: body,
      ...more,
    },
  };
}

/** Adds a response incident and returns its id. */
export async function respond(
  bench: Bench,
  task: string,
  hostId = bench.hostId(),
  params: object = {},
): Promise<number> {
  const reply = await bench.client.call("HostGroup.AddIncident", incident(hostId, responseBody(task, hostId, params)));
  return Number(reply.PxgRetVal);
}

/** Longer than the default way of any ordinary task: creation, one synchronisation, work, event. */
export const WHOLE_TASK_SECONDS = 20 + 900 + 30 + 2 + 1;
