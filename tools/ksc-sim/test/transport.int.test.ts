import { once } from "node:events";
import https from "node:https";
import tls from "node:tls";
import { expect, test } from "vitest";
import { base64, basicAuth, connect, inner, startBench, tokenSession } from "./client.ts";

test("[K1] the server has its own self-signed certificate, which a client that does not pin it refuses", async () => {
  await using bench = await startBench({ config: { servers: [{ name: "ksc-b", hosts: 1 }] } });
  const other = bench.simulator.server("ksc-b");
  expect(other.certificatePem).not.toBe(bench.server.certificatePem);
  const unpinned = new Promise((resolve, reject) => {
    https.get(bench.server.url, { agent: false }, resolve).on("error", reject);
  });
  await expect(unpinned).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  const wrongPin = connect({ ...bench.server, certificatePem: other.certificatePem });
  await expect(wrongPin.call("Session.Ping")).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  wrongPin.close();
});

/** Sends two calls at once on one connection and returns everything that comes back until it closes or both are answered. */
async function pipelined(bench: Awaited<ReturnType<typeof startBench>>): Promise<string> {
  const socket = tls.connect({ port: bench.server.port, host: "127.0.0.1", ca: bench.server.certificatePem });
  await once(socket, "secureConnect");
  const { token } = await tokenSession(bench.server);
  const call = (method: string): string =>
    `POST /api/v1.0/${method} HTTP/1.1\r\nhost: x\r\nx-ksc-session: ${token}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;
  let received = "";
  const done = new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
    socket.on("error", () => resolve());
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString();
      if (received.split("HTTP/1.1 200").length === 3) resolve();
    });
  });
  socket.write(call("HostGroup.GroupIdGroups") + call("HostGroup.GroupIdUnassigned"));
  await done;
  socket.destroy();
  return received;
}

test("[K2] a second request on a busy connection waits its turn with onOverlap queue", async () => {
  await using bench = await startBench({ knobs: { onOverlap: "queue" } });
  const received = await pipelined(bench);
  expect(received.indexOf('{"PxgRetVal":0}')).toBeGreaterThan(0);
  expect(received.indexOf('{"PxgRetVal":1}')).toBeGreaterThan(received.indexOf('{"PxgRetVal":0}'));
});

test("[K2] a second request on a busy connection resets it with onOverlap reset", async () => {
  await using bench = await startBench({ knobs: { onOverlap: "reset" } });
  expect(await pipelined(bench)).not.toContain('{"PxgRetVal":1}');
});

test("[K3] a login is bound to its connection: another connection is not logged on", async () => {
  await using bench = await startBench();
  await bench.client.call("Session.Ping");
  const other = connect(bench.server);
  expect((await other.raw("Session.Ping", "{}")).status).toBe(401);
  other.close();
});

test("[K3] a session token works from any connection", async () => {
  await using bench = await startBench();
  const { client, token } = await tokenSession(bench.server);
  await client.call("Session.Ping");
  const third = connect(bench.server, { "x-ksc-session": token });
  await third.call("Session.Ping");
  client.close();
  third.close();
});

test("[K3] a login's session ends with its connection", async () => {
  await using bench = await startBench();
  const before = bench.server.control.truth().sessions;
  const other = connect(bench.server);
  await other.login();
  expect(bench.server.control.truth().sessions).toBe(before + 1);
  const { token } = await tokenSession(bench.server);
  other.close();
  // The close travels through the kernel; a call on a third connection cannot overtake it for ever.
  const watcher = connect(bench.server, { "x-ksc-session": token });
  for (let poll = 0; poll < 200 && bench.server.control.truth().sessions > before + 1; poll++)
    await watcher.call("Session.Ping");
  expect(bench.server.control.truth().sessions).toBe(before + 1);
  watcher.close();
});

test("[K4] after EndSession every call with the old token is 403", async () => {
  await using bench = await startBench();
  const { client } = await tokenSession(bench.server);
  await client.call("Session.EndSession");
  expect((await client.raw("Session.Ping", "{}")).status).toBe(403);
  expect((await client.raw("HostGroup.GroupIdGroups", "{}")).status).toBe(403);
  client.close();
});

test("[K4] a session that idles longer than sessionIdleSeconds is 403, and use keeps it alive", async () => {
  await using bench = await startBench({ knobs: { sessionIdleSeconds: 100 } });
  bench.step(99);
  await bench.client.call("Session.Ping");
  bench.step(99);
  await bench.client.call("Session.Ping");
  bench.step(101);
  expect((await bench.client.raw("Session.Ping", "{}")).status).toBe(403);
});

test("[K4] after a restart tokens are 403 and a new log-on works", async () => {
  await using bench = await startBench();
  const { token } = await tokenSession(bench.server);
  bench.server.control.restart();
  const again = connect(bench.server, { "x-ksc-session": token });
  expect((await again.raw("Session.Ping", "{}")).status).toBe(403);
  again.close();
  const fresh = await tokenSession(bench.server);
  await fresh.client.call("Session.Ping");
  fresh.client.close();
});

test("[K5] a wrong password is KLWAT 1453, after lockAfter of them SPL 2013 for lockFor seconds", async () => {
  await using bench = await startBench({ knobs: { lockAfter: 3, lockFor: 60 } });
  const client = connect(bench.server);
  const logOn = async (password: string): Promise<unknown> => {
    const reply = await client.raw("Session.StartSession", "{}", { authorization: basicAuth("soc", password) });
    expect(reply.status).toBe(200);
    const parsed = JSON.parse(reply.text) as { PxgError?: { module: string; code: number } };
    return parsed.PxgError === undefined ? "in" : `${parsed.PxgError.module} ${parsed.PxgError.code}`;
  };
  expect([await logOn("no"), await logOn("no"), await logOn("no")]).toEqual(["KLWAT 1453", "KLWAT 1453", "KLWAT 1453"]);
  expect(await logOn("secret")).toBe("SPL 2013");
  bench.step(61);
  expect(await logOn("secret")).toBe("in");
  const answers: unknown[] = [];
  for (const password of ["no", "no", "secret", "no", "secret"]) answers.push(await logOn(password));
  expect(answers).toEqual(["KLWAT 1453", "KLWAT 1453", "in", "KLWAT 1453", "in"]);
  client.close();
});

test("[K6] a refusal by KSC travels with HTTP 200 and the whole error envelope", async () => {
  await using bench = await startBench();
  const reply = await bench.client.raw("Tasks.GetTask", '{"strTask":"999999"}');
  expect(reply.status).toBe(200);
  expect(JSON.parse(reply.text)).toEqual({
    PxgError: {
      code: 1186,
      subcode: 0,
      module: "KLSTD",
      file: expect.any(String),
      line: expect.any(Number),
      message: "Task 999999 not found",
      locdata: {
        type: "params",
        value: { format: "Task 999999 not found", "format-id": 0, locmodule: "KLSRV", args: ["999999"] },
      },
    },
  });
});

test("every spelling of KSCBasic and of the virtual server header that known clients send logs on", async () => {
  await using bench = await startBench();
  const spellings = [
    basicAuth("soc", "secret"),
    basicAuth("soc", "secret", ', domain="", internal="0"'),
    basicAuth("soc", "secret", ', domain="CORP", internal="1"'),
    basicAuth("soc", "secret", ", internal=true"),
    basicAuth("soc", "secret", ", internal=false").replaceAll(", ", ","),
  ];
  for (const authorization of spellings) {
    for (const header of [{}, { "x-ksc-vserver": "" }, { "x-ksc-vserver": "x" }]) {
      const client = connect(bench.server);
      const reply = await client.raw("login", "", { authorization, ...header });
      expect([reply.status, reply.text]).toEqual([200, "{}"]);
      expect(await client.call("HostGroup.GroupIdGroups")).toEqual({ PxgRetVal: 0 });
      client.close();
    }
  }
});

test("a log-on token works once within three minutes, a web token as configured, an unknown one is refused", async () => {
  await using bench = await startBench({
    server: { users: [{ user: "web", password: "p", webToken: "w-1" }], user: "soc", password: "secret" },
  });
  const client = connect(bench.server);
  const logOn = async (authorization: string): Promise<string> =>
    (await client.raw("login", "", { authorization })).text;
  const token = String((await bench.client.call("Session.CreateToken")).PxgRetVal);
  expect(await logOn(`KSCT ${token}`)).toBe("{}");
  expect(await logOn(`KSCT ${token}`)).toContain('"code":1453');
  const late = String((await bench.client.call("Session.CreateToken")).PxgRetVal);
  bench.step(181);
  expect(await logOn(`KSCT ${late}`)).toContain('"code":1453');
  expect(await logOn("KSCWT w-1")).toBe("{}");
  expect(await logOn("KSCWT w-2")).toContain('"code":1454');
  expect((await client.raw("login", "", { authorization: "NTLM TlRMTVNTUAAB" })).status).toBe(401);
  expect((await client.raw("login", "")).status).toBe(401);
  client.close();
});

test("an account that needs two-step verification logs on with a password only once it is exempted", async () => {
  await using bench = await startBench({
    server: { user: "soc", password: "secret", users: [{ user: "careful", password: "p", totp: true }] },
  });
  const client = connect(bench.server);
  const authorization = basicAuth("careful", "p");
  expect((await client.raw("login", "", { authorization })).text).toContain('"code":1453');
  const view = await bench.client.call("SrvView.ResetIterator", {
    wstrViewName: "GlobalUsersListSrvViewName",
    wstrFilter: '(ul_wstrDisplayName="careful")',
    vecFieldsToReturn: ["ul_llTrusteeId"],
    lifetimeSec: 60,
  });
  const range = await bench.client.call("SrvView.GetRecordRange", {
    wstrIteratorId: view.wstrIteratorId,
    nStart: 0,
    nEnd: 0,
  });
  const [user] = inner((range.pRecords as Record<string, never>).KLCSP_ITERATOR_ARRAY);
  const llTrusteeId = (user?.ul_llTrusteeId as { value: number } | undefined)?.value;
  await bench.client.call("TotpUserSettings.AddUserToTotpRequrementExceptions", { llTrusteeId, bInExceptions: true });
  expect((await client.raw("login", "", { authorization })).text).toBe("{}");
  client.close();
});

test("what is not a call gets its own status: wrong path, verb, content type and body", async () => {
  await using bench = await startBench();
  const { client } = bench;
  expect((await client.raw("Session.Ping", "{")).status).toBe(400);
  expect((await client.raw("Session.Ping", "[]")).status).toBe(400);
  expect((await client.raw("Session.Ping", "{}", { "content-type": "text/xml" })).status).toBe(415);
  expect((await client.raw("Session.Ping", "{}", { "content-type": "application/json; charset=utf-8" })).status).toBe(
    200,
  );
  expect((await client.get("/api/v1.0/Session.Ping")).status).toBe(405);
  expect((await client.get("/nowhere")).status).toBe(404);
  expect((await client.raw("Session.Ping", "")).status).toBe(200);
});

test("a large answer is compressed for a client that accepts it", async () => {
  await using bench = await startBench({ knobs: { gzipMinBytes: 10 } });
  const body = JSON.stringify({ pValues: [] });
  expect(
    (await bench.client.raw("HostGroup.GetStaticInfo", body, { "accept-encoding": "gzip" })).headers[
      "content-encoding"
    ],
  ).toBe("gzip");
  expect((await bench.client.raw("HostGroup.GetStaticInfo", body)).headers["content-encoding"]).toBeUndefined();
});

test("faults strike matching calls as often as asked and leave the others alone", async () => {
  await using bench = await startBench();
  const { client, server } = bench;
  server.control.addFault({ kind: "http_status", status: 502, method: "HostGroup.*", times: 1 });
  expect((await client.raw("Session.Ping", "{}")).status).toBe(200);
  expect((await client.raw("HostGroup.GroupIdGroups", "{}")).status).toBe(502);
  expect((await client.raw("HostGroup.GroupIdGroups", "{}")).status).toBe(200);
  server.control.addFault({ kind: "garbage", times: 1 });
  const garbage = await client.raw("Session.Ping", "{}");
  expect(garbage.status).toBe(200);
  expect(() => JSON.parse(garbage.text)).toThrow(SyntaxError);
  server.control.addFault({ kind: "ksc_error", times: 1, error: { module: "KLSTD", code: 1184 } });
  expect(await client.fail("Session.Ping")).toMatchObject({ module: "KLSTD", code: 1184 });
  server.control.addFault({ kind: "latency", latencyMs: 1, times: 1 });
  expect((await client.raw("Session.Ping", "{}")).status).toBe(200);
  server.control.addFault({ kind: "session_loss", times: 1 });
  expect((await client.raw("Session.Ping", "{}")).status).toBe(403);
  await client.login();
  server.control.addFault({ kind: "drop_before" });
  await expect(client.raw("Session.Ping", "{}")).rejects.toMatchObject({ code: "ECONNRESET" });
  server.control.clearFaults();
  await client.login();
  server.control.lockUser("soc", 60);
  expect(
    (await client.raw("login", "", { authorization: basicAuth("soc", "secret"), "x-ksc-vserver": base64("") })).text,
  ).toContain("2013");
  server.control.unlockUser("soc");
  await client.login();
});
