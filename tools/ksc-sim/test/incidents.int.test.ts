import { expect, test } from "vitest";
import { incident, respond, responseBody, startBench, WHOLE_TASK_SECONDS } from "./client.ts";

test("[K11] AddIncident returns an increasing integer, never a task id", async () => {
  await using bench = await startBench({ knobs: { taskCreateDelay: 0 } });
  const ids = [
    await respond(bench, "onDemandScan"),
    await respond(bench, "onDemandScan"),
    await respond(bench, "onDemandScan"),
  ];
  expect(ids.every(Number.isInteger)).toBe(true);
  expect(ids[1]).toBe(Number(ids[0]) + 1);
  expect(ids[2]).toBe(Number(ids[0]) + 2);
  const taskIds = bench.server.control.truth().tasks.map((task) => task.id);
  expect(taskIds).toHaveLength(3);
  expect(taskIds.some((id) => ids.includes(Number(id)))).toBe(false);
});

test("[K11] AddIncident refuses each missing or mistyped required field with 1192 and stores nothing", async () => {
  await using bench = await startBench();
  const wrong: [field: string, value: unknown][] = [
    ["KLINCDT_SEVERITY", undefined],
    ["KLINCDT_SEVERITY", "2"],
    ["KLINCDT_SEVERITY", 4],
    ["KLINCDT_ADDED", undefined],
    ["KLINCDT_ADDED", "2026-03-02T09:00:00Z"],
    ["KLINCDT_ADDED", { type: "datetime", value: "2026-03-02T09:00:00.123Z" }],
    ["KLINCDT_BODY", undefined],
    ["KLINCDT_BODY", 7],
    ["KLHST_WKS_HOSTNAME", undefined],
    ["KLHST_WKS_HOSTNAME", ""],
    ["KLINCDT_IS_HANDLED", 0],
  ];
  for (const [field, value] of wrong) {
    const failure = await bench.client.fail(
      "HostGroup.AddIncident",
      incident(bench.hostId(), "text", { [field]: value }),
    );
    expect(failure, `${field} ${String(value)}`).toMatchObject({ module: "KLSTD", code: 1192 });
    expect(failure.message).toContain(field);
  }
  expect(bench.server.control.truth().incidents).toEqual([]);
});

test("[K12] an incident for an unknown host is refused or accepted as the knob says", async () => {
  await using bench = await startBench({ knobs: { unknownHost: "reject" } });
  expect(await bench.client.fail("HostGroup.AddIncident", incident("ghost", "x"))).toMatchObject({ code: 1186 });
  bench.server.control.setKnobs({ unknownHost: "accept" });
  await bench.client.call("HostGroup.AddIncident", incident("ghost", responseBody("onDemandScan", "ghost")));
  bench.step(WHOLE_TASK_SECONDS);
  const truth = bench.server.control.truth();
  expect(truth.incidents).toMatchObject([{ hostId: "ghost", outcome: { kind: "ignored" } }]);
  expect(truth.tasks).toEqual([]);
});

test("[K13] without a service console an incident is accepted and nothing else happens", async () => {
  await using bench = await startBench({ knobs: { serviceConsole: "down" } });
  expect(await bench.client.call("ConEvents.IsAnyServiceConsoleAvailable")).toEqual({ PxgRetVal: false });
  const id = await respond(bench, "isolateHost");
  bench.step(86_400);
  const truth = bench.server.control.truth();
  expect(truth.incidents).toMatchObject([{ id, outcome: { kind: "no_console" } }]);
  expect([truth.tasks, truth.isolations]).toEqual([[], []]);
  bench.server.control.setConsole("up");
  expect(await bench.client.call("ConEvents.IsAnyServiceConsoleAvailable")).toEqual({ PxgRetVal: true });
  expect(
    await bench.client.call("ConEvents.IsServiceConsoleAvailable", { wstrProdName: "KES", wstrProdVersion: "" }),
  ).toEqual({ PxgRetVal: true });
  bench.server.control.setConsole("down");
  await respond(bench, "isolateHost");
  // A console that was away at the moment of the event has missed it, however short it was away.
  bench.server.control.setConsole("up");
  bench.step(WHOLE_TASK_SECONDS);
  expect(bench.server.control.truth().tasks).toEqual([]);
});

test("[K13] with backlogOnReconnect a returning console works through what it missed", async () => {
  await using bench = await startBench({ knobs: { serviceConsole: "down", backlogOnReconnect: true } });
  const ids = [await respond(bench, "isolateHost"), await respond(bench, "onDemandScan")];
  bench.step(3600);
  bench.server.control.setConsole("up");
  bench.step(21);
  expect(bench.server.control.truth().tasks.map((task) => task.incidentId)).toEqual(ids);
});

test("[K13] a console that goes down between incident and task has lost the request", async () => {
  await using bench = await startBench();
  await respond(bench, "isolateHost");
  bench.step(5);
  bench.server.control.setConsole("down");
  bench.step(60);
  expect(bench.server.control.truth()).toMatchObject({ tasks: [], incidents: [{ outcome: { kind: "no_console" } }] });
});

test("[K15] what the console cannot use stays an incident without a task and without an error", async () => {
  await using bench = await startBench();
  const host = bench.hostId();
  const useless: [body: string, reason: RegExp][] = [
    ["not json", /not a JSON object/],
    ["[]", /not a JSON object/],
    [responseBody("formatDisk", host), /not known/],
    [responseBody("onDemandScan", host, {}, { responseEventIncident: undefined }), /responseEventIncident/],
    [responseBody("onDemandScan", host, {}, { responseEventIncident: "true" }), /responseEventIncident/],
    [responseBody("onDemandScan", host, {}, { responseEventIncidentArea: undefined }), /Area/],
    [responseBody("onDemandScan", "ghost"), /not a device/],
    [responseBody("getFile", host, { path: "C:\\a" }), /md5hash/],
    [responseBody("getFile", host, { path: "C:\\a", md5hash: "zz", sha256hash: "" }), /md5hash/],
    [responseBody("getFile", host, { path: "", md5hash: "", sha256hash: "" }), /path or a hash/],
    [responseBody("startProcess", host, {}), /path/],
    [responseBody("ioCScan", host, { iocFiles: [] }), /iocFiles/],
    [responseBody("isolateHost", host, { isolationTimeout: "5h" }), /isolationTimeout/],
  ];
  for (const [body] of useless) await bench.client.call("HostGroup.AddIncident", incident(host, body));
  bench.step(WHOLE_TASK_SECONDS);
  const truth = bench.server.control.truth();
  expect(truth.tasks).toEqual([]);
  for (const [index, [body, reason]] of useless.entries()) {
    const outcome = truth.incidents[index]?.outcome;
    expect(outcome?.kind === "ignored" && outcome.reason, body).toMatch(reason);
  }
});

test("extra members of a body are tolerated or make the console ignore the request, as the knob says", async () => {
  await using bench = await startBench({ knobs: { taskCreateDelay: 0 } });
  const body = responseBody("onDemandScan", bench.hostId(), { deep: true }, { correlation: "abc" });
  await bench.client.call("HostGroup.AddIncident", incident(bench.hostId(), body));
  bench.server.control.setKnobs({ extraBodyMembers: "refuse" });
  await bench.client.call("HostGroup.AddIncident", incident(bench.hostId(), body));
  expect(bench.server.control.truth().incidents.map((one) => one.outcome.kind)).toEqual(["task", "ignored"]);
});

test("every one of the nine requests becomes a task of its kind", async () => {
  await using bench = await startBench();
  const file = { md5hash: "", sha256hash: "", path: "C:\\Temp\\a.exe" };
  const requests: [task: string, params: object][] = [
    ["getFile", file],
    ["deleteFile", { ...file, searchInSubfolders: true }],
    ["quarantineFile", { ...file, md5hash: "d41d8cd98f00b204e9800998ecf8427e" }],
    ["startProcess", { path: "C:\\a.exe", arguments: "-x", workingDirectory: "C:\\" }],
    ["terminateProcess", { ...file, pid: 4 }],
    ["isolateHost", { isolationTimeout: 3600, exclusions: [] }],
    ["preventExecution", file],
    ["ioCScan", { iocFiles: [{ name: "a.ioc", content: "<ioc/>" }] }],
    ["onDemandScan", {}],
  ];
  for (const [task, params] of requests) await respond(bench, task, bench.hostId(), params);
  bench.step(WHOLE_TASK_SECONDS + 600);
  const truth = bench.server.control.truth();
  expect(truth.tasks.map((task) => [task.kind, task.hosts[0]?.state])).toEqual(requests.map(([task]) => [task, "ok"]));
  expect(truth.effects.map((effect) => effect.kind).sort()).toEqual(requests.map(([task]) => task).sort());
  expect(truth.effects.find((effect) => effect.kind === "startProcess")?.params).toEqual(requests[3]?.[1]);
});

test("[K23] dropAfterCommit cuts the connection after the incident is stored and before the answer", async () => {
  await using bench = await startBench({ knobs: { dropAfterCommit: 1 } });
  await expect(respond(bench, "isolateHost")).rejects.toMatchObject({ code: "ECONNRESET" });
  await bench.client.login();
  const found = await bench.client.call("HostGroup.FindIncidents", {
    strFilter: `(&(KLHST_WKS_HOSTNAME="${bench.hostId()}")(KLINCDT_ADDED>=T"2026-03-02 08:59:00")(KLINCDT_BODY="*isolateHost*"))`,
    pFieldsToReturn: ["KLINCDT_ID", "KLINCDT_BODY"],
    pFieldsToOrder: [],
    lMaxLifeTime: 60,
  });
  const records = await bench.client.records(found);
  expect(records).toHaveLength(1);
  expect(records[0]?.KLINCDT_ID).toBe(bench.server.control.truth().incidents[0]?.id);
});

test("[K23] a drop before the commit leaves nothing behind", async () => {
  await using bench = await startBench();
  bench.server.control.addFault({ kind: "drop_before", method: "HostGroup.AddIncident", times: 1 });
  await expect(respond(bench, "isolateHost")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(bench.server.control.truth().incidents).toEqual([]);
});

test("[K26] UpdateIncident without the host name is an error; the four updatable fields change, the others do not", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const nId = await respond(bench, "onDemandScan");
  const failure = await client.fail("HostGroup.UpdateIncident", { nId, pData: { KLINCDT_IS_HANDLED: true } });
  expect(failure).toMatchObject({ module: "KLSTD", code: 1192 });
  expect(failure.message).toContain("KLHST_WKS_HOSTNAME");
  const host = bench.hostId();
  for (const pData of [
    { KLHST_WKS_HOSTNAME: "host-1" },
    { KLHST_WKS_HOSTNAME: host, KLINCDT_ID: 5 },
    { KLHST_WKS_HOSTNAME: host, GNRL_EXTRA_PARAMS: { type: "params", value: {} } },
  ]) {
    expect(await client.fail("HostGroup.UpdateIncident", { nId, pData })).toMatchObject({ code: 1193 });
  }
  const added = { type: "datetime", value: "2026-03-01T00:00:00Z" };
  await client.call("HostGroup.UpdateIncident", {
    nId,
    pData: {
      KLHST_WKS_HOSTNAME: host,
      KLINCDT_IS_HANDLED: true,
      KLINCDT_SEVERITY: 3,
      KLINCDT_BODY: "changed",
      KLINCDT_ADDED: added,
    },
  });
  const found = await client.call("HostGroup.FindIncidents", {
    strFilter: `KLINCDT_ID = ${nId}`,
    pFieldsToReturn: ["KLINCDT_IS_HANDLED", "KLINCDT_SEVERITY", "KLINCDT_BODY", "KLINCDT_ADDED", "KLHST_WKS_DN"],
    pFieldsToOrder: [],
    lMaxLifeTime: 60,
  });
  expect(await client.records(found)).toEqual([
    {
      KLINCDT_IS_HANDLED: true,
      KLINCDT_SEVERITY: 3,
      KLINCDT_BODY: "changed",
      KLINCDT_ADDED: added,
      KLHST_WKS_DN: "WS-0",
    },
  ]);
  await client.call("HostGroup.DeleteIncident", { nId });
  expect(await client.fail("HostGroup.DeleteIncident", { nId })).toMatchObject({ code: 1186 });
});

test("incidents carry 64-bit user ids and extra parameters without loss", async () => {
  await using bench = await startBench();
  const text = JSON.stringify(
    incident(bench.hostId(), "x", {
      KLHSTUSER_ID: "BIG",
      GNRL_EXTRA_PARAMS: { type: "params", value: { n: { type: "long", value: "BIG" } } },
    }),
  );
  const body = text.replaceAll('"BIG"', "9007199254740993");
  expect((await bench.client.raw("HostGroup.AddIncident", body)).text).toMatch(/^\{"PxgRetVal":\d+\}$/);
  const { strAccessor } = await bench.client.call("HostGroup.FindIncidents", {
    strFilter: "",
    pFieldsToReturn: ["KLHSTUSER_ID", "GNRL_EXTRA_PARAMS"],
    pFieldsToOrder: [],
    lMaxLifeTime: 60,
  });
  const chunk = await bench.client.raw(
    "ChunkAccessor.GetItemsChunk",
    JSON.stringify({ strAccessor, nStart: 0, nCount: 1 }),
  );
  expect(chunk.text).toContain('"KLHSTUSER_ID":{"type":"long","value":9007199254740993}');
  expect(chunk.text).toContain('{"n":{"type":"long","value":9007199254740993}}');
});

test("incidents are found by host, id, time and text, in the asked order", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const ids = [
    await respond(bench, "onDemandScan", "host-0"),
    await respond(bench, "isolateHost", "host-1"),
    await respond(bench, "isolateHost", "host-0"),
  ];
  const find = async (strFilter: string): Promise<unknown[]> => {
    const found = await client.call("HostGroup.FindIncidents", {
      strFilter,
      pFieldsToReturn: ["KLINCDT_ID"],
      pFieldsToOrder: [{ type: "params", value: { Name: "KLINCDT_ID", Asc: false } }],
      lMaxLifeTime: 60,
    });
    return (await client.records(found)).map((record) => record.KLINCDT_ID);
  };
  expect(await find('(KLHST_WKS_HOSTNAME="host-0")')).toEqual([ids[2], ids[0]]);
  expect(await find('(&(KLHST_WKS_HOSTNAME="host-0")(KLINCDT_BODY="isolateHost"))')).toEqual([ids[2]]);
  expect(await find('(|(KLHST_WKS_HOSTNAME="host-0")(KLHST_WKS_HOSTNAME="host-1"))')).toEqual([...ids].reverse());
  expect(await find(`(KLINCDT_ID>${ids[0]})`)).toEqual([ids[2], ids[1]]);
  expect(await find('(KLINCDT_ADDED>T"2026-03-02 09:00:00")')).toEqual([]);
  expect(await find("(!(KLINCDT_SEVERITY=2))")).toEqual([]);
});

test("the console marks an incident handled when the knob says so", async () => {
  await using bench = await startBench({ knobs: { markHandled: true, taskCreateDelay: 0 } });
  await respond(bench, "onDemandScan");
  await bench.client.call("HostGroup.AddIncident", incident(bench.hostId(), "an ordinary incident"));
  expect(bench.server.control.truth().incidents.map((one) => one.handled)).toEqual([true, false]);
});

test("incidents beyond maxIncidents push the oldest out", async () => {
  await using bench = await startBench({ knobs: { maxIncidents: 3, taskCreateDelay: 0 } });
  const ids: number[] = [];
  for (let index = 0; index < 5; index++) ids.push(await respond(bench, "onDemandScan"));
  expect(bench.server.control.truth().incidents.map((one) => one.id)).toEqual(ids.slice(2));
});
