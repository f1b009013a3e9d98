import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { agentId, type Secret, silentLogger, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { agentIdentityOf, createAgentRequest, createAuthority } from "@cordon/identity";
import {
  type Authentication,
  encodeFrame,
  PROTOCOL,
  SESSION_PATH,
  serveSessions,
  sessionTlsOptions,
  TO_COORDINATOR_BYTES_MAX,
} from "@cordon/protocol";
import { eventually } from "@cordon/testkit";
import { WebSocketServer } from "ws";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { median } from "../../rounds.ts";
import { type DialOrder, startDialling } from "./dial-process.ts";

const PER_TURN = 200;
const TURNS_A_ROUND = 2;
const RATIO_MIN = 0.8;
/** Of a welcome. */
const ANSWER_BYTES = 32;

/**
 * [S7] How many agents a second are let in, from the first byte to the welcome: TLS 1.3 with both certificates, the certificate read
 * for whose it is, hello and welcome. Beside it `ws` on the same TLS with the same certificates, one message each way, in alternation.
 * Without the database's answer to the hello, and without the pace of 50 a second at which a real gateway lets a fleet return.
 */
export async function accepts({ rounds, say }: BenchContext): Promise<readonly Measurement[]> {
  say("accepts: agents from another process, each with a certificate");
  const now = systemClock.now();
  const authority = await createAuthority(now, systemRandom);
  const server = await authority.issueServer(["127.0.0.1"], now);
  const request = await createAgentRequest();
  const identity = { tenantId: tenantId("acme"), siteId: siteId("hq"), agentId: agentId("agent-1") };
  const agent = await authority.issueAgent(identity, request.csrPem, now);
  const tls = { ca: authority.certificatePem, cert: server.certificatePem, key: server.privateKeyPem };
  const own = { ca: tls.ca, cert: agent.certificatePem, key: request.privateKeyPem.reveal(), count: PER_TURN };
  const says = helloFrame();
  await using sessions = await listen(tls, serveOurs);
  await using raw = await listen(tls, serveRaw);
  await using agents = startDialling();
  const sides = {
    ours: { server: sessions, order: { ...own, kind: "session", port: sessions.port, path: SESSION_PATH, says } },
    peer: { server: raw, order: { ...own, kind: "raw", port: raw.port, path: "/", says } },
  } as const satisfies Record<string, { readonly server: Listening; readonly order: DialOrder }>;
  const seen = { ours: [] as Turn[], peer: [] as Turn[] };

  async function turnOf(name: "ours" | "peer"): Promise<Turn> {
    const side = sides[name];
    const before = process.threadCpuUsage();
    const { perSecond } = await agents.dial(side.order);
    const { user, system } = process.threadCpuUsage(before);
    await agents.hangUp();
    await eventually(() => side.server.isEmpty(), { what: "all have hung up" });
    return { perSecond, cpuUs: (user + system) / PER_TURN };
  }

  for (const name of ["ours", "peer"] as const) await turnOf(name);
  for (let turn = 0; turn < rounds * TURNS_A_ROUND; turn++) {
    const names = ["ours", "peer"] as const;
    for (const name of turn % 2 === 0 ? names : names.toReversed()) seen[name].push(await turnOf(name));
  }
  const of = (name: "ours" | "peer", what: keyof Turn) => median(seen[name].map((turn) => turn[what]));
  return [
    {
      name: "agents let in over mutual TLS 1.3, up to the welcome",
      value: of("ours", "perSecond"),
      unit: "/s",
      peer: { name: "ws + TLS 1.3, a message each way", value: of("peer", "perSecond") },
      goal: { of: "ratio", atLeast: RATIO_MIN },
    },
    {
      // On two processors those who dial are what runs out first: this is what the gateway itself could do.
      name: "  in a second of processor time of the gateway's thread",
      value: 1_000_000 / of("ours", "cpuUs"),
      unit: "/s",
      peer: { name: "ws + TLS 1.3", value: 1_000_000 / of("peer", "cpuUs") },
      goal: { of: "ratio", atLeast: RATIO_MIN },
    },
  ];
}

interface Turn {
  readonly perSecond: number;
  readonly cpuUs: number;
}

interface Tls {
  readonly ca: string;
  readonly cert: string;
  readonly key: Secret;
}

interface Listening extends AsyncDisposable {
  readonly port: number;
  isEmpty(): boolean;
}

async function listen(tls: Tls, serve: (server: Server) => { isEmpty(): boolean }): Promise<Listening> {
  const server = createServer(sessionTlsOptions(tls));
  const { isEmpty } = serve(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    isEmpty,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function serveOurs(server: Server): { isEmpty(): boolean } {
  const sessions = serveSessions({
    server,
    authenticate: ({ raw }): Authentication<string> => {
      const named = agentIdentityOf(raw);
      if (named === undefined) throw new Error("the certificate names no agent");
      return { kind: "known", identity: named.agentId };
    },
    onHello: (_identity, { epoch, statusSeq, inventoryVersion }) => ({
      kind: "welcome",
      grant: { role: "active", epoch: epoch + 1, actingLeaseMs: 30_000, statusCursor: statusSeq, inventoryVersion },
    }),
    onOpen: () => {},
    onMessage: () => {},
    onClosed: () => {},
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    limits: { admissionsPerSecond: 100_000 },
  });
  return { isEmpty: () => sessions.sessionCount + sessions.handshakeCount === 0 };
}

function serveRaw(server: Server): { isEmpty(): boolean } {
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  const answer = Buffer.alloc(ANSWER_BYTES, 1);
  sockets.on("connection", (socket) => socket.once("message", () => socket.send(answer)));
  return { isEmpty: () => sockets.clients.size === 0 };
}

function helloFrame(): string {
  const body = {
    kind: "hello",
    protocolMin: PROTOCOL.min,
    protocolMax: PROTOCOL.max,
    agentVersion: "1.0.0",
    siteId: siteId("hq"),
    ledgerId: "0af7651916cd43dd8448eb211c80319c",
    standBy: false,
    epoch: 7,
    statusSeq: 1_000,
    inventoryVersion: 12,
    ledger: { endpoints: 0, open: 0, deferred: 0 },
    serviceConsole: "up",
    agentTime: systemClock.now(),
  } as const;
  return Buffer.from(encodeFrame({ seq: 1, traceparent: "", body }, TO_COORDINATOR_BYTES_MAX)).toString("base64");
}
