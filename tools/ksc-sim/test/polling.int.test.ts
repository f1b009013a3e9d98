import { expect, test } from "vitest";
import { UNCOLLECTED_MAX } from "../src/http/async-actions.ts";
import type { KscParams } from "../src/model/values.ts";
import { incident, inner, respond, startBench, tokenSession } from "./client.ts";

const FIND = { wstrFilter: "", vecFieldsToReturn: [], lMaxLifeTime: 600 };

test("[K22] Retrieve before nPeriod is KLSTD 1195, afterwards it hands out the events", async () => {
  await using bench = await startBench({ knobs: { conEventsPeriodMs: 5000 } });
  const { client } = bench;
  expect(await client.fail("ConEvents.Retrieve")).toMatchObject({ module: "KLSTD", code: 1186 });
  expect(await client.call("ConEvents.Subscribe", { wstrEvent: "KLSRV_EV_INCIDENT_ADDED", pFilter: {} })).toEqual({
    PxgRetVal: 1,
    nPeriod: 5000,
  });
  const id = await respond(bench, "onDemandScan");
  expect(await client.fail("ConEvents.Retrieve")).toMatchObject({ module: "KLSTD", code: 1195 });
  bench.step(5);
  const reply = await client.call("ConEvents.Retrieve");
  expect(reply).toMatchObject({ PxgRetVal: false, nPeriod: 5000 });
  expect(inner(reply.pEvents)).toMatchObject([
    {
      KLSRV_CON_EVENT_TYPE: "KLSRV_EV_INCIDENT_ADDED",
      KLSRV_CON_EVENT_PARAMS: { type: "params", value: { KLINCDT_ID: id, KLINCDT_SEVERITY: 2, KLINCDT_TYPE: "" } },
      KLSRV_CON_EVENT_BIRTH_TIME: { type: "datetime", value: "2026-03-02T09:00:00Z" },
    },
  ]);
  expect(await client.fail("ConEvents.Retrieve")).toMatchObject({ code: 1195 });
  bench.step(5);
  expect((await client.call("ConEvents.Retrieve")).pEvents).toEqual([]);
});

test("[K22] nPeriod is 0 when nothing is subscribed, and more than a page drains without waiting", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const { PxgRetVal } = await client.call("ConEvents.Subscribe", { wstrEvent: "KLSRV_EV_INCIDENT_ADDED", pFilter: {} });
  for (let index = 0; index < 150; index++) await respond(bench, "onDemandScan");
  bench.step(5);
  const first = await client.call("ConEvents.Retrieve");
  const second = await client.call("ConEvents.Retrieve");
  expect([first.PxgRetVal, second.PxgRetVal]).toEqual([true, false]);
  expect(inner(first.pEvents).length + inner(second.pEvents).length).toBe(150);
  await client.call("ConEvents.UnSubscribe", { nSubsId: PxgRetVal });
  expect(await client.fail("ConEvents.UnSubscribe", { nSubsId: PxgRetVal })).toMatchObject({ code: 1186 });
  expect(await client.fail("ConEvents.Retrieve")).toMatchObject({ code: 1186 });
});

test("a subscription hears its event only, filtered by equal parameters; back-end commands need a product", async () => {
  await using bench = await startBench();
  const { client } = bench;
  await client.call("ConEvents.Subscribe", { wstrEvent: "KLSRV_EV_INCIDENT_ADDED", pFilter: { KLINCDT_SEVERITY: 3 } });
  await client.call("ConEvents.Subscribe", { wstrEvent: "KLSRV_EV_OTHER", pFilter: {} });
  await respond(bench, "onDemandScan");
  await client.call("HostGroup.AddIncident", incident(bench.hostId(), "x", { KLINCDT_SEVERITY: 3 }));
  bench.step(5);
  expect(inner((await client.call("ConEvents.Retrieve")).pEvents)).toHaveLength(1);
  const backend = { wstrEvent: "KLSRV_EV_PROD_BACKEND_CMD", pFilter: { CMD_PROD_NAME: "KES" } };
  expect(await client.fail("ConEvents.Subscribe", backend)).toMatchObject({ code: 1192 });
  await client.call("ConEvents.Subscribe", { ...backend, pFilter: { CMD_PROD_NAME: "KES", CMD_PROD_VERSION: "12" } });
});

test("a session that subscribes without end is told so", async () => {
  await using bench = await startBench();
  const subscribe = { wstrEvent: "KLSRV_EV_INCIDENT_ADDED", pFilter: {} };
  for (let index = 0; index < 50; index++) await bench.client.call("ConEvents.Subscribe", subscribe);
  expect(await bench.client.fail("ConEvents.Subscribe", subscribe)).toMatchObject({ code: 1187 });
});

test("[K22] an action polled before lNextCheckDelay is KLSTD 1195; its result is handed out once", async () => {
  await using bench = await startBench({ knobs: { asyncActionMs: 500 } });
  const { client } = bench;
  const { strRequestId } = await client.call("HostGroup.FindHostsAsync", FIND);
  const check = { wstrActionGuid: strRequestId };
  expect(await client.call("AsyncActionStateChecker.CheckActionState", check)).toEqual({
    bFinalized: false,
    bSuccededFinalized: false,
    lStateCode: 0,
    pStateData: {},
    lNextCheckDelay: 500,
  });
  expect(await client.fail("AsyncActionStateChecker.CheckActionState", check)).toMatchObject({
    module: "KLSTD",
    code: 1195,
  });
  expect(await client.fail("HostGroup.FindHostsAsyncGetAccessor", { strRequestId })).toMatchObject({ code: 1195 });
  bench.step(0.5);
  expect(await client.call("AsyncActionStateChecker.CheckActionState", check)).toEqual({
    bFinalized: true,
    bSuccededFinalized: true,
    lStateCode: 1,
    pStateData: {},
    lNextCheckDelay: 0,
  });
  expect(await client.fail("AsyncActionStateChecker.CheckActionState", check)).toMatchObject({ code: 1186 });
  expect((await client.call("HostGroup.FindHostsAsyncGetAccessor", { strRequestId })).PxgRetVal).toBe(3);
  expect(await client.fail("HostGroup.FindHostsAsyncGetAccessor", { strRequestId })).toMatchObject({ code: 1186 });
});

test("[K22] an action of another session is KLSTD 1184, a cancelled one 1186", async () => {
  await using bench = await startBench();
  const { strRequestId } = await bench.client.call("HostGroup.FindHostsAsync", FIND);
  const other = await tokenSession(bench.server);
  expect(
    await other.client.fail("AsyncActionStateChecker.CheckActionState", { wstrActionGuid: strRequestId }),
  ).toMatchObject({ code: 1184 });
  other.client.close();
  await bench.client.call("HostGroup.FindHostsAsyncCancel", { strRequestId });
  expect(
    await bench.client.fail("AsyncActionStateChecker.CheckActionState", { wstrActionGuid: strRequestId }),
  ).toMatchObject({ code: 1186 });
});

test("too many finished but uncollected actions make the server close the connection", async () => {
  await using bench = await startBench();
  const { strRequestId } = await bench.client.call("HostGroup.FindHostsAsync", FIND);
  for (let index = 0; index < UNCOLLECTED_MAX; index++) await bench.client.call("HostGroup.FindHostsAsync", FIND);
  bench.step(1);
  await bench.client.call("HostGroup.FindHostsAsyncGetAccessor", { strRequestId }).catch(() => undefined);
  // The log-on was bound to the connection that is closed now.
  await expect(bench.client.call("Session.Ping")).rejects.toThrow(/401|ECONNRESET|socket hang up/);
});

test("a report is executed, polled, and fetched whole, by range and in chunks; busy is 503", async () => {
  await using bench = await startBench({ knobs: { fileBusyTimes: 1 } });
  const { client } = bench;
  const reports = inner((await client.call("ReportManager.EnumReports")).PxgRetVal);
  expect(reports).toContainEqual({ RPT_ID: 9, RPT_DN: "Report on task results" });
  const pOptions = {
    KLRPT_OUTPUT_FORMAT: {
      type: "params",
      value: { KLRPT_MAX_RECORDS_DETAILS: 10, KLRPT_TARGET_TYPE: 0, KLRPT_XML_TARGET_TYPE: 0 },
    },
    RPT_LOC_LOCALE: 1033,
  };
  const { strRequestId } = await client.call("ReportManager.ExecuteReportAsync", { lReportId: 1, pOptions });
  bench.step(1);
  const state = await client.call("AsyncActionStateChecker.CheckActionState", { wstrActionGuid: strRequestId });
  const file = String((state.pStateData as KscParams).KLRPT_OUTPUT_FILE);
  expect(file).toMatch(/^\/.*\.html$/);
  expect((await client.get(file)).status).toBe(503);
  const whole = await client.get(file);
  expect([whole.status, whole.text.startsWith("<html>")]).toEqual([200, true]);
  const all = await client.get(file, { range: "bytes=0-" });
  expect([all.status, all.headers["content-range"]]).toEqual([
    206,
    `bytes 0-${whole.text.length - 1}/${whole.text.length}`,
  ]);
  expect((await client.get(file, { range: "bytes=6-11" })).text).toBe(whole.text.slice(6, 12));
  expect((await client.get(file, { range: `bytes=${whole.text.length}-` })).status).toBe(416);
  const stranger = await tokenSession(bench.server);
  expect((await stranger.client.get(file)).status).toBe(404);
  stranger.client.close();
  let xml = "";
  for (let rest = 1; rest > 0; ) {
    const chunk = await client.call("ReportManager.ExecuteReportAsyncGetData", { strRequestId, nChunkSize: 40 });
    xml += Buffer.from(String(chunk.pXmlData), "base64").toString();
    rest = Number(chunk.nDataSizeRest);
  }
  expect(xml).toMatch(/^<report name="Protection status report">.*<\/report>$/);
  expect(await client.fail("ReportManager.ExecuteReportAsyncCancel", { strRequestId })).toMatchObject({ code: 1186 });
});

test("a view is reset asynchronously, too", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const asked = {
    wstrViewName: "GlobalUsersListSrvViewName",
    wstrFilter: "",
    vecFieldsToReturn: ["ul_wstrDisplayName"],
    vecFieldsToOrder: [],
    pParams: {},
    lifetimeSec: 10_800,
  };
  const { wstrRequestId } = await client.call("SrvView.ResetIteratorAsync", asked);
  expect(await client.fail("SrvView.ResetIteratorAsyncGetData", { wstrRequestId })).toMatchObject({ code: 1195 });
  bench.step(1);
  await client.call("AsyncActionStateChecker.CheckActionState", { wstrActionGuid: wstrRequestId });
  const { wstrIteratorId } = await client.call("SrvView.ResetIteratorAsyncGetData", { wstrRequestId });
  expect((await client.call("SrvView.GetRecordCount", { wstrIteratorId })).PxgRetVal).toBe(1);
  expect(await client.fail("SrvView.ResetIteratorAsyncCancel", { wstrRequestId })).toMatchObject({ code: 1186 });
  expect(await client.fail("SrvView.ResetIterator", { ...asked, wstrViewName: "NoSuchView" })).toMatchObject({
    code: 1186,
  });
});
