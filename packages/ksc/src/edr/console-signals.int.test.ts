import { Secret } from "@cordon/core/kernel";
import { createFakeClock } from "@cordon/testkit";
import { afterEach, expect, test } from "vitest";
import { STUB_CERTIFICATE, type StubAnswer, type StubKsc, startStubKsc } from "../../test/stub-ksc.ts";
import { createKscClient } from "../session/client.ts";
import { createKscEdr } from "./ksc-edr.ts";

const stoppers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stoppers.splice(0).reverse()) await stop();
});

const { signal } = new AbortController();
const error = (module: string, code: number) => ({ PxgError: { module, code, message: "scripted" } });
const NO_SUCH_CALL = error("KLCONN", 1194);
const NOT_FOUND = error("KLSTD", 1186);
const TOO_EARLY = error("KLSTD", 1195);
const TASK_EVENT = { type: "params", value: { KLSRV_CON_EVENT_TYPE: "KLPRCI_TaskState" } };
const page = (events: number, flag: boolean) => ({
  PxgRetVal: flag,
  nPeriod: 5_000,
  pEvents: Array.from({ length: events }, () => TASK_EVENT),
});

/** A KSC that answers `Retrieve` with these, one after the other, and `Subscribe` with a period, or as told. */
async function setup(
  retrieves: StubAnswer[],
  subscribe: (event: string) => StubAnswer = () => ({ PxgRetVal: 1, nPeriod: 5_000 }),
) {
  const ksc: StubKsc = await startStubKsc(({ method, args }) => {
    if (method === "Session.StartSession") return { PxgRetVal: "t" };
    if (method === "ConEvents.Subscribe") return subscribe(String(args.wstrEvent));
    if (method === "ConEvents.Retrieve") return retrieves.shift() ?? page(0, true);
    return {};
  });
  stoppers.push(() => ksc.stop());
  const clock = createFakeClock();
  const client = createKscClient({
    host: "127.0.0.1",
    port: ksc.port,
    trust: { pinPem: STUB_CERTIFICATE },
    credentials: { scheme: "KSCBasic", user: "u", password: new Secret("p") },
    clock,
    sessions: 3,
  });
  const edr = createKscEdr({ client, clock });
  stoppers.push(() => edr.close());
  return { ksc, clock, signals: () => edr.signals(signal) };
}

test("subscribes once, waits for KSC's period, and then drains until KSC has no more", async () => {
  const { ksc, clock, signals } = await setup([
    page(3, false),
    page(2, false),
    page(0, true),
    page(0, true),
    page(4, true),
  ]);
  expect(await signals()).toEqual({ kind: "heard", tasks: true, notBeforeMs: 5_000 });
  expect(await signals()).toEqual({ kind: "heard", tasks: false, notBeforeMs: 5_000 });
  expect(ksc.countOf("ConEvents.Retrieve")).toBe(0);
  await clock.advance(5_000);
  expect(await signals()).toEqual({ kind: "heard", tasks: true, notBeforeMs: 5_000 });
  expect(ksc.countOf("ConEvents.Retrieve")).toBe(3);
  await clock.advance(5_000);
  expect(await signals()).toMatchObject({ tasks: false });
  // By now it is known which flag means the end, so a page that carries it needs no further question.
  await clock.advance(5_000);
  expect(await signals()).toMatchObject({ tasks: true });
  expect(ksc.countOf("ConEvents.Retrieve")).toBe(5);
  expect(ksc.countOf("ConEvents.Subscribe")).toBe(2);
});

test("polled too early is no trouble", async () => {
  const { clock, signals } = await setup([TOO_EARLY]);
  await signals();
  await clock.advance(5_000);
  expect(await signals()).toMatchObject({ kind: "heard", tasks: false });
});

test("a subscription that ended with its session is made anew, and what was missed counts as heard", async () => {
  const { ksc, clock, signals } = await setup([NOT_FOUND]);
  await signals();
  await clock.advance(5_000);
  expect(await signals()).toEqual({ kind: "heard", tasks: true, notBeforeMs: 5_000 });
  expect(ksc.countOf("ConEvents.Subscribe")).toBe(4);
});

test.each([
  ["does not have the class", () => NO_SUCH_CALL, 1],
  ["refuses these events", () => error("KLSTD", 1192), 2],
  ["says not to poll", () => ({ PxgRetVal: 1, nPeriod: 0 }), 2],
])("a server that %s is left alone for an hour", async (_what, subscribe, subscribes) => {
  const { ksc, clock, signals } = await setup([], subscribe);
  for (let call = 0; call < 5; call++) expect(await signals()).toEqual({ kind: "absent" });
  expect(ksc.countOf("ConEvents.Subscribe")).toBe(subscribes);
  await clock.advance(3_600_000);
  await signals();
  expect(ksc.countOf("ConEvents.Subscribe")).toBe(2 * subscribes);
});

test("one event that is not offered does not cost the other", async () => {
  const { signals } = await setup([], (event) =>
    event === "KLPRCI_TaskState" ? { PxgRetVal: 1, nPeriod: 2_000 } : NOT_FOUND,
  );
  expect(await signals()).toEqual({ kind: "heard", tasks: true, notBeforeMs: 2_000 });
});
