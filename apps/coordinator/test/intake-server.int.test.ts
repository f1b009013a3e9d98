import { once } from "node:events";
import { Agent } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";
import type { IncomingEvents, IngestAnswer } from "@cordon/coordinator-core";
import { AppError, epochMs, type Secret, silentLogger, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { certificateFingerprint, createAuthority } from "@cordon/identity";
import { eventually } from "@cordon/testkit";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createIntakeServer, type IntakeServer } from "../src/intake/intake-server.ts";
import { parseBody } from "../src/intake/parse-body.ts";
import { createSenderRecogniser, type SenderRecogniser } from "../src/intake/recognise-sender.ts";
import { basic, call } from "./https-client.ts";

const ACME = tenantId("acme");
const LIMITS = { bodyBytesMax: 8 * 1_048_576, waitingBytesMax: 16 * 1_048_576 };

let listener: { cert: string; key: Secret };
let ca: string;
let intake: IntakeServer;
let senders: SenderRecogniser;
let port: number;
/** What ingest was handed: the record, as far as the intake can tell. */
let stored: IncomingEvents[];
let verifications: number;
let known: Set<string>;
let ingest: (incoming: IncomingEvents) => Promise<IngestAnswer>;

const keep = async (incoming: IncomingEvents): Promise<IngestAnswer> => {
  stored.push(incoming);
  const [accepted, quarantined] = [incoming.events.length, incoming.rejected.length];
  return { kind: "stored", accepted, duplicates: 0, quarantined, decisions: 0, actions: 0 };
};

const event = (id: string, more: object = {}) => ({
  ID: id,
  Type: 3,
  Timestamp: 1_772_442_847_123,
  Name: "x",
  ...more,
});
const good = basic("kuma", "right");
const post = (body: string | Buffer, headers: Record<string, string> = good, path = "/") =>
  call({ port, ca }, { method: "POST", path, headers, body });

beforeAll(async () => {
  const authority = await createAuthority(systemClock.now(), systemRandom);
  const issued = await authority.issueServer(["127.0.0.1"], systemClock.now());
  listener = { cert: issued.certificatePem, key: issued.privateKeyPem };
  ca = authority.certificatePem;
});

beforeEach(async () => {
  stored = [];
  verifications = 0;
  known = new Set(["kuma:right"]);
  ingest = keep;
  senders = createSenderRecogniser({
    clock: systemClock,
    authenticator: {
      authenticate: async (claims) => {
        verifications += 1;
        const fits = claims.some((claim) => {
          if (claim.kind === "basic") return known.has(`${claim.user}:${claim.password.reveal()}`);
          return known.has(claim.kind === "secretPath" ? claim.segment.reveal() : claim.fingerprint);
        });
        return fits ? ACME : undefined;
      },
    },
  });
  intake = createIntakeServer({
    senders,
    parse: (tenant, body, receivedAt) => parseBody(tenant, body, receivedAt, { eventBytesMax: 4 * 1_048_576 }),
    ingest: { ingest: (_tenant, incoming) => ingest(incoming) },
    clock: systemClock,
    logger: silentLogger,
    limits: LIMITS,
    tls: { cert: listener.cert, key: listener.key.reveal() },
  });
  intake.server.listen(0, "127.0.0.1");
  await once(intake.server, "listening");
  port = (intake.server.address() as AddressInfo).port;
});

afterEach(async () => {
  intake.server.closeAllConnections();
  await intake.close();
});

test("one object, an array and one object per line are all taken, at any path, without a content type", async () => {
  const bodies = [
    JSON.stringify(event("a")),
    JSON.stringify([event("b"), event("c")]),
    `${JSON.stringify(event("d"))}\n${JSON.stringify(event("e"))}\n`,
  ];
  for (const [index, body] of bodies.entries()) {
    const answer = await post(body, good, `/any/path/${index}?x=1`);
    expect(answer.status).toBe(200);
  }
  expect(stored.flatMap(({ events }) => events.map(({ id }) => id))).toEqual(["a", "b", "c", "d", "e"]);
});

test("malformed JSON is answered 400 with the reason, and what came is handed to the quarantine", async () => {
  const answer = await post('{"ID": "a", ');
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({ code: "event.bad_json", details: { quarantined: 1 } });
  expect(stored[0]?.rejected[0]).toMatchObject({ code: "event.bad_json", raw: '{"ID": "a",' });
});

test("one bad line among good ones does not hold the good ones up", async () => {
  const answer = await post(`${JSON.stringify(event("a"))}\n{oops\n${JSON.stringify(event("b", { ID: 7 }))}\n`);
  expect(answer).toMatchObject({ status: 200, body: { accepted: 1, quarantined: 2, duplicates: 0 } });
});

test("a 5 MB event goes to quarantine as event.too_large and its neighbours are kept", async () => {
  const large = event("large", { Message: "x".repeat(5 * 1_048_576) });
  const answer = await post(JSON.stringify([event("a"), large, event("b")]));
  expect(answer).toMatchObject({ status: 200, body: { accepted: 2, quarantined: 1 } });
  expect(stored[0]?.rejected[0]?.code).toBe("event.too_large");
});

test("a request above the limit is answered 413 whether its length is declared or not, and stores nothing", async () => {
  const body = Buffer.alloc(LIMITS.bodyBytesMax + 1, " ");
  expect((await post(body)).status).toBe(413);
  const chunked = await call(
    { port, ca },
    { method: "POST", headers: { ...good, "transfer-encoding": "chunked" }, body },
  );
  expect(chunked.body.error).toMatchObject({ code: "intake.body_too_large" });
  expect(stored).toEqual([]);
  expect(intake.pressure().pendingBytes).toBe(0);
});

test("a sender that is still writing when it is refused gets the answer and may finish writing", async () => {
  const socket = connect({ port, host: "127.0.0.1", ca });
  await once(socket, "secureConnect");
  const body = Buffer.alloc(12 * 1_048_576, " ");
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic("no", "body").authorization}\r\n`);
  socket.write(`Content-Length: ${body.length}\r\n\r\n`);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  await eventually(() => text.includes("intake.unauthorized"), { what: "the refusal, before the body" });
  const closed = once(socket, "close");
  await new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.write(body, (error) => (error ? reject(error) : resolve(undefined)));
  });
  await closed;
});

test("a body cut in the middle stores nothing and frees what it held", async () => {
  const socket = connect({ port, host: "127.0.0.1", ca });
  await once(socket, "secureConnect");
  const body = JSON.stringify(event("half"));
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: ${good.authorization}\r\nContent-Length: ${body.length + 10}\r\n\r\n${body}`,
  );
  await eventually(() => intake.pressure().pendingBytes > 0, { what: "the body to be on its way" });
  socket.destroy();
  await eventually(() => intake.pressure().pendingRequests === 0, { what: "the request to be given up" });
  expect(intake.pressure().pendingBytes).toBe(0);
  expect(stored).toEqual([]);
});

test("an unknown sender is answered 401 with the mend, whatever it shows, and its body is not read", async () => {
  const attempts: Record<string, string>[] = [
    {},
    basic("kuma", "wrong"),
    basic("nobody", "right"),
    { authorization: "Bearer x" },
    { authorization: "Basic ????" },
  ];
  for (const headers of attempts) {
    const answer = await post(JSON.stringify(event("a")), headers);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain("Basic");
    expect(answer.body.error).toMatchObject({ code: "intake.unauthorized", mend: expect.stringContaining("KUMA") });
  }
  expect((await post("{}", {}, `/in/${"x".repeat(40)}`)).status).toBe(401);
  expect(stored).toEqual([]);
});

test("a secret path and a registered client certificate let a sender in; another certificate does not", async () => {
  const segment = "s".repeat(43);
  known.add(segment);
  expect((await post(JSON.stringify(event("a")), {}, `/in/${segment}/more`)).status).toBe(200);
  const other = await createAuthority(systemClock.now(), systemRandom);
  const mine = await other.issueServer(["kuma"], systemClock.now());
  const [leaf] = mine.certificatePem.split(/(?<=-----END CERTIFICATE-----)/);
  const send = () =>
    call(
      { port, ca },
      { method: "POST", body: JSON.stringify(event("b")), cert: leaf, key: mine.privateKeyPem.reveal() },
    );
  expect((await send()).status).toBe(401);
  known.add(certificateFingerprint(leaf ?? ""));
  expect((await send()).status).toBe(200);
});

test("a certificate whose time is over lets nobody in", async () => {
  const long = epochMs(systemClock.now() - 3_000 * 86_400_000);
  const other = await createAuthority(long, systemRandom);
  const old = await other.issueServer(["kuma"], long);
  const [leaf] = old.certificatePem.split(/(?<=-----END CERTIFICATE-----)/);
  known.add(certificateFingerprint(leaf ?? ""));
  const answer = await call({ port, ca }, { method: "POST", body: "{}", cert: leaf, key: old.privateKeyPem.reveal() });
  expect(answer.status).toBe(401);
});

test("wrong passwords are slowed down per address and user, others are not, and the right one is not locked out for good", async () => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    expect((await post("{}", basic("guess", `p${attempt}`))).status).toBe(401);
  }
  const verified = verifications;
  const slowed = await post("{}", basic("guess", "p11"));
  expect(slowed).toMatchObject({ status: 429, body: { error: { code: "intake.throttled" } } });
  expect(Number(slowed.headers["retry-after"])).toBeGreaterThan(0);
  expect(verifications).toBe(verified);
  expect((await post(JSON.stringify(event("a")))).status).toBe(200);
});

test("a connection proves itself once; a removed credential is refused from the next request on", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = () => call({ port, ca }, { method: "POST", headers: good, body: JSON.stringify(event("a")), agent });
  expect((await send()).status).toBe(200);
  expect((await send()).status).toBe(200);
  expect(verifications).toBe(1);
  known.clear();
  senders.forget();
  expect((await send()).status).toBe(401);
  agent.destroy();
});

test("under pressure the answer is 429 with Retry-After and nothing is stored", async () => {
  ingest = async () => ({ kind: "overloaded", code: "intake.overloaded", retryAfterSeconds: 7 });
  const answer = await post(JSON.stringify(event("a")));
  expect(answer).toMatchObject({ status: 429, body: { error: { code: "intake.overloaded" } } });
  expect(answer.headers["retry-after"]).toBe("7");
});

test("bodies that wait are bounded over all requests: more are answered 429 before they are read", async () => {
  const gate = Promise.withResolvers<void>();
  ingest = async (incoming) => {
    await gate.promise;
    return keep(incoming);
  };
  const large = JSON.stringify(event("a", { Message: "x".repeat(6 * 1_048_576) }));
  const waiting = [post(large), post(large)];
  await eventually(() => intake.pressure().pendingBytes >= 2 * large.length, { what: "two bodies to wait" });
  const refused = await post(large);
  expect(refused).toMatchObject({ status: 429, body: { error: { code: "intake.overloaded" } } });
  expect(refused.headers["retry-after"]).toBeDefined();
  gate.resolve();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
  expect(intake.pressure()).toMatchObject({ pendingBytes: 0, pendingRequests: 0 });
});

test("[D1] with the database away the answer is 503, never 2xx", async () => {
  ingest = async () => {
    throw new AppError("store.unavailable", "connection refused at db.internal:5432");
  };
  const answer = await post(JSON.stringify(event("a")));
  expect(answer).toMatchObject({ status: 503, body: { error: { code: "store.unavailable" } } });
  expect(answer.headers["retry-after"]).toBeDefined();
  expect(answer.text).not.toContain("db.internal");
});

test("compressed bodies and other methods are refused with what to change in KUMA", async () => {
  const snappy = await post("x", { ...good, "content-encoding": "snappy" });
  expect(snappy).toMatchObject({ status: 415, body: { error: { mend: expect.stringContaining("none") } } });
  const get = await call({ port, ca }, { headers: good });
  expect(get.status).toBe(405);
  expect(get.headers.allow).toBe("POST");
});

test("a stop waits for the request under way, and a sender that keeps its connection does not hold it up", async () => {
  const gate = Promise.withResolvers<void>();
  ingest = async (incoming) => {
    await gate.promise;
    return keep(incoming);
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = () => call({ port, ca }, { method: "POST", headers: good, body: JSON.stringify(event("a")), agent });
  const under = send();
  await eventually(() => intake.pressure().pendingBytes > 0, { what: "the request to be under way" });
  const closed = intake.close();
  gate.resolve();
  const answer = await under;
  expect(answer.status).toBe(200);
  expect(answer.headers.connection).toBe("close");
  await closed;
  await expect(send()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  agent.destroy();
});

test("an empty body is an empty success", async () => {
  expect(await post("")).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 0, quarantined: 0 } });
});
