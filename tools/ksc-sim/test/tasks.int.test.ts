import { expect, test } from "vitest";
import type { KscParams, KscValue } from "../src/model/values.ts";
import type { Bench } from "./client.ts";
import { incident, inner, respond, responseBody, startBench, WHOLE_TASK_SECONDS } from "./client.ts";

async function tasksOf(bench: Bench, hostId = bench.hostId()): Promise<string[]> {
  return (await bench.client.call("Tasks.GetAllTasksOfHost", { strDomainName: "", strHostName: hostId }))
    .PxgRetVal as string[];
}

async function statistics(bench: Bench, strTask: string): Promise<KscParams> {
  return (await bench.client.call("Tasks.GetTaskStatistics", { strTask })).PxgRetVal as KscParams;
}

/** The one state in which the only host of a task is. */
async function stateOf(bench: Bench, strTask: string): Promise<number> {
  const counters = await statistics(bench, strTask);
  const states = [1, 2, 4, 8, 16, 32, 64].filter((mask) => counters[String(mask)] === 1);
  expect(states).toHaveLength(1);
  return states[0] ?? 0;
}

async function events(bench: Bench, pFilter: object): Promise<KscParams[]> {
  const { strIteratorId } = await bench.client.call("EventProcessingFactory.CreateEventProcessing2", {
    pFilter,
    vecFieldsToReturn: [
      "event_db_id",
      "event_type",
      "task_new_state",
      "GNRL_EA_DESCRIPTION",
      "task_display_name",
      "hostname",
      "rise_time",
      "registration_time",
    ],
    vecFieldsToOrder: [{ type: "params", value: { Name: "event_db_id", Asc: true } }],
    lifetimeSec: 60,
  });
  const { PxgRetVal } = await bench.client.call("EventProcessing.GetRecordCount", { strIteratorId });
  const { pParamsEvents } = await bench.client.call("EventProcessing.GetRecordRange", {
    strIteratorId,
    nStart: 0,
    nEnd: Number(PxgRetVal) - 1,
  });
  await bench.client.call("EventProcessing.ReleaseIterator", { strIteratorId });
  return inner((pParamsEvents as KscParams).KLEVP_EVENT_RANGE_ARRAY);
}

function longOf(value: KscValue | undefined): number {
  return Number((value as { value: number } | undefined)?.value);
}

const TASK_STATES = { EVP_INCL_TASK_STATES: true, EVP_INCL_GNRL_EVENTS: true };

test("[K14] after taskCreateDelay a task appears, named as documented, and runs at the next synchronisation", async () => {
  await using bench = await startBench();
  const incidentId = await respond(bench, "isolateHost");
  bench.step(19);
  expect(await tasksOf(bench)).toEqual([]);
  bench.step(1);
  const [id = ""] = await tasksOf(bench);
  expect((await bench.client.call("Tasks.GetTask", { strTask: id })).PxgRetVal).toEqual({
    DisplayName: `[Response][KUMA] isolateHost - 02.03.2026 12:00:20 - ${incidentId}`,
    TASK_NAME: "edr_isolate_host",
    TASK_UNIQUE_ID: id,
    PRTS_TASK_CREATION_DATE: { type: "datetime", value: "2026-03-02T09:00:20Z" },
    TASKID_PRODUCT_NAME: "KES",
    TASKID_VERSION: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
    TASKID_COMPONENT_NAME: "edr",
  });
  expect(await stateOf(bench, id)).toBe(1);
  bench.step(901);
  expect(await stateOf(bench, id)).not.toBe(1);
  bench.step(31);
  expect(await stateOf(bench, id)).toBe(4);
  const run = bench.server.control.truth().tasks[0]?.hosts[0];
  expect((run?.startedAt ?? 0) - Date.UTC(2026, 2, 2, 9, 0, 20)).toBeLessThanOrEqual(900_000);
});

test("[K14] AddHostsForSync brings the start forward", async () => {
  await using bench = await startBench({ knobs: { syncInterval: 100_000 } });
  await respond(bench, "onDemandScan");
  bench.step(21);
  const [id = ""] = await tasksOf(bench);
  const { strActionGuid } = await bench.client.call("HostGroup.AddHostsForSync", {
    pHostNames: [bench.hostId()],
    strSSType: "SS_SETTINGS",
  });
  expect(strActionGuid).toEqual(expect.any(String));
  bench.step(4);
  expect(await stateOf(bench, id)).toBe(1);
  bench.step(2);
  expect(await stateOf(bench, id)).toBe(2);
});

test("[K14] time-scale divides the estate's delays and leaves protocol lifetimes alone", async () => {
  await using bench = await startBench({ config: { timeScale: 60 }, knobs: { sessionIdleSeconds: 100 } });
  await respond(bench, "isolateHost");
  bench.step(1);
  expect(await tasksOf(bench)).toHaveLength(1);
  bench.step(16);
  const [isolation] = bench.server.control.truth().isolations;
  expect((isolation?.until ?? 0) - (isolation?.since ?? 0)).toBe((5 * 3600 * 1000) / 60);
  await bench.client.call("Session.Ping");
});

test("[K16] creating task 101 rotates out the oldest response task whatever its state", async () => {
  await using bench = await startBench({ knobs: { taskCreateDelay: 1 } });
  const [scan] = bench.server.control.createForeignTasks({ hostId: bench.hostId(), kind: "ods" });
  bench.server.control.setHost(bench.hostId(), { behaviour: "never" });
  const first = await respond(bench, "isolateHost");
  bench.step(905);
  for (let index = 1; index < 100; index++) await respond(bench, "onDemandScan");
  bench.step(2);
  expect(await tasksOf(bench)).toHaveLength(101);
  expect(bench.server.control.truth().rotations).toEqual([]);
  await respond(bench, "onDemandScan");
  bench.step(2);
  const truth = bench.server.control.truth();
  expect(truth.rotations).toMatchObject([{ kind: "isolateHost", stateWhenRotated: "running", hostId: bench.hostId() }]);
  expect(truth.removedTasks).toMatchObject([{ incidentId: first, removed: { why: "rotated" } }]);
  expect(await tasksOf(bench)).toHaveLength(101);
  expect(await tasksOf(bench)).toContain(scan);
  expect(await bench.client.fail("Tasks.GetTask", { strTask: truth.rotations[0]?.taskId })).toMatchObject({
    code: 1186,
  });
  bench.step(100_000);
  expect(bench.server.control.truth().isolations).toEqual([]);
});

test("[K16] tasks that others create count too, and a completed task is not spared for an unfinished one", async () => {
  await using bench = await startBench({ knobs: { limit: 5, taskCreateDelay: 0 } });
  await respond(bench, "isolateHost");
  bench.server.control.createForeignTasks({ hostId: bench.hostId(), kind: "getFile", state: "ok", count: 4 });
  // An ordinary task is no response task: it neither counts nor makes room.
  bench.server.control.createForeignTasks({ hostId: bench.hostId(), kind: "ods" });
  expect(bench.server.control.truth().rotations).toEqual([]);
  bench.server.control.createForeignTasks({ hostId: bench.hostId(), kind: "onDemandScan" });
  expect(bench.server.control.truth().rotations).toMatchObject([{ kind: "isolateHost", stateWhenRotated: "pending" }]);
});

test("[K16] scope host counts per device, server counts all, group counts IOC scans only", async () => {
  const fill = async (scope: "host" | "server" | "group", task: string, params: object): Promise<number> => {
    await using bench = await startBench({ knobs: { limit: 2, scope, taskCreateDelay: 0 } });
    for (const host of ["host-0", "host-1", "host-2"]) await respond(bench, task, host, params);
    return bench.server.control.truth().rotations.length;
  };
  const ioc = { iocFiles: [{ name: "a", content: "b" }] };
  expect(await fill("host", "ioCScan", ioc)).toBe(0);
  expect(await fill("server", "ioCScan", ioc)).toBe(1);
  expect(await fill("server", "onDemandScan", {})).toBe(1);
  expect(await fill("group", "ioCScan", ioc)).toBe(1);
  expect(await fill("group", "onDemandScan", {})).toBe(0);
});

test("[K16] victim oldestCompleted spares the unfinished while something has completed", async () => {
  await using bench = await startBench({ knobs: { limit: 2, victim: "oldestCompleted", taskCreateDelay: 0 } });
  const control = bench.server.control;
  control.createForeignTasks({ hostId: bench.hostId(), kind: "isolateHost" });
  const [done] = control.createForeignTasks({ hostId: bench.hostId(), kind: "getFile", state: "ok" });
  control.createForeignTasks({ hostId: bench.hostId(), kind: "onDemandScan" });
  expect(control.truth().rotations.map((rotation) => rotation.taskId)).toEqual([done]);
  control.createForeignTasks({ hostId: bench.hostId(), kind: "onDemandScan" });
  expect(control.truth().rotations.map((rotation) => rotation.kind)).toEqual(["getFile", "isolateHost"]);
});

test("[K17] a response task older than lifespanDays is deleted, an ordinary task is not", async () => {
  await using bench = await startBench();
  await respond(bench, "onDemandScan");
  const [ordinary] = bench.server.control.createForeignTasks({ hostId: bench.hostId(), kind: "ods" });
  bench.step(20);
  const [, response] = await tasksOf(bench);
  bench.step(30 * 86_400 - 1);
  expect(await tasksOf(bench)).toEqual([ordinary, response]);
  bench.step(1);
  expect(await tasksOf(bench)).toEqual([ordinary]);
  expect(bench.server.control.truth().removedTasks).toMatchObject([{ id: response, removed: { why: "expired" } }]);
});

test("[K18] the state mask goes 1, 2, then 4, 8 or 16 by the host's script, with events 1 and then 4 or 3", async () => {
  for (const [behaviour, state, last] of [
    ["online", 4, 4],
    ["warn", 8, 4],
    ["fail", 16, 3],
  ] as const) {
    await using bench = await startBench({ knobs: { syncInterval: 100 } });
    bench.server.control.setHost(bench.hostId(), { behaviour });
    await respond(bench, "onDemandScan");
    bench.step(20);
    const [id = ""] = await tasksOf(bench);
    expect(await stateOf(bench, id)).toBe(1);
    bench.step(101);
    expect(await stateOf(bench, id)).toBe(2);
    bench.step(700);
    expect(await stateOf(bench, id)).toBe(state);
    const seen = await events(bench, { ...TASK_STATES, KLEVP_EVENT_HOST: bench.hostId() });
    expect(seen.map((event) => [event.event_type, event.task_new_state])).toEqual([
      ["KLPRCI_TaskState", 1],
      ["KLPRCI_TaskState", last],
    ]);
  }
});

test("[K18] an offline host stays at 1 and does its work when it is back", async () => {
  await using bench = await startBench();
  bench.server.control.setHost(bench.hostId(), { behaviour: "offline" });
  await respond(bench, "isolateHost");
  bench.step(86_400);
  const [id = ""] = await tasksOf(bench);
  expect(await stateOf(bench, id)).toBe(1);
  bench.server.control.setHost(bench.hostId(), { behaviour: "online" });
  bench.step(40);
  expect(await stateOf(bench, id)).toBe(4);
});

test("[K18] a host that goes offline while it works is heard of only when it is back", async () => {
  await using bench = await startBench({ knobs: { syncInterval: 10 } });
  await respond(bench, "isolateHost");
  bench.step(31);
  const [id = ""] = await tasksOf(bench);
  expect(await stateOf(bench, id)).toBe(2);
  bench.server.control.setHost(bench.hostId(), { behaviour: "offline" });
  bench.step(3600);
  expect(await stateOf(bench, id)).toBe(2);
  expect(bench.server.control.truth().isolations).toHaveLength(1);
  bench.server.control.setHost(bench.hostId(), { behaviour: "online" });
  bench.step(20);
  expect(await stateOf(bench, id)).toBe(4);
});

test("[K18] a slow host needs slowFactor longer, a host that never ends stays running, one kind can be scripted alone", async () => {
  await using bench = await startBench({ knobs: { syncInterval: 10, slowFactor: 10 } });
  const control = bench.server.control;
  control.setHost("host-0", { behaviour: "slow" });
  control.setHost("host-1", { behaviour: "never" });
  control.setHost("host-2", { outcomes: { isolateHost: "fail" } });
  for (const host of ["host-0", "host-1", "host-2"]) await respond(bench, "isolateHost", host);
  await respond(bench, "startProcess", "host-2", { path: "a" });
  const states = (): unknown => control.truth().tasks.map((task) => task.hosts[0]?.state);
  bench.step(100);
  expect(states()).toEqual(["running", "running", "failed", "ok"]);
  bench.step(300);
  expect(states()).toEqual(["ok", "running", "failed", "ok"]);
  bench.step(86_400 * 7);
  expect(states()).toEqual(["ok", "running", "failed", "ok"]);
});

test("[K18] KES below 12.9 fails a response task, a host without KES never takes it", async () => {
  await using bench = await startBench({
    server: { hostList: [{ id: "old", name: "WS-1", kesVersion: "12.8.0.505" }] },
  });
  await respond(bench, "isolateHost", "old");
  bench.step(WHOLE_TASK_SECONDS);
  const [task] = bench.server.control.truth().tasks;
  expect(task?.hosts).toMatchObject([{ state: "failed", description: expect.stringContaining("not supported") }]);
  expect(bench.server.control.truth().isolations).toEqual([]);
});

test("[K19] events carry the response description, may be late, lost, and are trimmed at the cap", async () => {
  await using bench = await startBench({ knobs: { eventDelay: 60, maxEvents: 3, syncInterval: 1 } });
  await respond(bench, "isolateHost");
  bench.step(20 + 1 + 30);
  expect(bench.server.control.truth().tasks[0]?.hosts[0]?.state).toBe("ok");
  expect(await events(bench, TASK_STATES)).toEqual([]);
  bench.step(61);
  const late = await events(bench, TASK_STATES);
  expect(late.map((event) => event.GNRL_EA_DESCRIPTION)).toEqual(
    Array(2).fill("[Response][kuma] isolateHost.py - 02.03.2026 12:00:20"),
  );
  const [rise, registered] = [late[1]?.rise_time, late[1]?.registration_time].map((time) =>
    Date.parse(String((time as { value: KscValue }).value)),
  );
  expect((registered ?? 0) - (rise ?? 0)).toBe(60_000);

  await respond(bench, "isolateHost", "host-1");
  bench.step(2000);
  const trimmed = await events(bench, TASK_STATES);
  expect(trimmed).toHaveLength(3);
  expect(longOf(trimmed[0]?.event_db_id)).toBeGreaterThan(longOf(late[0]?.event_db_id));

  bench.server.control.setKnobs({ dropEvents: 1 });
  await respond(bench, "isolateHost", "host-2");
  bench.step(2000);
  expect(bench.server.control.truth().tasks.map((task) => task.hosts[0]?.state)).toEqual(["ok", "ok", "ok"]);
  expect((await events(bench, TASK_STATES)).every((event) => event.hostname !== "host-2")).toBe(true);
});

test("events pass each documented filter member, and the two flags default to false", async () => {
  await using bench = await startBench();
  await respond(bench, "isolateHost", "host-0");
  bench.server.control.setHost("host-1", { behaviour: "fail" });
  await respond(bench, "onDemandScan", "host-1");
  bench.step(3600);
  const count = async (filter: object): Promise<number> => (await events(bench, filter)).length;
  const [first] = bench.server.control.truth().tasks;
  expect(await count({})).toBe(0);
  expect(await count({ EVP_INCL_GNRL_EVENTS: true })).toBe(0);
  expect(await count(TASK_STATES)).toBe(4);
  const cases: [object, number][] = [
    [{ GNRL_EA_SEVERITY: 3 }, 1],
    [{ KLEVP_EVENT_PRODUCT: "KES" }, 4],
    [{ KLEVP_EVENT_PRODUCT: "1103" }, 0],
    [{ KLEVP_EVENT_HOST: "host-0" }, 2],
    [{ KLEVP_EVENT_HOST_DISPNAME: "WS-1" }, 2],
    [{ KLEVP_EVENT_HOST_GROUP: 0 }, 4],
    [{ KLEVP_EVENT_HOST_GROUP: 1 }, 0],
    [{ KLEVP_EVENT_TASK_NAME: first?.name }, 2],
    [{ KLEVP_EVENT_GROUP_TASK_ID: first?.id }, 2],
    [{ KLEVP_EVENT_TYPE: "KLPRCI_TaskState" }, 4],
    [{ KLEVP_EVENT_GNRL_TYPES_ARRAY: ["GNRL_EV_VIRUS_FOUND"] }, 0],
    [{ KLEVP_EVENT_TSK_STATE_TYPE: 3 }, 1],
    [{ KLEVP_EVENT_RISE_TIME_LAST_DAYS: 1 }, 4],
    [{ KLEVP_RFC2254_FILTER: '(&(hostname="host-1")(task_new_state=3))' }, 1],
  ];
  for (const [filter, expected] of cases)
    expect(await count({ ...TASK_STATES, ...filter }), JSON.stringify(filter)).toBe(expected);
  expect(await count({ event_type: "KLPRCI_TaskState" })).toBe(4);
});

test("events can be asked for one host, with and without a filter, and as one task's history", async () => {
  await using bench = await startBench();
  await respond(bench, "isolateHost", "host-0");
  await respond(bench, "isolateHost", "host-1");
  bench.step(WHOLE_TASK_SECONDS);
  const { client } = bench;
  const fields = { vecFieldsToReturn: ["task_new_state"], vecFieldsToOrder: [], lifetimeSec: 60 };
  const size = async (reply: Record<string, unknown>): Promise<unknown> =>
    (await client.call("EventProcessing.GetRecordCount", { strIteratorId: reply.strIteratorId })).PxgRetVal;
  const ofHost = { strDomainName: "", strHostName: "host-1", strProduct: "", strVersion: "", ...fields };
  expect(await size(await client.call("EventProcessingFactory.CreateEventProcessing", fields))).toBe(4);
  expect(await size(await client.call("EventProcessingFactory.CreateEventProcessingForHost", ofHost))).toBe(2);
  expect(
    await size(
      await client.call("EventProcessingFactory.CreateEventProcessingForHost", { ...ofHost, strProduct: "1103" }),
    ),
  ).toBe(0);
  expect(
    await size(
      await client.call("EventProcessingFactory.CreateEventProcessingForHost2", { ...ofHost, pFilter: TASK_STATES }),
    ),
  ).toBe(2);
  expect(
    await size(await client.call("EventProcessingFactory.CreateEventProcessingForHost2", { ...ofHost, pFilter: {} })),
  ).toBe(0);
  const [id = ""] = await tasksOf(bench, "host-0");
  const history = await client.call("Tasks.GetTaskHistory", {
    strTask: id,
    pFields2Return: ["task_new_state"],
    pSortFields: [{ type: "params", value: { Name: "rise_time", Asc: false } }],
    strHostName: "",
    pFilter: { event_type: "KLPRCI_TaskState" },
  });
  const { pParamsEvents } = await client.call("EventProcessing.GetRecordRange", {
    strIteratorId: history.strIteratorId,
    nStart: 0,
    nEnd: 0,
  });
  expect(pParamsEvents).toEqual({ KLEVP_EVENT_RANGE_ARRAY: [{ type: "params", value: { task_new_state: 4 } }] });
});

test("[K24] an operator deletes a task in the console: it is gone for everybody and never runs", async () => {
  await using bench = await startBench();
  const incidentId = await respond(bench, "isolateHost");
  bench.step(21);
  const [id = ""] = await tasksOf(bench);
  bench.server.control.deleteTask(id);
  expect(await tasksOf(bench)).toEqual([]);
  expect(await bench.client.fail("Tasks.GetTaskStatistics", { strTask: id })).toMatchObject({ code: 1186 });
  bench.step(86_400);
  const truth = bench.server.control.truth();
  expect(truth).toMatchObject({
    isolations: [],
    effects: [],
    removedTasks: [{ id, incidentId, removed: { why: "operator" } }],
  });
});

test("host status is read by next, by range and by state mask, with the fields that were asked", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const info = { type: "params", value: { DisplayName: "scan all", PRTS_TASK_GROUPID: 0 } };
  const pData = {
    TASKID_PRODUCT_NAME: "KES",
    TASKID_VERSION: "12.0.0.0",
    TASKID_COMPONENT_NAME: "c",
    TASK_NAME: "ods",
    TASKSCH_TYPE: 0,
    TASK_ADDITIONAL_PARAMS: { type: "params", value: {} },
    TASK_INFO_PARAMS: info,
  };
  const strTask = String((await client.call("Tasks.AddTask", { pData })).PxgRetVal);
  expect(strTask).toMatch(/^\d+$/);
  expect(await statistics(bench, strTask)).toMatchObject({ "32": 3, "1": 0 });
  expect((await client.call("Tasks.GetTaskGroup", { strTaskId: strTask })).PxgRetVal).toBe(0);
  bench.server.control.setHost("host-2", { behaviour: "fail" });
  await client.call("Tasks.RunTask", { strTask });
  bench.step(2000);
  expect((await client.call("Tasks.GetTaskStatistics2", { strTask })).PxgRetVal).toMatchObject({
    "4": 2,
    "16": 1,
    GNRL_COMPLETED_PERCENT: 100,
  });
  const reset = {
    strTask,
    pFields2Return: ["hostname", "state_code", "start_time"],
    nHostStateMask: 4 | 16,
    nLifetime: 60,
  };
  const ex = await client.call("Tasks.ResetHostIteratorForTaskStatusEx", {
    ...reset,
    pFields2Order: [{ type: "params", value: { Name: "state_code", Asc: false } }],
  });
  const next = await client.call("Tasks.GetNextHostStatus", { strHostIteratorId: ex.strHostIteratorId, nCount: 2 });
  expect(next.nActual).toBe(2);
  expect(inner((next.pHostStatus as KscParams).statuses)[0]).toEqual({
    hostname: "host-2",
    state_code: 16,
    start_time: { type: "datetime", value: expect.any(String) },
  });
  expect(
    (await client.call("Tasks.GetNextHostStatus", { strHostIteratorId: ex.strHostIteratorId, nCount: 5 })).nActual,
  ).toBe(1);
  expect(
    (await client.call("Tasks.GetNextHostStatus", { strHostIteratorId: ex.strHostIteratorId, nCount: 5 })).nActual,
  ).toBe(0);
  const failed = await client.call("Tasks.ResetHostIteratorForTaskStatus", { ...reset, nHostStateMask: 16 });
  expect(
    (await client.call("Tasks.GetHostStatusRecordsCount", { strHostIteratorId: failed.strHostIteratorId })).PxgRetVal,
  ).toBe(1);
  const range = await client.call("Tasks.GetHostStatusRecordRange", {
    strHostIteratorId: failed.strHostIteratorId,
    nStart: 0,
    nEnd: 10,
  });
  expect(inner((range.pParHostStatus as KscParams).statuses)).toMatchObject([{ hostname: "host-2" }]);
});

test("a task is suspended, resumed, cancelled, renamed, given another host, and found by its agent-side id", async () => {
  await using bench = await startBench({ knobs: { syncInterval: 10 } });
  const { client } = bench;
  await respond(bench, "onDemandScan");
  bench.step(31);
  const [strTask = ""] = await tasksOf(bench);
  expect(await stateOf(bench, strTask)).toBe(2);
  await client.call("Tasks.SuspendTask", { strTask });
  bench.step(3600);
  expect(await stateOf(bench, strTask)).toBe(64);
  await client.call("Tasks.ResumeTask", { strTask });
  bench.step(11);
  expect(await stateOf(bench, strTask)).toBe(2);
  await client.call("Tasks.CancelTask", { strTask });
  expect(await stateOf(bench, strTask)).toBe(16);
  bench.step(3600);
  expect(await stateOf(bench, strTask)).toBe(16);
  expect(bench.server.control.truth().effects).toEqual([]);

  const guid = bench.server.control.truth().tasks[0]?.guid;
  expect((await client.call("Tasks.ResolveTaskId", { strPrtsTaskId: guid })).PxgRetVal).toBe(strTask);
  await client.call("Tasks.UpdateTask", {
    strTask,
    pData: { TASK_INFO_PARAMS: { type: "params", value: { DisplayName: "renamed" } } },
  });
  expect((await client.call("Tasks.GetTask", { strTask })).PxgRetVal).toMatchObject({ DisplayName: "renamed" });
  expect((await client.call("Tasks.GetTaskData", { strTask })).PxgRetVal).toMatchObject({
    TASKSCH_TYPE: 0,
    TASK_INFO_PARAMS: { type: "params", value: { DisplayName: "renamed", PRTS_TASK_GROUPID: -1 } },
  });
  await client.call("Tasks.SetTaskStartEvent", { strTask, pData: { KLTSK_START: 1 } });
  expect((await client.call("Tasks.GetTaskStartEvent", { strTask })).PxgRetVal).toEqual({ KLTSK_START: 1 });
  await client.call("Tasks.AddHostToTask", { strTask, strHostName: "host-1" });
  expect(await tasksOf(bench, "host-1")).toEqual([strTask]);
  await client.call("Tasks.DeleteTask", { strTask });
  expect(await tasksOf(bench, "host-1")).toEqual([]);
});

test("the tasks iterator filters by group, product and type", async () => {
  await using bench = await startBench();
  await respond(bench, "isolateHost");
  bench.step(21);
  const count = async (given: object): Promise<number> => {
    const base = {
      nGroupId: 0,
      bGroupIdSignificant: false,
      strProductName: "",
      strVersion: "",
      strComponentName: "",
      strInstanceId: "",
      strTaskName: "",
      bIncludeSupergroups: true,
    };
    const { strTaskIteratorId } = await bench.client.call("Tasks.ResetTasksIterator", { ...base, ...given });
    for (let found = 0; ; found++) {
      const { pTaskData } = await bench.client.call("Tasks.GetNextTask", { strTaskIteratorId });
      if (Object.keys(pTaskData as object).length === 0) return found;
    }
  };
  expect(await count({})).toBe(1);
  expect(await count({ strProductName: "KES", strTaskName: "edr_isolate_host" })).toBe(1);
  expect(await count({ strProductName: "1103" })).toBe(0);
  expect(await count({ bGroupIdSignificant: true })).toBe(0);
});

test("with taskPlacement local a response task is seen only through HostTasks", async () => {
  await using bench = await startBench({ knobs: { taskPlacement: "local" } });
  const { client } = bench;
  const incidentId = await respond(bench, "getFile", bench.hostId(), { md5hash: "", sha256hash: "", path: "C:\\a" });
  bench.step(WHOLE_TASK_SECONDS);
  expect(await tasksOf(bench)).toEqual([]);
  const strSrvObjId = (await client.call("HostGroup.GetHostTasks", { strHostName: bench.hostId() })).PxgRetVal;
  await client.call("HostTasks.ResetTasksIterator", {
    strSrvObjId,
    strProductName: "",
    strVersion: "",
    strComponentName: "",
    strInstanceId: "",
    strTaskName: "",
  });
  const { pTaskData } = await client.call("HostTasks.GetNextTask", { strSrvObjId });
  const data = pTaskData as KscParams;
  expect(data).toMatchObject({ TASKID_PRODUCT_NAME: "KES", TASK_UNIQUE_ID: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect((data.TASK_INFO_PARAMS as { value: KscParams }).value.DisplayName).toMatch(
    new RegExp(`^\\[Response\\]\\[KUMA\\] getFile - .* - ${incidentId}$`),
  );
  expect((await client.call("HostTasks.GetNextTask", { strSrvObjId })).pTaskData).toEqual({});
  const strTask = data.TASK_UNIQUE_ID;
  expect((await client.call("HostTasks.GetTaskData", { strSrvObjId, strTask })).PxgRetVal).toMatchObject({
    TASK_UNIQUE_ID: strTask,
  });
  await client.call("HostTasks.DeleteTask", { strSrvObjId, strTask });
  expect(await client.fail("HostTasks.GetTaskData", { strSrvObjId, strTask })).toMatchObject({ code: 1186 });
  expect(bench.server.control.truth().removedTasks).toMatchObject([{ incidentId, removed: { why: "api" } }]);
});

test("the truth says which request body led to which task", async () => {
  await using bench = await startBench({ knobs: { taskCreateDelay: 0 } });
  const body = responseBody("isolateHost", "host-1", {}, { cordonAction: "a-17" });
  await bench.client.call("HostGroup.AddIncident", incident("host-1", body));
  const truth = bench.server.control.truth();
  const [stored] = truth.incidents;
  expect(stored).toMatchObject({ body, user: "soc", outcome: { kind: "task" } });
  const task = truth.tasks.find((one) => stored?.outcome.kind === "task" && one.id === stored.outcome.taskId);
  expect(task).toMatchObject({ incidentId: stored?.id, kind: "isolateHost", origin: "response" });
});
