import { once } from "node:events";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import type {
  AgentLink,
  AgentLinkOptions,
  AgentSession,
  Close,
  Hello,
  LinkDown,
  SessionServerOptions,
  ToAgent,
  ToCoordinator,
  Welcome,
} from "../src/index.ts";
import { connectAgent, serveSessions, sessionTlsOptions } from "../src/index.ts";
import { SAMPLE_ENVELOPES } from "./sample-envelopes.ts";
import type { createTestAuthority, TestIdentity } from "./test-authority.ts";

/** Both ends over real TLS sockets of this machine, with what they were told written down. */

export const HELLO: Omit<Hello, "kind" | "protocolMin" | "protocolMax"> = (() => {
  const { kind: _kind, protocolMin: _min, protocolMax: _max, ...rest } = SAMPLE_ENVELOPES.hello.body as Hello;
  return rest;
})();

/** Short enough that a test does not wait, long enough that a busy machine keeps up. */
const FAST_BACKOFF = { baseMs: 10, maxMs: 50 };

export type Authority = Awaited<ReturnType<typeof createTestAuthority>>;

export interface ServedSession {
  readonly session: AgentSession<string>;
  readonly messages: ToCoordinator[];
  close?: Close;
}

export async function startGateway(
  authority: Authority,
  options: Partial<SessionServerOptions<string>> & { readonly tls?: ServerOptions; readonly port?: number } = {},
) {
  const { tls, port, ...rest } = options;
  const server = createServer({ ...sessionTlsOptions(await authority.issue("gateway")), ...tls });
  const served: ServedSession[] = [];
  const find = (session: AgentSession<string>) => served.find((entry) => entry.session === session);
  const sessions = serveSessions<string>({
    server,
    authenticate: (peer) => ({ kind: "known", identity: peer.commonName }),
    onHello: (_identity, hello) => ({
      kind: "welcome",
      grant: {
        epoch: hello.epoch + 1,
        role: "active",
        actingLeaseMs: 0,
        statusCursor: hello.statusSeq,
        inventoryVersion: hello.inventoryVersion,
      },
    }),
    onOpen: (session) => served.push({ session, messages: [] }),
    onMessage: (session, message) => {
      find(session)?.messages.push(message);
    },
    onClosed: (session, close) => {
      const entry = find(session);
      if (entry) entry.close = close;
    },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    ...rest,
  });
  server.listen(port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    sessions,
    served,
    server,
    async stop() {
      await sessions.close();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
    [Symbol.asyncDispose]() {
      return this.stop();
    },
  };
}

export interface TestAgent extends AsyncDisposable {
  readonly link: AgentLink;
  readonly welcomes: Welcome[];
  readonly messages: ToAgent[];
  readonly downs: LinkDown[];
  stop(): Promise<void>;
}

export function startAgentLink(port: number, tls: TestIdentity, options: Partial<AgentLinkOptions> = {}): TestAgent {
  const stopper = new AbortController();
  const welcomes: Welcome[] = [];
  const messages: ToAgent[] = [];
  const downs: LinkDown[] = [];
  const link = connectAgent({
    url: `wss://127.0.0.1:${port}`,
    tls,
    hello: () => HELLO,
    onWelcome: (welcome) => welcomes.push(welcome),
    onMessage: (message) => {
      messages.push(message);
    },
    onDown: (down) => downs.push(down),
    signal: stopper.signal,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    ...options,
    limits: { backoffSoon: FAST_BACKOFF, backoffLater: FAST_BACKOFF, ...options.limits },
  });
  const stop = async () => {
    stopper.abort();
    await link.stopped;
  };
  return { link, welcomes, messages, downs, stop, [Symbol.asyncDispose]: stop };
}
