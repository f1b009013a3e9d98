import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect as connectTls } from "node:tls";
import { silentLogger } from "@cordon/core/kernel";
import { eventually, startTcpProxy } from "@cordon/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { SAMPLE_ENVELOPES } from "../../test/sample-envelopes.ts";
import { type Authority, HELLO, startAgentLink, startGateway } from "../../test/session-rig.ts";
import { createTestAuthority, type TestIdentity } from "../../test/test-authority.ts";
import type { ToAgent, ToCoordinator } from "../session/types.ts";
import { encodeFrame } from "../wire/frame.ts";
import { TO_AGENT_BYTES_MAX } from "../wire/frame-limits.ts";
import type { AgentSession } from "./agent-session.ts";
import { SESSION_PATH } from "./session-path.ts";

let authority: Authority;
let agentTls: TestIdentity;

beforeAll(async () => {
  authority = await createTestAuthority();
  agentTls = await authority.issue("agent-1");
});

const OFFER = SAMPLE_ENVELOPES.signedOrder.body as ToAgent;
const RECEIPT = SAMPLE_ENVELOPES.receipt.body as ToCoordinator;
const ack = (cursor: number): ToAgent => ({ kind: "statusAck", cursor });
const applied = (version: number): ToCoordinator => ({ kind: "policyApplied", version });

/** A peer of the tests' own: real TLS and WebSocket, but it says what the test says. */
function rawAgent(port: number, tls: TestIdentity = agentTls) {
  const socket = new WebSocket(`wss://127.0.0.1:${port}${SESSION_PATH}`, { ...tls, key: tls.key.reveal() });
  socket.on("error", () => {});
  const closed = once(socket, "close").then(([code]) => code as number);
  return { socket, closed };
}

const helloFrame = () =>
  encodeFrame(
    { seq: 1, traceparent: "", body: { kind: "hello", protocolMin: 1, protocolMax: 1, ...HELLO } },
    TO_AGENT_BYTES_MAX,
  );

describe("a session over TLS", () => {
  it("[G1] opens with the certificate's name, carries messages both ways with their trace, and ends cleanly", async () => {
    const traces: string[] = [];
    await using gateway = await startGateway(authority, {
      onOpen: (session) => {
        expect(session).toMatchObject({
          identity: "agent-1",
          siteId: HELLO.siteId,
          hello: { kind: "hello", ...HELLO },
        });
        expect(session.send(OFFER, SAMPLE_ENVELOPES.hello.traceparent)).toBe("sent");
      },
      onMessage: (_session, message, traceparent) => {
        traces.push(`${message.kind} ${traceparent}`);
      },
    });
    const agent = startAgentLink(gateway.port, agentTls, {
      onMessage: (message, traceparent) => {
        agent.messages.push(message);
        agent.link.send(RECEIPT, traceparent);
      },
    });
    await eventually(() => traces.length === 1, { what: "the receipt" });
    expect(agent.messages).toEqual([OFFER]);
    expect(traces).toEqual([`receipt ${SAMPLE_ENVELOPES.hello.traceparent}`]);
    expect(agent.welcomes).toMatchObject([{ protocol: 1, epoch: HELLO.epoch + 1, statusCursor: HELLO.statusSeq }]);
    expect(agent.link.isOpen).toBe(true);
    await agent.stop();
    expect(await agent.link.stopped).toEqual({ kind: "aborted" });
    expect(agent.link.send(RECEIPT)).toBe("down");
    await eventually(() => gateway.sessions.sessionCount === 0, { what: "the session to end" });
  });

  it("[G2] thousands of small frames arrive whole and in order, both ways at once", async () => {
    await using gateway = await startGateway(authority);
    await using agent = startAgentLink(gateway.port, agentTls);
    await eventually(() => gateway.served.length === 1 && agent.link.isOpen, { what: "the session at both ends" });
    const [served] = gateway.served;
    const count = 5_000;
    for (let number = 1; number <= count; number++) {
      expect(served?.session.send(ack(number))).toBe("sent");
      expect(agent.link.send(applied(number))).toBe("sent");
    }
    await eventually(() => agent.messages.length === count && served?.messages.length === count, {
      what: "all frames",
    });
    expect(agent.messages).toEqual(Array.from({ length: count }, (_, index) => ack(index + 1)));
    expect(served?.messages).toEqual(Array.from({ length: count }, (_, index) => applied(index + 1)));
  });

  it("[G4] a peer that does not read makes the sender wait at the bound, and nothing is lost", async () => {
    await using gateway = await startGateway(authority, { limits: { bufferedBytesMax: 64 * 1024 } });
    const proxy = await startTcpProxy({ port: gateway.port });
    await using agent = startAgentLink(proxy.port, agentTls);
    await eventually(() => gateway.served.length === 1 && agent.link.isOpen, { what: "the session at both ends" });
    const session = gateway.served[0]?.session;
    if (session === undefined) throw new Error("no session");
    proxy.blackhole();
    const push = (version: number): ToAgent => ({ kind: "policyPush", version, json: `"${"x".repeat(16_000)}"` });
    let sent = 0;
    await eventually(
      () => {
        while (session.send(push(sent + 1)) === "sent") sent += 1;
        return session.send(ack(1)) === "congested";
      },
      { what: "the bound" },
    );
    const drained = session.drained();
    await proxy.heal();
    await drained;
    expect(session.send(push(sent + 1))).toBe("sent");
    await eventually(() => agent.messages.length === sent + 1, { what: "all frames" });
    expect(agent.messages.map((message) => message.kind === "policyPush" && message.version)).toEqual(
      Array.from({ length: sent + 1 }, (_, index) => index + 1),
    );
    await agent.stop();
    await proxy.stop();
  });

  it("[G4] nobody waits for room in a session that has ended", async () => {
    await using gateway = await startGateway(authority, { limits: { bufferedBytesMax: 16 * 1024 } });
    const proxy = await startTcpProxy({ port: gateway.port });
    await using agent = startAgentLink(proxy.port, agentTls);
    await eventually(() => gateway.served.length === 1 && agent.link.isOpen, { what: "the session at both ends" });
    const session = gateway.served[0]?.session;
    if (session === undefined) throw new Error("no session");
    proxy.blackhole();
    await eventually(
      () => session.send({ kind: "policyPush", version: 1, json: `"${"x".repeat(16_000)}"` }) === "congested",
      { what: "the bound" },
    );
    const drained = session.drained();
    session.close("session.superseded", "the test ends it");
    await drained;
    expect(session.send(ack(1))).toBe("down");
    await agent.stop();
    await proxy.stop();
  });

  it("[G5] a receiver that is busy stops reading, and goes on where it stopped", async () => {
    const opened: AgentSession<string>[] = [];
    const handled: number[] = [];
    let handling = 0;
    let most = 0;
    const { promise: go, resolve } = Promise.withResolvers<void>();
    await using gateway = await startGateway(authority, {
      limits: { handlingMax: 4 },
      onMessage: async (_session, message) => {
        most = Math.max(most, ++handling);
        await go;
        handling -= 1;
        if (message.kind === "policyApplied") handled.push(message.version);
      },
      onOpen: (session) => opened.push(session),
    });
    await using agent = startAgentLink(gateway.port, agentTls);
    await eventually(() => opened.length === 1 && agent.link.isOpen, { what: "the session at both ends" });
    const count = 20;
    for (let version = 1; version <= count; version++) {
      const problem = { code: "config.invalid", message: "x".repeat(40_000) } as const;
      expect(agent.link.send({ kind: "policyApplied", version, problem })).toBe("sent");
    }
    await eventually(() => most >= 4, { what: "the bound" });
    // Twenty turns of the other direction: time enough for the rest to arrive if it were read.
    for (let turn = 1; turn <= 20; turn++) {
      opened[0]?.send(ack(turn));
      await eventually(() => agent.messages.length === turn, { what: "the other direction" });
    }
    // A chunk of the socket may hold a frame or two beyond the bound.
    expect(most).toBeLessThan(8);
    resolve();
    await eventually(() => handled.length === count, { what: "the rest" });
    expect(handled).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  it("[G6] an agent does not talk to a coordinator of another CA, says so, and goes on trying", async () => {
    const other = await createTestAuthority();
    await using gateway = await startGateway(other);
    await using agent = startAgentLink(gateway.port, agentTls);
    await eventually(() => agent.downs.length >= 2, { what: "two attempts" });
    expect(agent.downs[0]).toMatchObject({ code: "session.tls_failed", next: "later", wasOpen: false });
    expect(gateway.served).toEqual([]);
  });

  it.each([-7_200_000, 7_200_000])(
    "[I9] an agent whose clock is off by hours says that it is the clock, and tries again later (%d ms)",
    async (shiftMs) => {
      // By this machine's clock the gateway's certificate is over, or not good yet.
      const shifted = { ...authority, issue: (name: string) => authority.issue(name, shiftMs) };
      await using gateway = await startGateway(shifted);
      await using agent = startAgentLink(gateway.port, agentTls);
      await eventually(() => agent.downs.length >= 2, { what: "two attempts" });
      expect(agent.downs[0]).toMatchObject({ code: "session.clock_wrong", next: "later", wasOpen: false });
    },
  );

  it("[I6] who has another certificate to show shows it, at once when it is told to", async () => {
    let asked = 0;
    await using gateway = await startGateway(authority, {
      authenticate: () => {
        asked += 1;
        return { kind: "refused", code: "session.unknown_identity", text: "nobody" };
      },
    });
    let others = 1;
    await using agent = startAgentLink(gateway.port, agentTls, {
      mayTryAgain: () => others-- > 0,
      // A wait that only the wish to try at once cuts short.
      limits: { backoffSoon: { baseMs: 3_600_000, maxMs: 3_600_000 } },
    });
    await eventually(() => agent.downs.length === 1, { what: "the first refusal" });
    expect(agent.downs[0]).toMatchObject({ code: "session.unknown_identity", next: "soon" });
    agent.link.reconnect("there is another one");
    expect(await agent.link.stopped).toMatchObject({ kind: "fatal", code: "session.unknown_identity" });
    expect(asked).toBe(2);
  });

  it("[G6] an agent with a certificate of another CA, or with none, never reaches the application", async () => {
    await using gateway = await startGateway(authority, {
      authenticate: () => {
        throw new Error("it must not be asked");
      },
    });
    const foreign = { ...(await (await createTestAuthority()).issue("agent-1")), ca: authority.ca };
    await using agent = startAgentLink(gateway.port, foreign);
    await eventually(() => agent.downs.length >= 1, { what: "the refusal" });
    expect(agent.downs[0]?.code).toMatch(/^session\.(tls_failed|unreachable)$/);
    const socket = new WebSocket(`wss://127.0.0.1:${gateway.port}${SESSION_PATH}`, { ca: authority.ca });
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toMatch(/certificate required|ECONNRESET|socket hang up|disconnected/i);
    expect(gateway.sessions.handshakeCount).toBe(0);
  });

  it("[G6] TLS below 1.3 is refused, in both directions", async () => {
    await using gateway = await startGateway(authority);
    const old = connectTls({
      host: "127.0.0.1",
      port: gateway.port,
      ca: agentTls.ca,
      cert: agentTls.cert,
      key: agentTls.key.reveal(),
      maxVersion: "TLSv1.2",
    });
    const [error] = (await once(old, "error")) as [Error];
    expect(error.message).toMatch(/alert protocol version/i);
    await using oldGateway = await startGateway(authority, { tls: { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } });
    await using agent = startAgentLink(oldGateway.port, agentTls);
    await eventually(() => agent.downs.length >= 1, { what: "the agent's refusal" });
    expect(agent.downs[0]).toMatchObject({ code: "session.tls_failed" });
  });

  it("[G7] a refused identity or site stops the agent for good and tells it why; other refusals are tried again", async () => {
    await using revoking = await startGateway(authority, {
      authenticate: () => ({ kind: "refused", code: "session.identity_revoked", text: "revoked on Monday" }),
    });
    await using revoked = startAgentLink(revoking.port, agentTls);
    expect(await revoked.link.stopped).toEqual({
      kind: "fatal",
      code: "session.identity_revoked",
      text: "revoked on Monday",
    });
    expect(revoked.downs).toMatchObject([{ next: "fatal", by: "peer", wasOpen: false }]);
    expect(revoked.downs[0]).not.toHaveProperty("retryInMs");

    let asked = 0;
    await using choosy = await startGateway(authority, {
      onHello: () => {
        asked += 1;
        if (asked === 1) throw new Error("the database is away");
        if (asked === 2) return { kind: "refused", code: "session.superseded", text: "another agent is active" };
        return { kind: "refused", code: "session.wrong_site", text: "this certificate is for plant-8" };
      },
    });
    await using misplaced = startAgentLink(choosy.port, agentTls);
    expect(await misplaced.link.stopped).toMatchObject({ kind: "fatal", code: "session.wrong_site" });
    expect(misplaced.downs.map(({ code, next }) => `${code} ${next}`)).toEqual([
      "internal.unexpected soon",
      "session.superseded later",
      "session.wrong_site fatal",
    ]);
  });

  it("[G3] a gateway that is full says when to come back, and lets the agent in once there is room", async () => {
    await using gateway = await startGateway(authority, {
      limits: { sessionsMax: 1, handshakesMax: 10, admissionsPerSecond: 10 },
    });
    const first = startAgentLink(gateway.port, agentTls);
    await eventually(() => first.link.isOpen, { what: "the first session" });
    const waits: number[] = [];
    await using second = startAgentLink(gateway.port, await authority.issue("agent-2"), {
      onDown: ({ code, retryInMs }) => {
        expect(code).toBe("session.busy");
        waits.push(retryInMs ?? 0);
        void first.stop();
      },
    });
    await eventually(() => second.link.isOpen, { what: "the second session", withinMs: 30_000 });
    expect(waits[0]).toBeGreaterThanOrEqual(1_000);
  });

  it("[G8] other paths are not touched: without another listener they are told that there is nothing", async () => {
    await using gateway = await startGateway(authority);
    const socket = new WebSocket(`wss://127.0.0.1:${gateway.port}/elsewhere`, {
      ...agentTls,
      key: agentTls.key.reveal(),
    });
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toContain("404");
  });
});

describe("a peer that misbehaves costs its own session only", () => {
  const cases: readonly [string, (socket: WebSocket) => void, number][] = [
    ["a frame that is too large", (socket) => socket.send(new Uint8Array(5_000)), 1009],
    ["bytes that are no frame", (socket) => socket.send(Buffer.from("hello")), 4009],
    ["a text frame", (socket) => socket.send("hello"), 4009],
    [
      "anything before its hello",
      (socket) => socket.send(encodeFrame({ ...SAMPLE_ENVELOPES.receipt, seq: 1 }, 1e6)),
      4004,
    ],
    [
      "more frames a second than the limit",
      (socket) => {
        socket.send(helloFrame());
        socket.once("message", () => {
          for (let seq = 2; seq < 300; seq++) {
            socket.send(encodeFrame({ seq, traceparent: "", body: { kind: "ping", nonce: seq } }, 1e6));
          }
        });
      },
      4011,
    ],
    ["silence before its hello", () => {}, 4003],
  ];

  it.each(cases)("[G9] %s", async (_what, misbehave, ws) => {
    await using gateway = await startGateway(authority, {
      limits: { frameBytesMax: 4_096, framesPerSecondMax: 100, helloMs: 300 },
    });
    await using good = startAgentLink(gateway.port, agentTls);
    await eventually(() => good.link.isOpen, { what: "a good session" });
    const { socket, closed } = rawAgent(gateway.port, await authority.issue("bad"));
    await once(socket, "open");
    misbehave(socket);
    expect(await closed).toBe(ws);
    expect(good.link.send(applied(1))).toBe("sent");
    await eventually(() => gateway.served[0]?.messages.length === 1, { what: "the good agent's message" });
    expect(good.downs).toEqual([]);
  });

  it("[G9] a handler that fails ends that session with a code that is tried again", async () => {
    await using gateway = await startGateway(authority, {
      onMessage: async () => {
        throw new Error("the database is away");
      },
    });
    await using agent = startAgentLink(gateway.port, agentTls);
    await eventually(() => agent.link.isOpen, { what: "the session" });
    agent.link.send(RECEIPT);
    await eventually(() => agent.welcomes.length === 2, { what: "the next session" });
    expect(agent.downs).toMatchObject([{ code: "internal.unexpected", by: "peer", wasOpen: true }]);
  });
});

describe("lines that break", () => {
  it("[W9] a dead line is noticed by silence at both ends, and the agent comes back when it heals", async () => {
    await using gateway = await startGateway(authority, { limits: { heartbeatMs: 100 } });
    const proxy = await startTcpProxy({ port: gateway.port });
    await using agent = startAgentLink(proxy.port, agentTls, { limits: { connectMs: 500 } });
    await eventually(() => gateway.served.length === 1 && agent.link.isOpen, { what: "the session at both ends" });
    proxy.blackhole();
    await eventually(() => gateway.served[0]?.close, { what: "the gateway to notice" });
    await eventually(() => agent.downs.length > 0, { what: "the agent to notice" });
    expect(gateway.served[0]?.close).toMatchObject({ code: "session.silent", by: "us" });
    expect(agent.downs[0]).toMatchObject({ code: "session.silent", by: "us", wasOpen: true });
    await proxy.heal();
    await eventually(() => agent.welcomes.length >= 2, { what: "the agent to come back" });
    await agent.stop();
    await proxy.stop();
  });

  it("[G10] an idle line stays up by heartbeats alone", async () => {
    await using gateway = await startGateway(authority, { limits: { heartbeatMs: 40 } });
    const proxy = await startTcpProxy({ port: gateway.port });
    await using agent = startAgentLink(proxy.port, agentTls);
    await eventually(() => gateway.served.length === 1 && agent.link.isOpen, { what: "the session at both ends" });
    const before = proxy.counters();
    // Each ping and pong is some 30 bytes in TLS: this much passes only after more than three heartbeats.
    await eventually(() => proxy.counters().bytesToTarget > before.bytesToTarget + 300, { what: "several heartbeats" });
    expect(agent.downs).toEqual([]);
    expect(gateway.served).toHaveLength(1);
    await agent.stop();
    await proxy.stop();
  });

  it("[G11] a gateway that goes away and returns is found again, with a fresh hello", async () => {
    const gateway = await startGateway(authority);
    let hellos = 0;
    await using agent = startAgentLink(gateway.port, agentTls, {
      hello: () => ({ ...HELLO, statusSeq: ++hellos }),
    });
    await eventually(() => agent.link.isOpen, { what: "the session" });
    await gateway.stop();
    await eventually(() => agent.downs.length >= 2, { what: "a failed attempt" });
    expect(agent.downs[0]).toMatchObject({ code: "session.going_away", by: "peer", wasOpen: true });
    expect(agent.downs[1]).toMatchObject({ code: "session.unreachable", wasOpen: false });
    await using returned = await startGateway(authority, { port: gateway.port });
    await eventually(() => returned.served.length === 1, { what: "the agent to come back" });
    expect(returned.served[0]?.session.hello.statusSeq).toBe(2);
  });

  it("[G11] a connection that is reset in the middle of a frame is a broken line, not a bad frame", async () => {
    await using gateway = await startGateway(authority);
    const proxy = await startTcpProxy({ port: gateway.port });
    await using agent = startAgentLink(proxy.port, agentTls);
    await eventually(() => gateway.served.length === 1 && agent.link.isOpen, { what: "the session at both ends" });
    proxy.cutAfter("toClient", 20);
    gateway.served[0]?.session.send(OFFER);
    await eventually(() => agent.welcomes.length === 2, { what: "the next session" });
    expect(agent.downs).toMatchObject([{ code: "session.unreachable", by: "network" }]);
    expect(agent.messages).toEqual([]);
    await agent.stop();
    await proxy.stop();
  });

  it("[G12] stopping the agent ends the wait between two attempts, and a dial that hangs", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const waiting = startAgentLink(port, agentTls, { limits: { backoffSoon: { baseMs: 1e8, maxMs: 1e8 } } });
    await eventually(() => waiting.downs.length === 1, { what: "the first failure" });
    await waiting.stop();

    await using gateway = await startGateway(authority);
    const proxy = await startTcpProxy({ port: gateway.port });
    proxy.blackhole();
    const dialling = startAgentLink(proxy.port, agentTls);
    await eventually(() => proxy.counters().accepted === 1, { what: "the dial" });
    await dialling.stop();
    expect(await dialling.link.stopped).toEqual({ kind: "aborted" });
    await proxy.stop();
  });

  it("[S9] no log line of either end holds the key", async () => {
    const lines: string[] = [];
    const log = (op: string, fields?: object) => lines.push(`${op} ${JSON.stringify(fields)}`);
    const logger = { ...silentLogger, debug: log, info: log, warn: log, error: log };
    const gateway = await startGateway(authority, { logger });
    await using agent = startAgentLink(gateway.port, agentTls, { logger });
    await eventually(() => agent.link.isOpen, { what: "the session" });
    await gateway.stop();
    await eventually(() => agent.downs.length >= 2, { what: "a failed attempt" });
    const key = agentTls.key.reveal().split("\n")[1] ?? "";
    expect(key.length).toBeGreaterThan(10);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join("\n")).not.toContain(key);
  });
});
