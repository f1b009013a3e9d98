import { Secret } from "@cordon/core/kernel";
import { createFakeClock } from "@cordon/testkit";
import { afterEach, expect, test } from "vitest";
import { STUB_CERTIFICATE, type StubKsc, startStubKsc } from "../../test/stub-ksc.ts";
import { createKscClient } from "../session/client.ts";
import { createKscEdr } from "./ksc-edr.ts";

const stoppers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stoppers.splice(0).reverse()) await stop();
});

const NOW = Date.UTC(2026, 2, 2, 12);
const HOUR_MS = 3_600_000;

interface StoredEvent {
  readonly id: number | bigint;
  readonly atMs: number;
  readonly ours: boolean;
}

/** A KSC with this event store. */
async function setup(store: readonly StoredEvent[]) {
  const ksc: StubKsc = await startStubKsc(({ method, args }) => {
    switch (method) {
      case "Session.StartSession":
        return { PxgRetVal: "t" };
      case "EventProcessingFactory.CreateEventProcessing2":
        return { strIteratorId: "it" };
      case "EventProcessing.GetRecordCount":
        return { PxgRetVal: store.length };
      case "EventProcessing.GetRecordRange": {
        const records = store
          .toReversed()
          .slice(Number(args.nStart), Number(args.nEnd) + 1)
          .map(encode)
          .join(",");
        return { status: 200, body: `{"pParamsEvents":{"KLEVP_EVENT_RANGE_ARRAY":[${records}]}}` };
      }
      default:
        return {};
    }
  });
  stoppers.push(() => ksc.stop());
  const clock = createFakeClock(NOW);
  const client = createKscClient({
    host: "127.0.0.1",
    port: ksc.port,
    trust: { pinPem: STUB_CERTIFICATE },
    credentials: { scheme: "KSCBasic", user: "u", password: new Secret("p") },
    clock,
  });
  const edr = createKscEdr({ client, clock });
  stoppers.push(() => edr.close());
  const { signal } = new AbortController();
  const idsAfter = async (cursor: number, limit = 1_000) =>
    (await edr.eventsAfter(cursor, limit, signal)).map(({ eventDbId }) => eventDbId);
  /** Records that were read by the call. */
  const reading = async (call: () => Promise<unknown>): Promise<number> => {
    const before = ksc.requests.length;
    await call();
    return ksc.requests
      .slice(before)
      .filter(({ method }) => method === "EventProcessing.GetRecordRange")
      .reduce((sum, { args }) => sum + Number(args.nEnd) - Number(args.nStart) + 1, 0);
  };
  return { ksc, idsAfter, reading };
}

function encode(event: StoredEvent): string {
  const time = `${new Date(event.atMs).toISOString().slice(0, 19)}Z`;
  const name = event.ours ? "[Response][KUMA] getFile - 02.03.2026 12:14:11 - 4711" : "Virus scan";
  return `{"type":"params","value":{"event_db_id":{"type":"long","value":${event.id}},"hostname":"host-1","task_display_name":"${name}","task_new_state":4,"rise_time":{"type":"datetime","value":"${time}"}}}`;
}

const stream = (count: number, everyNth: number): StoredEvent[] =>
  Array.from({ length: count }, (_, index) => ({ id: 90_001 + index, atMs: NOW, ours: index % everyNth === 0 }));

test("what is new costs three calls, however large the store is", async () => {
  const { ksc, idsAfter } = await setup(stream(4_000, 50));
  expect(await idsAfter(93_930)).toEqual([93_951]);
  const calls = ksc.requests.slice(1).map(({ method }) => method);
  expect(calls).toEqual([
    "EventProcessingFactory.CreateEventProcessing2",
    "EventProcessing.GetRecordRange",
    "EventProcessing.ReleaseIterator",
  ]);
});

test("a cursor that is far behind in a large store is found in few steps", async () => {
  const { ksc, idsAfter } = await setup(stream(40_000, 1_000));
  expect(await idsAfter(110_500, 2)).toEqual([111_001, 112_001]);
  expect(ksc.countOf("EventProcessing.GetRecordRange")).toBeLessThan(30);
  expect(await idsAfter(112_001, 2)).toEqual([113_001, 114_001]);
});

test("a server that does not sort as asked is found out before an event is missed", async () => {
  const { idsAfter } = await setup(stream(20, 1).reverse());
  await expect(idsAfter(90_005)).rejects.toMatchObject({ code: "ksc.unexpected_reply" });
});

test("events of others are passed over once, not again at every look", async () => {
  const { idsAfter, reading } = await setup(stream(3_000, 2_000));
  expect(await idsAfter(90_001)).toEqual([92_001]);
  expect(await idsAfter(92_001)).toEqual([]);
  expect(await reading(() => idsAfter(92_001))).toBe(100);
  // A caller that lost its place still gets everything.
  expect(await idsAfter(90_001)).toEqual([92_001]);
});

test("a limit cuts the list and the next call goes on exactly there", async () => {
  const { idsAfter } = await setup(stream(20, 1));
  expect(await idsAfter(90_005, 3)).toEqual([90_006, 90_007, 90_008]);
  expect(await idsAfter(90_008, 3)).toEqual([90_009, 90_010, 90_011]);
});

test("without a cursor only the last day is read", async () => {
  const { idsAfter } = await setup([
    { id: 1, atMs: NOW - 48 * HOUR_MS, ours: true },
    { id: 2, atMs: NOW - 25 * HOUR_MS, ours: true },
    { id: 3, atMs: NOW - 23 * HOUR_MS, ours: true },
    { id: 4, atMs: NOW, ours: true },
  ]);
  expect(await idsAfter(0)).toEqual([3, 4]);
});

test("an id beyond what the cursor can hold is an error, never a rounded number", async () => {
  const { idsAfter } = await setup([{ id: 2n ** 53n + 1n, atMs: NOW, ours: true }]);
  await expect(idsAfter(5)).rejects.toMatchObject({
    code: "ksc.unexpected_reply",
    details: { method: "EventProcessing.GetRecordRange", field: "event_db_id" },
  });
});

test("the iterator is released whatever happens", async () => {
  const { ksc, idsAfter } = await setup([{ id: 2n ** 60n, atMs: NOW, ours: true }]);
  await idsAfter(5).catch(() => {});
  expect(ksc.countOf("EventProcessing.ReleaseIterator")).toBe(1);
});
