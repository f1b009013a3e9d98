import { systemClock } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { STUB_CERTIFICATE, startStubKsc } from "../../test/stub-ksc.ts";
import { KscConnection } from "./connection.ts";
import { trustFrom } from "./trust.ts";

const CALL = { verb: "POST", path: "/api/v1.0/HostGroup.GetStaticInfo", headers: {}, body: "{}" } as const;

test("[T1] a request whose connection fails while the one before is being given up fails once, and harms no later request", async () => {
  const first = await startStubKsc(() => "hang");
  const connection = new KscConnection(
    {
      host: "127.0.0.1",
      port: first.port,
      trust: trustFrom({ pinPem: STUB_CERTIFICATE }),
      connectTimeoutMs: 5_000,
      replyBytesMax: 1_024,
    },
    systemClock,
  );
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
