import { AppError, type Clock, Secret, systemClock } from "@cordon/core/kernel";
import { createFakeClock, eventually } from "@cordon/testkit";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import {
  STUB_CERTIFICATE,
  STUB_NAME,
  type StubAnswer,
  type StubKsc,
  type StubRequest,
  startStubKsc,
} from "../../test/stub-ksc.ts";
import { deliveryOf } from "../errors/delivery.ts";
import { returning } from "../values/reply-schemas.ts";
import { createKscClient, type KscClient, type KscClientOptions } from "./client.ts";

const stoppers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stoppers.splice(0).reverse()) await stop();
});

type Answers = Readonly<Record<string, (request: StubRequest, nth: number) => StubAnswer>>;

const LOGGED_IN: Answers = {
  "Session.StartSession": () => ({ PxgRetVal: "token-1" }),
  login: () => ({ status: 200, body: "" }),
  "Session.Ping": () => ({}),
  "Session.EndSession": () => ({}),
};

/** A stub that answers by method; every other method answers with its own count. */
async function setup(
  answers: Answers = {},
  options: Partial<KscClientOptions> = {},
): Promise<{ ksc: StubKsc; client: KscClient }> {
  const counts = new Map<string, number>();
  const ksc = await startStubKsc((request) => {
    const nth = (counts.get(request.method) ?? 0) + 1;
    counts.set(request.method, nth);
    const answer = answers[request.method] ?? LOGGED_IN[request.method];
    return answer === undefined ? { PxgRetVal: nth } : answer(request, nth);
  });
  stoppers.push(() => ksc.stop());
  const client = createKscClient({
    host: "127.0.0.1",
    port: ksc.port,
    trust: { pinPem: STUB_CERTIFICATE },
    credentials: { scheme: "KSCBasic", user: "soc", password: new Secret("hunter2") },
    ...options,
  });
  stoppers.push(() => client.close());
  return { ksc, client };
}

const number = returning(z.int());
const read = (client: KscClient, method = "X.Read", options = {}) => client.call(method, {}, "reads", number, options);
const change = (client: KscClient, method = "X.Change", options = {}) =>
  client.call(method, {}, "changes", number, options);
const outcomeOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: unknown) => error,
  );
const pxg = (code: number, module: string) => ({ PxgError: { code, module, subcode: 0, message: "no" } });

/** A clock whose timers fire only when told to, and whose time stands still; sockets stay real. */
function handClock() {
  const fake = createFakeClock();
  const clock: Clock = fake;
  return { clock, advance: (ms: number) => fake.advance(ms) };
}

test("token mode logs in once and sends the token, connection mode sends nothing after its login", async () => {
  for (const loginMode of ["token", "connection"] as const) {
    const { ksc, client } = await setup({}, { loginMode, virtualServer: "Kunde" });
    expect([await read(client), await read(client)]).toEqual([1, 2]);
    const login = ksc.requests[0];
    expect(login?.method).toBe(loginMode === "token" ? "Session.StartSession" : "login");
    expect(login?.headers.authorization).toMatch(/^KSCBasic user="c29j", pass="aHVudGVyMg=="/);
    expect(login?.headers["x-ksc-vserver"]).toBe("S3VuZGU=");
    for (const call of ksc.requests.slice(1)) {
      expect(call.headers.authorization).toBeUndefined();
      expect(call.headers["x-ksc-session"]).toBe(loginMode === "token" ? "token-1" : undefined);
      expect(call.connection).toBe(login?.connection);
    }
  }
});

test("one request at a time on a connection, contain before what waits, and no more than the queue holds", async () => {
  const order: string[] = [];
  const { ksc, client } = await setup({}, { queueMax: 3 });
  await read(client, "X.Warm");
  const first = read(client, "X.First");
  const tell = (name: string) => () => order.push(name);
  const waiting = [
    read(client, "X.A").then(tell("A")),
    read(client, "X.B").then(tell("B")),
    read(client, "X.Urgent", { urgent: true }).then(tell("Urgent")),
  ];
  const refused = await outcomeOf(read(client, "X.TooMany"));
  expect(refused).toMatchObject({ code: "ksc.queue_full", details: { delivery: "not_sent" } });
  await Promise.all([first, ...waiting]);
  expect(order).toEqual(["Urgent", "A", "B"]);
  expect(ksc.requests.map((request) => request.method)).toEqual([
    "Session.StartSession",
    "X.Warm",
    "X.First",
    "X.Urgent",
    "X.A",
    "X.B",
  ]);
});

test("several sessions log in separately and work side by side", async () => {
  const { ksc, client } = await setup({ "X.Hang": () => "hang" }, { sessions: 3 });
  const hung = [outcomeOf(read(client, "X.Hang")), outcomeOf(read(client, "X.Hang"))];
  await eventually(() => ksc.countOf("X.Hang") === 2, { what: "two calls to hang" });
  expect(await read(client)).toBe(1);
  expect(ksc.countOf("Session.StartSession")).toBe(3);
  await client.close();
  await Promise.all(hung);
});

test.each([
  [401, {}],
  [403, {}],
  [200, pxg(1453, "KLWAT")],
  [200, pxg(1445, "KLWAT")],
])("a session that ended (HTTP %i, %j) is logged in again once and the call goes on", async (status, body) => {
  const { ksc, client } = await setup({
    "X.Change": (_request, nth) => {
      if (nth !== 2) return { PxgRetVal: nth };
      return status === 200 ? body : { status, body: "ended" };
    },
  });
  expect([await change(client), await change(client)]).toEqual([1, 3]);
  expect(ksc.countOf("Session.StartSession")).toBe(2);
});

test("a session that KSC refuses at once is not a login loop", async () => {
  const { clock } = handClock();
  const { ksc, client } = await setup({ "X.Read": () => ({ status: 403, body: "" }) }, { clock });
  for (let again = 0; again < 30; again++) {
    expect(await outcomeOf(read(client))).toMatchObject({
      code: "ksc.session_lost",
      details: { delivery: "not_sent" },
    });
  }
  expect(ksc.countOf("Session.StartSession")).toBe(1);
});

test.each([
  ["ksc.bad_credentials", pxg(1453, "KLWAT")],
  ["ksc.bad_credentials", { status: 401, body: "" }],
  ["ksc.account_locked", pxg(2013, "SPL")],
  ["ksc.access_denied", { status: 403, body: "" }],
] as const)(
  "%s: exactly one login attempt, however many calls are made, until the credentials are reset",
  async (code, answer) => {
    let mended = false;
    const { ksc, client } = await setup(
      { "Session.StartSession": () => (mended ? { PxgRetVal: "token-2" } : answer) },
      { sessions: 3 },
    );
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => outcomeOf(read(client))));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ code, details: { delivery: "not_sent" } });
    expect(await outcomeOf(read(client))).toMatchObject({ code });
    expect(ksc.countOf("Session.StartSession")).toBe(1);
    mended = true;
    client.resetCredentials({ scheme: "KSCBasic", user: "soc", password: new Secret("right") });
    expect(await read(client)).toBe(1);
    expect(ksc.requests.at(-2)?.headers.authorization).toContain(`pass="${Buffer.from("right").toString("base64")}"`);
  },
);

test("a one-time token is used once and never again by itself", async () => {
  const { ksc, client } = await setup(
    { "X.Read": (_request, nth) => (nth === 2 ? { status: 403, body: "" } : { PxgRetVal: nth }) },
    { credentials: { scheme: "KSCT", token: new Secret("one-time") } },
  );
  expect(await read(client)).toBe(1);
  expect(await outcomeOf(read(client))).toMatchObject({ code: "ksc.session_lost" });
  expect(ksc.countOf("Session.StartSession")).toBe(1);
  expect(ksc.requests[0]?.headers.authorization).toBe("KSCT one-time");
});

test("a certificate that is not pinned gets no byte of a request", async () => {
  const { ksc, client } = await setup({}, { trust: { pinSha256: "0".repeat(64) } });
  const error = await outcomeOf(read(client));
  expect(error).toMatchObject({ code: "ksc.certificate_mismatch", details: { delivery: "not_sent" } });
  expect(String(error)).toMatch(/SHA-256 [0-9a-f]{64}, which is not pinned/);
  expect(ksc.requests).toEqual([]);
});

test("a CA is checked with the host name; another name must be configured", async () => {
  const named = await setup({}, { trust: { caPem: STUB_CERTIFICATE, serverName: STUB_NAME } });
  expect(await read(named.client)).toBe(1);
  const other = await setup({}, { trust: { caPem: STUB_CERTIFICATE } });
  expect(await outcomeOf(read(other.client))).toMatchObject({ code: "ksc.certificate_mismatch" });
  expect(other.ksc.requests).toEqual([]);
});

test("nobody listening is unreachable and not sent", async () => {
  const { ksc, client } = await setup();
  await ksc.stop();
  expect(await outcomeOf(change(client))).toMatchObject({ code: "ksc.unreachable", details: { delivery: "not_sent" } });
});

test.each([
  [{ status: 200, body: "<html>login</html>" }, "not JSON"],
  [{ status: 200, body: "[1]" }, "not a JSON object"],
  [{ status: 500, body: "secret stack trace" }, "HTTP 500"],
  [{ PxgRetVal: "text" }, "PxgRetVal"],
] as const)(
  "an answer that is not understood (%j) is named without its body, its effect unknown",
  async (answer, problem) => {
    const { client } = await setup({ "X.Change": () => answer });
    const error = await outcomeOf(change(client));
    expect(error).toMatchObject({ code: "ksc.unexpected_reply" });
    expect(String(error)).toContain(problem);
    expect(String(error)).not.toMatch(/html|secret/);
    expect(deliveryOf(error)).toBe("unknown");
  },
);

test("503 is busy", async () => {
  const { client } = await setup({ "X.Read": () => ({ status: 503, body: "" }) });
  expect(await outcomeOf(read(client))).toMatchObject({ code: "ksc.unavailable" });
});

test("[D4] a change whose connection broke after it was sent is not repeated, and is known to be unsure", async () => {
  const { ksc, client } = await setup({ "X.Change": () => "drop" });
  const error = await outcomeOf(change(client));
  expect(error).toMatchObject({ code: "ksc.answer_lost", details: { delivery: "unknown" } });
  expect(ksc.countOf("X.Change")).toBe(1);
});

test("a read on a connection that KSC closed while it idled is simply sent again, once, with a new login in mode A", async () => {
  const { ksc, client } = await setup(
    { "X.Read": (_request, nth) => (nth === 2 ? "drop" : { PxgRetVal: nth }) },
    { loginMode: "connection" },
  );
  expect([await read(client), await read(client)]).toEqual([1, 3]);
  expect(ksc.countOf("login")).toBe(2);
});

test("a connection that KSC closed is noticed before the next call, which is then sent once", async () => {
  const { ksc, client } = await setup({}, { loginMode: "connection" });
  await read(client);
  ksc.closeConnections();
  // The close reaches the client with the next turns of the event loop; a connection to the stub proves that they passed.
  await eventually(async () => (await change(client).catch(() => 0)) > 0, { what: "a change to get through" });
  expect(ksc.countOf("login")).toBe(2);
});

test("a slow KSC: the call ends at its time with its effect unknown, and the next one works on a new connection", async () => {
  const { clock, advance } = handClock();
  const { ksc, client } = await setup({ "X.Change": () => "hang" }, { clock, timeoutMs: 5_000 });
  await read(client);
  const slow = outcomeOf(change(client));
  await eventually(() => ksc.countOf("X.Change") === 1, { what: "the change to arrive" });
  await advance(5_000);
  expect(await slow).toMatchObject({ code: "ksc.timeout", details: { delivery: "unknown" } });
  expect(await read(client)).toBe(2);
  expect(ksc.countOf("X.Change")).toBe(1);
});

test("a call that runs out of time while it waits for its turn was not sent and never is", async () => {
  const { clock, advance } = handClock();
  const { ksc, client } = await setup({ "X.Hang": () => "hang" }, { clock });
  const hung = outcomeOf(read(client, "X.Hang", { timeoutMs: 60_000 }));
  await eventually(() => ksc.countOf("X.Hang") === 1, { what: "the first call to hang" });
  const waiting = outcomeOf(change(client, "X.Change", { timeoutMs: 1_000 }));
  await advance(1_000);
  expect(await waiting).toMatchObject({ code: "ksc.timeout", details: { delivery: "not_sent" } });
  await client.close();
  await hung;
  expect(ksc.countOf("X.Change")).toBe(0);
});

test("giving up: waiting calls vanish, a read leaves at once, a sent change is unsure; the session survives", async () => {
  const { ksc, client } = await setup({ "X.Hold": () => "hang" }, { sessions: 2 });
  await read(client);
  const stop = new AbortController();
  const reason = new Error("enough");
  const sent = outcomeOf(change(client, "X.Hold", { signal: stop.signal }));
  const sentRead = outcomeOf(read(client, "X.Hold", { signal: stop.signal }));
  const waiting = outcomeOf(change(client, "X.Waiting", { signal: stop.signal }));
  await eventually(() => ksc.countOf("X.Hold") === 2, { what: "both calls to be on their way" });
  stop.abort(reason);
  expect(await sent).toMatchObject({ code: "ksc.answer_lost", details: { delivery: "unknown" } });
  expect(await sentRead).toBe(reason);
  expect(await waiting).toBe(reason);
  expect(await outcomeOf(change(client, "X.Waiting", { signal: stop.signal }))).toBe(reason);
  expect(ksc.countOf("X.Waiting")).toBe(0);
});

test("an idle session is pinged, a busy one is not", async () => {
  const { clock, advance } = handClock();
  const { ksc, client } = await setup({}, { clock, timeoutMs: 600_000 });
  await read(client);
  await advance(59_000);
  expect(ksc.countOf("Session.Ping")).toBe(0);
  await read(client);
  await advance(59_000);
  expect(ksc.countOf("Session.Ping")).toBe(0);
  await advance(1_000);
  await eventually(() => ksc.countOf("Session.Ping") === 1, { what: "the ping" });
});

test("a login whose answer is lost is not tried again at once, and says whether KSC was slow or gone", async () => {
  const { clock, advance } = handClock();
  const gone = await setup({ "Session.StartSession": () => "drop" }, { clock });
  expect(await outcomeOf(read(gone.client))).toMatchObject({
    code: "ksc.unreachable",
    details: { delivery: "not_sent" },
  });
  expect(await outcomeOf(read(gone.client))).toMatchObject({ code: "ksc.unreachable" });
  expect(gone.ksc.countOf("Session.StartSession")).toBe(1);
  const slow = await setup({ "Session.StartSession": () => "hang" }, { clock, timeoutMs: 5_000 });
  const waiting = outcomeOf(read(slow.client, "X.Read", { timeoutMs: 60_000 }));
  await eventually(() => slow.ksc.countOf("Session.StartSession") === 1, { what: "the login to arrive" });
  await advance(5_000);
  expect(await waiting).toMatchObject({ code: "ksc.timeout", details: { delivery: "not_sent" } });
});

test("64-bit numbers of an answer arrive exact", async () => {
  const { client } = await setup({
    "X.Read": () => ({ status: 200, body: '{"PxgRetVal":{"type":"long","value":9223372036854775807}}' }),
  });
  const value = await client.call("X.Read", {}, "reads", (reply) => reply.PxgRetVal);
  expect(value).toEqual({ type: "long", value: 9223372036854775807n });
});

test("closing says goodbye, fails what waits as not sent, and leaves no timer", async () => {
  const fake = createFakeClock();
  const { ksc, client } = await setup({}, { clock: fake });
  await read(client);
  const late = client.close();
  expect(await outcomeOf(read(client))).toMatchObject({ code: "ksc.unreachable", details: { delivery: "not_sent" } });
  await late;
  expect(ksc.countOf("Session.EndSession")).toBe(1);
  expect(fake.pendingCount()).toBe(0);
});

test("[S9] the password is in no error and no log line", async () => {
  const lines: string[] = [];
  const write = (op: string, fields?: object) => lines.push(JSON.stringify([op, fields]));
  const logger = { debug: write, info: write, warn: write, error: write };
  const { client } = await setup({ "Session.StartSession": () => pxg(1453, "KLWAT") }, { logger, clock: systemClock });
  const error = await outcomeOf(read(client));
  expect(error).toBeInstanceOf(AppError);
  expect(lines.length).toBeGreaterThan(0);
  const cause = error instanceof AppError ? String(error.cause) + JSON.stringify(error.details) : "";
  for (const text of [...lines, String(error), cause]) expect(text).not.toMatch(/hunter2|aHVudGVyMg/);
});

test.each([
  [{ sessions: 33 }, "sessions"],
  [{ port: 0 }, "port"],
  [{ host: "" }, "host"],
  [{ credentials: { scheme: "KSCT", token: new Secret("t") }, sessions: 2 }, "one-time token"],
] as const)("wrong options are refused before anything is opened: %j", async (options, problem) => {
  await expect(setup({}, options as Partial<KscClientOptions>)).rejects.toThrow(problem);
});
