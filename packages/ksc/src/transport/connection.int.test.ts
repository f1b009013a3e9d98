import { systemClock } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { STUB_CERTIFICATE, type StubKsc, startStubKsc } from "../../test/stub-ksc.ts";
import { KscConnection } from "./connection.ts";
import { NotSentError } from "./exchange.ts";
import { trustFrom } from "./trust.ts";

const CALL = { verb: "POST", path: "/api/v1.0/HostGroup.GetStaticInfo", headers: {}, body: "{}" } as const;

function connectionTo(server: StubKsc): KscConnection {
  const trust = trustFrom({ pinPem: STUB_CERTIFICATE });
  const address = { host: "127.0.0.1", port: server.port, trust, connectTimeoutMs: 5_000, replyBytesMax: 1_024 };
  return new KscConnection(address, systemClock);
}

test("[T1] a request whose connection fails while the one before is being given up fails once, and harms no later request", async () => {
  const first = await startStubKsc(() => "hang");
  const connection = connectionTo(first);
  const hanging = connection.exchange(CALL, () => true);
  while (first.requests.length === 0) await new Promise(setImmediate);
  const givenUp = expect(hanging).rejects.toThrow("no answer in time");
  connection.abort(new Error("no answer in time"));
  // In the same turn: the given-up socket is not closed yet, and the server is gone before the new connection arrives.
  const refused = expect(connection.exchange(CALL)).rejects.toThrow(/ksc\.unreachable/);
  await first.stop();
  await Promise.all([givenUp, refused]);

  const second = await startStubKsc(() => ({}), first.port);
  try {
    // Its connection is handed back when the answer is in: a forgotten request of before would be waiting for it.
    for (let round = 0; round < 3; round += 1) {
      await expect(connection.exchange(CALL)).resolves.toMatchObject({ status: 200 });
    }
    expect(second.requests.map((request) => request.connection)).toEqual([1, 1, 1]);
  } finally {
    connection.destroy();
    await second.stop();
  }
});

test("[D4] a request that may have arrived is not sent again over a new connection", async () => {
  const server = await startStubKsc((request) => (request.connection === 1 ? "drop" : {}));
  const connection = connectionTo(server);
  try {
    await expect(connection.exchange(CALL)).rejects.toMatchObject({ delivery: "unknown", reusedSocket: false });
    expect(connection.isOpen).toBe(false);
    await expect(connection.exchange(CALL)).resolves.toMatchObject({ status: 200 });
    expect(connection.generation).toBe(2);
    expect(server.requests.map((request) => request.connection)).toEqual([1, 2]);
  } finally {
    connection.destroy();
    await server.stop();
  }
});

test("[S4] what may not go any more once it has its connection never reaches KSC, and says so", async () => {
  const server = await startStubKsc(() => ({}));
  const connection = connectionTo(server);
  try {
    await expect(connection.exchange(CALL, () => false)).rejects.toBeInstanceOf(NotSentError);
    expect(connection.generation).toBe(1);
    await expect(connection.exchange(CALL, () => true)).resolves.toMatchObject({ status: 200 });
    expect(server.requests).toHaveLength(1);
  } finally {
    connection.destroy();
    await server.stop();
  }
});

test("[D4] a request that is given up before it has a connection is not sent when there is one", async () => {
  const server = await startStubKsc(() => ({}));
  const connection = connectionTo(server);
  try {
    const givenUp = connection.exchange(CALL);
    connection.abort(new Error("nobody waits any longer"));
    await expect(givenUp).rejects.toThrow("nobody waits any longer");
    await expect(connection.exchange(CALL)).resolves.toMatchObject({ status: 200 });
    expect(server.requests).toHaveLength(1);
  } finally {
    connection.destroy();
    await server.stop();
  }
});

test("[T1] an answer that is larger than allowed is given up with its connection, and the next one is whole", async () => {
  const server = await startStubKsc((request) => ({ text: "x".repeat(request.connection === 1 ? 2_000 : 2) }));
  const connection = connectionTo(server);
  try {
    await expect(connection.exchange(CALL)).rejects.toThrow("larger than 1024 bytes");
    const reply = await connection.exchange(CALL);
    expect(JSON.parse(reply.body.toString())).toEqual({ text: "xx" });
  } finally {
    connection.destroy();
    await server.stop();
  }
});
