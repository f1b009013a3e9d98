import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo, connect as connectPlain, type Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import { systemClock, systemRandom } from "@cordon/core/kernel";
import { createAuthority } from "@cordon/identity";
import { CLOSE_CODES, SESSION_PATH } from "@cordon/protocol";
import { eventually, startTestPostgres, type TestPostgres } from "@cordon/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  LISTENER_LIMITS,
  type ListenerLimits,
  limitConnections,
  serverOptionsOf,
} from "../src/http/listener-limits.ts";
import { basic } from "./https-client.ts";
import { connectTestAgent, type EnrolledAgent, enrolTestAgent, type TestAgent } from "./test-agent.ts";
import { startTestCoordinator, type TestCoordinator } from "./test-coordinator.ts";

/** At each listener. `CORDON_TEST_HALF_OPEN=3400` makes it ten thousand; both ends need `ulimit -n 20000`. */
const HALF_OPEN = Number(process.env.CORDON_TEST_HALF_OPEN ?? 300);
/** More than one address may have at the API; those who are served come from another. */
const FLOODER = "127.0.0.9";

let postgres: TestPostgres;
let coordinator: TestCoordinator;
let hostile: EnrolledAgent;
let honest: TestAgent;
const sender = basic("kuma-acme", "correct horse battery");
const sockets: Socket[] = [];
let count = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
  coordinator = await startTestCoordinator(postgres.url);
  for (const tenant of ["acme", "globex"]) {
    await coordinator.api("POST", "/tenants", { tenantId: tenant, name: tenant });
    await coordinator.api("POST", `/tenants/${tenant}/sites`, { siteId: "hq", name: "HQ" });
  }
  await coordinator.api("POST", "/tenants/acme/intake-credentials", {
    kind: "basic",
    user: "kuma-acme",
    password: "correct horse battery",
  });
  hostile = await enrolTestAgent(coordinator, "globex", "hq");
  honest = connectTestAgent(await enrolTestAgent(coordinator, "acme", "hq"), "hq");
  await eventually(() => honest.link.isOpen, { what: "the honest agent is welcomed" });
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(async () => {
  await honest?.stop();
  await coordinator?.stop();
  await postgres?.stop();
});

/** A person, a sender and an agent each get what they came for. */
async function othersAreServed(): Promise<void> {
  expect((await coordinator.api("GET", "/tenants")).status).toBe(200);
  const event = { ID: `other-${count++}`, Type: 3, Timestamp: 1_772_442_847_123, Name: "x" };
  expect(await coordinator.send(JSON.stringify(event), sender)).toMatchObject({ status: 200, body: { accepted: 1 } });
  const sent = count;
  honest.inventory(sent, []);
  await eventually(() => honest.received.some((said) => said.kind === "inventoryAck" && said.version === sent), {
    what: "the honest agent is answered",
  });
}

function keep<T extends Socket>(socket: T): T {
  socket.on("error", () => {});
  sockets.push(socket);
  return socket;
}

async function tls(port: number, agent?: EnrolledAgent): Promise<TLSSocket> {
  const identity = agent === undefined ? {} : { cert: agent.certificate, key: agent.privateKeyPem.reveal() };
  const socket = keep(connect({ host: "127.0.0.1", port, ca: coordinator.ca, ...identity }));
  await once(socket, "secureConnect");
  return socket;
}

/** What the peer says until the connection ends. */
async function allOf(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  await once(socket, "close");
  return text;
}

/** An agent's WebSocket by hand: what is sent over it is ours to make up. */
async function rawSession(extensions = ""): Promise<{ readonly socket: TLSSocket; readonly answer: string }> {
  const socket = await tls(coordinator.ready.ports.gateway, hostile);
  socket.write(
    `GET ${SESSION_PATH} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\n${extensions}\r\n`,
  );
  const [answer] = (await once(socket, "data")) as [Buffer];
  return { socket, answer: answer.toString("latin1") };
}

/** One binary WebSocket frame, masked with zeros. */
function frameOf(payload: Buffer): Buffer {
  const head = Buffer.from([0x82, 0xfe, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
}

describe("the coordinator stays up, and others are served, while", () => {
  test(`${HALF_OPEN} sockets are opened at each listener and nothing is said`, async () => {
    for (const port of Object.values(coordinator.ready.ports)) {
      for (let left = HALF_OPEN; left > 0; left -= 200) {
        const some = Array.from({ length: Math.min(left, 200) }, () =>
          keep(connectPlain({ host: "127.0.0.1", port, localAddress: FLOODER })),
        );
        // Each is either open or was hung up on.
        await Promise.all(some.map((socket) => once(socket, "connect").catch(() => {})));
      }
    }
    await othersAreServed();
  });

  test("heads and bodies come a byte at a time, and never whole", async () => {
    const { intake, api, gateway } = coordinator.ready.ports;
    for (let opened = 0; opened < 8; opened++) {
      for (const port of [intake, api]) {
        (await tls(port)).write("POST /api/v1/tenants HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        (await tls(port)).write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{");
      }
      (await tls(gateway, hostile)).write(`GET ${SESSION_PATH} HTTP/1.1\r\nUpgrade: webso`);
    }
    await othersAreServed();
  });

  test("an agent floods its session with frames that mean nothing", async () => {
    const { socket } = await rawSession();
    const told = once(socket, "data");
    const garbage = frameOf(Buffer.alloc(1_000, 0xff));
    for (let frame = 0; frame < 2_000; frame++) socket.write(garbage);
    const [end] = (await told) as [Buffer];
    expect(end[0], "a close frame").toBe(0x88);
    expect(end.readUInt16BE(2)).toBe(CLOSE_CODES["wire.bad_frame"].ws);
    await othersAreServed();
  });

  test("an agent lies about its cursors: far ahead, backwards, and of actions that are another's", async () => {
    for (const lie of [
      { statusSeq: Number.MAX_SAFE_INTEGER, inventoryVersion: Number.MAX_SAFE_INTEGER, epoch: 0 },
      { statusSeq: 0, inventoryVersion: 0, epoch: 0 },
    ]) {
      const agent = connectTestAgent(hostile, "hq", lie);
      await eventually(() => agent.welcomes.length > 0, { what: "the liar is welcomed" });
      agent.report(Number.MAX_SAFE_INTEGER, "act_0123456789abcdef0123456789abcdef" as never, "succeeded");
      agent.report(1, "act_0123456789abcdef0123456789abcdef" as never, "failed");
      await othersAreServed();
      await agent.stop();
    }
  });

  test("an agent names another tenant's site: it is told nothing but that it is not its own", async () => {
    await coordinator.api("POST", "/tenants/acme/sites", { siteId: "secret-lab", name: "Lab" });
    const agent = connectTestAgent(hostile, "secret-lab");
    const nowhere = connectTestAgent(hostile, "no-such-site");
    const [stop, other] = await Promise.all([agent.stopped, nowhere.stopped]);
    expect(stop.kind).toBe("fatal");
    expect({ ...stop, text: "" }).toEqual({ ...other, text: "" });
    await othersAreServed();
  });
});

describe("nothing is decompressed", () => {
  test("a compressed body is refused at the intake before it is read, and is no JSON at the API", async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1_048_576));
    const headers = { "content-encoding": "gzip" };
    expect((await coordinator.send(bomb, { ...sender, ...headers })).body.error).toMatchObject({
      code: "intake.encoding",
    });
    const authorization = `Bearer ${coordinator.token}`;
    const answer = await coordinator.api("POST", "/tenants", bomb.toString("latin1"), { ...headers, authorization });
    expect(answer.status).toBe(400);
    await othersAreServed();
  });

  test("a session agrees to no compression of frames", async () => {
    const { answer } = await rawSession("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer.toLowerCase()).not.toContain("permessage-deflate");
  });
});

type Paths = {
  readonly get?: { readonly parameters?: readonly { readonly in: string; readonly name: string }[] };
};

describe("what no honest peer sends", () => {
  const get = async (port: number, head: string, agent?: EnrolledAgent) => {
    const socket = await tls(port, agent);
    const answer = allOf(socket);
    socket.write(head);
    return answer;
  };

  test("a head beyond its bound is 431 at every listener, in the path and in the headers", async () => {
    for (const [name, port] of Object.entries(coordinator.ready.ports)) {
      const { headBytesMax } = LISTENER_LIMITS[name as keyof typeof LISTENER_LIMITS];
      const long = "x".repeat(headBytesMax);
      const agent = name === "gateway" ? hostile : undefined;
      expect(await get(port, `GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`, agent), name).toMatch(/^HTTP\/1\.1 431 /);
      expect(await get(port, `GET / HTTP/1.1\r\nHost: x\r\nA: ${long}\r\n\r\n`, agent), name).toMatch(
        /^HTTP\/1\.1 431 /,
      );
    }
  });

  test.each([
    ["nesting without end", "[".repeat(200_000)],
    ["a member that is a prototype", '{"tenantId":"x","name":"x","__proto__":{"isAdmin":true}}'],
    ["a constructor that is none", '{"tenantId":"x","name":"x","constructor":{"prototype":{"a":1}}}'],
    ["a number beyond all", '{"tenantId":1e999,"name":"x"}'],
    ["a name that looks like another", '{"tenantId":"\\u0430cme","name":"x"}'],
    ["a name that turns the line around", '{"tenantId":"x\\u202e","name":"x"}'],
    ["a lone surrogate", '{"tenantId":"\\ud800","name":"x"}'],
    ["a zero byte", '{"tenantId":"x\\u0000","name":"x"}'],
  ])("%s is 400 at the API, with no word of where it failed", async (_what, body) => {
    const answer = await coordinator.api("POST", "/tenants", body);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toMatch(/node_modules|\.ts:|at .*\(/);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test("the last of two equal members counts, for the check and for what is stored", async () => {
    const body = '{"tenantId":"initech","tenantId":"initech2","name":"x"}';
    expect((await coordinator.api("POST", "/tenants", body)).body).toMatchObject({ tenantId: "initech2" });
    expect((await coordinator.api("GET", "/tenants/initech/sites")).status).toBe(404);
  });

  test("a zero byte in any name or question of any GET is the asker's mistake and not ours", async () => {
    const list = { name: "hashes", key: [{ name: "hash", type: "text" }] };
    await coordinator.api("POST", "/tenants/acme/lists", list);
    const { body } = await coordinator.api("GET", "/openapi.json");
    const known = { tenantId: "acme", siteId: "hq", name: "hashes" };
    const asked = Object.entries(body.paths as Record<string, Paths>).flatMap(([template, { get }]) => {
      if (get === undefined) return [];
      const path = template.replace(/^\/api\/v1/, "");
      const fill = (odd?: string) =>
        path.replace(/\{(\w+)\}/g, (_all, name: keyof typeof known) =>
          name === odd ? "x%00" : (known[name] ?? "x%00"),
        );
      return (get.parameters ?? []).flatMap((given) =>
        given.in === "query" ? [`${fill()}?${given.name}=x%00`] : given.in === "path" ? [fill(given.name)] : [],
      );
    });
    expect(asked.length).toBeGreaterThan(50);
    const failed: string[] = [];
    for (const path of asked) {
      const { status } = await coordinator.api("GET", path);
      if (status >= 500) failed.push(`${status} ${path}`);
    }
    expect(failed).toEqual([]);
  });

  test("at the intake it goes to quarantine, and what is good beside it is taken", async () => {
    const good = `{"ID":"good","Type":3,"Timestamp":1,"Name":"x"}`;
    const odd = [
      "[".repeat(100_000),
      '{"ID":"p","Type":3,"__proto__":{"Priority":9}}',
      '{"ID":{"toString":1},"Type":{"valueOf":2}}',
    ];
    const answer = await coordinator.send([good, ...odd].join("\n"), sender);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 2, quarantined: 2 } });
  });
});

describe("answers", () => {
  test("carry a strict policy, are stored by nobody, and say nothing of what serves them", async () => {
    for (const path of ["/tenants", "/no-such-route", "/openapi.json"]) {
      const { headers } = await coordinator.api("GET", path);
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      expect(headers.server).toBeUndefined();
      expect(headers["x-powered-by"]).toBeUndefined();
    }
  });
});

describe("a listener's bounds", () => {
  async function listenWith(limits: Partial<ListenerLimits>) {
    const all: ListenerLimits = { ...LISTENER_LIMITS.api, ...limits };
    const now = systemClock.now();
    const authority = await createAuthority(now, systemRandom);
    const { certificatePem, privateKeyPem } = await authority.issueServer(["127.0.0.1"], now);
    const options = { cert: certificatePem, key: privateKeyPem.reveal(), ...serverOptionsOf(all) };
    const server = createServer(options, (request, response) => {
      request.resume().once("end", () => response.end("ok"));
    });
    limitConnections(server, all);
    server.on("tlsClientError", () => {});
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const open = async () => {
      const socket = keep(connect({ host: "127.0.0.1", port, ca: authority.certificatePem }));
      await once(socket, "secureConnect");
      return socket;
    };
    return { port, open, [Symbol.dispose]: () => void server.close().closeAllConnections() };
  }

  test("a head that does not end, and a body that does not, each end the connection with 408", async () => {
    using listener = await listenWith({ headersMs: 50, requestMs: 100, checkMs: 20 });
    for (const begun of ["GET / HTTP/1.1\r\nA: ", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1"]) {
      const socket = await listener.open();
      const answer = allOf(socket);
      socket.write(begun);
      expect(await answer).toMatch(/HTTP\/1\.1 408 /);
    }
  });

  test("a handshake that does not end is given up", async () => {
    using listener = await listenWith({ handshakeMs: 50 });
    await once(keep(connectPlain(listener.port, "127.0.0.1")).resume(), "close");
  });

  test("one address gets so many connections, and again when some are closed", async () => {
    using listener = await listenWith({ connectionsPerAddressMax: 2 });
    const [first] = [await listener.open(), await listener.open()];
    await once(keep(connectPlain(listener.port, "127.0.0.1")).resume(), "close");
    first?.destroy();
    await eventually(() => first?.closed, { what: "one is closed" });
    await eventually(() => listener.open().catch(() => false), { what: "another gets in" });
  });
});
