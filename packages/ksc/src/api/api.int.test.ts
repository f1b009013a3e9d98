import { type EpochMs, Secret, systemClock } from "@cordon/core/kernel";
import { type SimulatedServer, startSimulator } from "@cordon/ksc-sim";
import { eventually } from "@cordon/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allOf, equals, isPresent } from "../filter/filter.ts";
import { firstRecords, recordPages, withEvents } from "../paging/record-pages.ts";
import { listTasks } from "../paging/task-lists.ts";
import type { KscSessionCaller } from "../session/caller.ts";
import { createKscClient, type KscClient, type KscClientOptions } from "../session/client.ts";
import { kscDateTime, kscLong, kscParams, sortBy, unwrap } from "../values/wire-types.ts";
import { awaitAction, createAsyncActions } from "./async-actions.ts";
import { createChunkAccessor } from "./chunk-accessor.ts";
import { consoleEvent, createConsoleEvents } from "./console-events.ts";
import { createEventProcessing, createEventProcessingFactory } from "./event-processing.ts";
import { createHostGroup, type HostSearch } from "./host-group.ts";
import { createHostTasks } from "./host-tasks.ts";
import { createIncidents } from "./incidents.ts";
import { createLimits, createPolicy, createPolicyProfiles, createSsContents } from "./policies.ts";
import { createReportManager, downloadReport } from "./reports.ts";
import { createServerHierarchy, createVirtualServers } from "./servers.ts";
import { createSessionApi } from "./session-api.ts";
import { createTasks } from "./tasks.ts";

const simulator = await startSimulator({
  seed: 3,
  controlPort: null,
  servers: [
    {
      name: "main",
      hosts: 8,
      users: [{ user: "web", password: "x", webToken: "web-token" }],
      virtualServers: [{ name: "Kunde 1", hosts: 3 }],
      knobs: {
        taskCreateDelay: 0,
        syncInterval: 0.1,
        taskDuration: 0.05,
        eventDelay: 0,
        conEventsPeriodMs: 20,
        asyncActionMs: 20,
        fileBusyTimes: 0,
      },
    },
    { name: "branch", hosts: 2, secondaryOf: "main" },
  ],
});
const server: SimulatedServer = simulator.server("main");
const clients: KscClient[] = [];

function connect(options: Partial<KscClientOptions> = {}): KscClient {
  const client = createKscClient({
    host: "127.0.0.1",
    port: server.port,
    trust: { pinPem: server.certificatePem },
    credentials: { scheme: "KSCBasic", user: server.user, password: new Secret(server.password) },
    ...options,
  });
  clients.push(client);
  return client;
}

let session: KscSessionCaller;
const { signal } = new AbortController();
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const host =
  server.hosts().find((candidate) => candidate.virtualServer === "" && candidate.kesVersion !== undefined)?.id ?? "";

beforeAll(() => {
  session = connect().session();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await simulator.stop();
});

const search = (filter = isPresent("KLHST_WKS_HOSTNAME")): HostSearch => ({
  filter,
  fields: ["KLHST_WKS_HOSTNAME", "KLHST_WKS_DN"],
  orderBy: [sortBy("KLHST_WKS_DN", "ascending")],
  currentServerOnly: true,
  lifetimeSeconds: 60,
});

test("Session: ping, and a token with which another client logs in once", async () => {
  const api = createSessionApi(session);
  await api.ping();
  const other = connect({ credentials: { scheme: "KSCT", token: new Secret(await api.createToken()) } });
  await createSessionApi(other).ping();
});

test("Session: a web token logs in", async () => {
  await createSessionApi(connect({ credentials: { scheme: "KSCWT", token: new Secret("web-token") } })).ping();
});

test("a virtual server is another set of hosts", async () => {
  const idsOf = async (caller: KscSessionCaller) => {
    const open = () => createHostGroup(caller).findHosts(search());
    return (await firstRecords({ session: caller, signal, logger }, open, 100)).map(
      (record) => record.KLHST_WKS_HOSTNAME,
    );
  };
  const ids = await idsOf(connect({ virtualServer: "Kunde 1" }).session());
  const own = server.hosts().filter((candidate) => candidate.virtualServer === "Kunde 1");
  expect(new Set(ids)).toEqual(new Set(own.map(({ id }) => id)));
  expect(ids).toHaveLength(3);
});

test("HostGroup: hosts, products, components, server facts", async () => {
  const api = createHostGroup(session);
  const info = await api.getHostInfo(host, ["KLHST_WKS_DN", "KLHST_WKS_LAST_VISIBLE"]);
  expect(unwrap(info.KLHST_WKS_LAST_VISIBLE ?? null)).toMatch(/^\d{4}-.*Z$/);
  const products = await api.getHostProducts(host);
  expect(Object.keys(products)).toContain("KES");
  const [version = ""] = Object.keys(unwrap(products.KES ?? {}) as object);
  expect(await api.getComponentsForProductOnHost({ hostId: host, product: "KES", version })).not.toEqual([]);
  expect(await api.getStaticInfo(["KLADMSRV_IS_VIRTUAL"])).toEqual({ KLADMSRV_IS_VIRTUAL: false });
  expect(await api.getRunTimeInfo([])).toBeTypeOf("object");
  expect(await api.getInstanceStatistics([])).toBeTypeOf("object");
});

test("HostGroup: groups", async () => {
  const api = createHostGroup(session);
  const managed = await api.groupIdGroups();
  expect([managed, await api.groupIdUnassigned(), await api.groupIdSuper()].every(Number.isInteger)).toBe(true);
  expect(await api.getGroupInfo(managed)).toMatchObject({ id: managed });
  expect((await api.getSubgroups({ groupId: managed, depth: 0 })).length).toBeGreaterThan(0);
  const groups = await firstRecords(
    { session, signal, logger },
    () => api.findGroups({ filter: isPresent("name"), fields: ["id", "name"], lifetimeSeconds: 60 }),
    50,
  );
  expect(groups.length).toBeGreaterThan(0);
});

test("HostGroup: settings of a host are written and read back", async () => {
  const api = createHostGroup(session);
  const of = { hostId: host, storageType: "SS_SETTINGS", product: "KES", version: "12.9", section: "cordon" };
  await api.ssCreateSection(of);
  await api.ssWrite({ ...of, option: 7, settings: { big: kscLong(2n ** 62n), at: kscDateTime(0 as EpochMs) } });
  expect(await api.ssRead(of)).toEqual({
    big: { type: "long", value: 2n ** 62n },
    at: { type: "datetime", value: "1970-01-01T00:00:00Z" },
  });
  expect(await api.ssGetNames(of)).toContain("cordon");
  await expect(api.ssRead({ ...of, section: "absent" })).rejects.toMatchObject({ code: "ksc.not_found" });
});

test("HostGroup: an asynchronous search is awaited, read and released; one may be cancelled; a forced synchronisation ends", async () => {
  const api = createHostGroup(session);
  const request = await api.findHostsAsync(search());
  await awaitAction(session, request, systemClock, signal);
  const { accessor } = await api.findHostsAsyncGetAccessor(request);
  const chunks = createChunkAccessor(session);
  expect(await chunks.getItemsCount(accessor)).toBeGreaterThan(0);
  expect(await chunks.getItemsChunk(accessor, { start: 0, count: 1 })).toHaveLength(1);
  await chunks.release(accessor);
  await expect(chunks.getItemsCount(accessor)).rejects.toMatchObject({ code: "ksc.not_found" });
  await api.findHostsAsyncCancel(await api.findHostsAsync(search()));
  const sync = await api.addHostsForSync([host], "SS_SETTINGS");
  await awaitAction(session, sync, systemClock, signal);
  // A result is handed out once.
  await expect(createAsyncActions(session).checkActionState(sync)).rejects.toMatchObject({ code: "ksc.not_found" });
});

test("incidents are added, found, changed and deleted", async () => {
  const api = createIncidents(session);
  const addedAt = (Math.floor(systemClock.now() / 1_000) * 1_000) as EpochMs;
  const id = await api.addIncident({
    hostId: host,
    severity: 3,
    addedAt,
    body: "a note",
    type: "T",
    extra: { key: kscLong(2n ** 60n) },
  });
  const find = async () => {
    const open = () =>
      api.findIncidents({
        filter: allOf(equals("KLINCDT_ID", id), equals("KLHST_WKS_HOSTNAME", host)),
        fields: ["KLINCDT_ID", "KLINCDT_BODY", "KLINCDT_IS_HANDLED", "GNRL_EXTRA_PARAMS"],
        lifetimeSeconds: 60,
      });
    return firstRecords({ session, signal, logger }, open, 10);
  };
  expect(await find()).toEqual([
    {
      KLINCDT_ID: id,
      KLINCDT_BODY: "a note",
      KLINCDT_IS_HANDLED: false,
      GNRL_EXTRA_PARAMS: kscParams({ key: kscLong(2n ** 60n) }),
    },
  ]);
  await api.updateIncident(id, { hostId: host, isHandled: true, body: "read", severity: 1, addedAt });
  expect((await find())[0]).toMatchObject({ KLINCDT_BODY: "read", KLINCDT_IS_HANDLED: true });
  await api.deleteIncident(id);
  expect(await find()).toEqual([]);
});

const TASK = {
  TASKID_PRODUCT_NAME: "1103",
  TASKID_VERSION: "1.0.0.0",
  TASKID_COMPONENT_NAME: "86",
  TASK_NAME: "KLNAG_TASK_SHOW_MSG",
  TASKSCH_TYPE: 0,
  TASK_ADDITIONAL_PARAMS: kscParams({ KLNAG_MSG_TEXT: "host under investigation" }),
  TASK_INFO_PARAMS: kscParams({ DisplayName: "notify user", PRTS_TASK_GROUPID: 0, "klprts-TaskScheduleSubtype": 256 }),
};

test("Tasks: a task's whole life", async () => {
  const api = createTasks(session);
  const task = await api.addTask(TASK);
  await api.updateTask(task, TASK);
  await api.addHostToTask(task, host);
  expect(await api.getTask(task)).toMatchObject({ DisplayName: "notify user", TASK_UNIQUE_ID: task });
  expect(await api.getTaskData(task)).toMatchObject({ TASK_NAME: "KLNAG_TASK_SHOW_MSG" });
  expect(await api.getAllTasksOfHost(host)).toContain(task);
  expect(await api.getTaskGroup(task)).toBeTypeOf("number");
  await api.runTask(task);
  await eventually(async () => Number((await api.getTaskStatistics(task))["4"]) > 0, {
    what: "the task to end on a host",
  });
  expect(await api.getTaskStatistics2(task)).toBeTypeOf("object");
  const history = await api.getTaskHistory({ task, fields: ["event_db_id"] });
  const events = createEventProcessing(session);
  expect(await events.getRecordCount(history)).toBeGreaterThan(0);
  await events.releaseIterator(history);
  const of = { task, fields: ["hostname", "state_code"], stateMask: 127, lifetimeSeconds: 60 };
  const iterator = await api.resetHostIteratorForTaskStatus(of);
  expect(await api.getHostStatusRecordsCount(iterator)).toBeGreaterThan(0);
  expect((await api.getHostStatusRecordRange(iterator, { start: 0, end: 0 })).length).toBeGreaterThan(0);
  expect((await api.getNextHostStatus(iterator, 100)).map((status) => status.hostname)).toContain(host);
  expect(await api.getNextHostStatus(iterator, 100)).toEqual([]);
  await api.releaseHostStatusIterator(iterator);
  await api.releaseHostStatusIterator(
    await api.resetHostIteratorForTaskStatus({ ...of, orderBy: [sortBy("hostname", "ascending")] }),
  );
  await api.setTaskStartEvent(task, await api.getTaskStartEvent(task));
  await api.suspendTask(task);
  await api.resumeTask(task);
  await api.cancelTask(task);
  const listed = await listTasks({ session, signal, logger }, { product: "1103" });
  expect(listed.map((entry) => entry.TASK_UNIQUE_ID)).toContain(task);
  await api.deleteTask(task);
  await expect(api.getTask(task)).rejects.toMatchObject({ code: "ksc.not_found" });
  const guid = server.control.truth().removedTasks.find(({ id }) => id === task)?.guid ?? "";
  await expect(api.resolveTaskId(guid)).rejects.toMatchObject({ code: "ksc.not_found" });
});

test("HostTasks: a local task's whole life", async () => {
  const hostObject = await createHostGroup(session).getHostTasks(host);
  const api = createHostTasks(session);
  const task = await api.addTask(hostObject, TASK);
  await api.resetTasksIterator(hostObject, {});
  expect(await api.getNextTask(hostObject)).toMatchObject({ TASK_UNIQUE_ID: task });
  expect(await api.getNextTask(hostObject)).toBeUndefined();
  expect(await api.getTaskData(hostObject, task)).toMatchObject({ TASK_NAME: "KLNAG_TASK_SHOW_MSG" });
  await api.updateTask(hostObject, task, TASK);
  await api.setTaskStartEvent(hostObject, task, await api.getTaskStartEvent(hostObject, task));
  await api.deleteTask(hostObject, task);
  await expect(api.getTaskData(hostObject, task)).rejects.toMatchObject({ code: "ksc.not_found" });
});

test("events are read through all four kinds of iterator and their 64-bit ids are exact", async () => {
  const plain = { fields: ["event_db_id", "hostname"], lifetimeSeconds: 60 };
  const filter = { EVP_INCL_TASK_STATES: true, EVP_INCL_GNRL_EVENTS: true };
  for (const given of [plain, { ...plain, filter }, { ...plain, hostId: host }, { ...plain, filter, hostId: host }]) {
    await withEvents({ session, signal, logger }, given, async (events) => {
      const count = await events.count();
      expect(count).toBeGreaterThan(0);
      const records = await events.range(0, count - 1);
      expect(records).toHaveLength(count);
      for (const record of records) expect(record.event_db_id).toMatchObject({ type: "long" });
    });
  }
  const iterator = await createEventProcessingFactory(session).createEventProcessing(plain);
  await createEventProcessing(session).releaseIterator(iterator);
  await expect(createEventProcessing(session).getRecordCount(iterator)).rejects.toMatchObject({
    code: "ksc.not_found",
  });
});

test("ConEvents: a subscriber hears of a new incident", async () => {
  const api = createConsoleEvents(session);
  expect(await api.isAnyServiceConsoleAvailable()).toBe(true);
  expect(await api.isServiceConsoleAvailable({ product: "KES", version: "12.9" })).toBe(true);
  const { subscriptionId, periodMs } = await api.subscribe("KLSRV_EV_INCIDENT_ADDED", {});
  expect(periodMs).toBe(20);
  const id = await createIncidents(session).addIncident({
    hostId: host,
    severity: 1,
    addedAt: systemClock.now(),
    body: "x",
  });
  const heard = await eventually(async () => (await api.retrieve()).events[0], { what: "the event", everyMs: 25 });
  expect(consoleEvent.parse(heard)).toMatchObject({
    KLSRV_CON_EVENT_TYPE: "KLSRV_EV_INCIDENT_ADDED",
    KLSRV_CON_EVENT_PARAMS: { KLINCDT_ID: id },
  });
  await api.unSubscribe(subscriptionId);
});

test("policies and their settings, and the limits", async () => {
  const policies = createPolicy(session);
  const [policy] = await policies.getPoliciesForGroup(-1);
  const policyId = Number(policy?.KLPOL_ID);
  expect((await policies.getEffectivePoliciesForGroup(0)).length).toBeGreaterThan(0);
  expect(await policies.getPolicyData(policyId)).toMatchObject({ KLPOL_PRODUCT: "KES" });
  const version = String(policy?.KLPOL_VERSION);
  const contents = createSsContents(session);
  const profiles = createPolicyProfiles(session);
  const names = Object.keys(await profiles.enumProfiles({ policyId, revision: 0 }));
  const storages = [
    await policies.getPolicyContents({ policyId, revision: 0, lifetimeSeconds: 60 }),
    await profiles.getEffectivePolicyContents({ policyId, hostId: host, lifetimeSeconds: 60 }),
    ...(names[0] === undefined
      ? []
      : [await profiles.getProfileSettings({ policyId, revision: 0, profile: names[0], lifetimeSeconds: 60 })]),
  ];
  for (const storageId of storages) {
    const of = { storageId, product: "KES", version };
    const [section = ""] = await contents.ssGetNames(of);
    expect(Object.values(await contents.ssRead({ ...of, section })).length).toBeGreaterThan(0);
    await contents.ssRelease(storageId);
  }
  const limits = createLimits(session);
  expect(await limits.getLimits(1)).toBeTypeOf("number");
  expect(await limits.isMethodPresent({ className: "HostGroup", method: "AddIncident" })).toBe(true);
  expect(await limits.isMethodPresent({ className: "HostGroup", method: "Nonsense" })).toBe(false);
});

test("secondary and virtual servers", async () => {
  const hierarchy = createServerHierarchy(session);
  const [child] = await hierarchy.getChildServers(-1);
  expect(child?.KLSRVH_SRV_DN).toBe("branch");
  expect(await hierarchy.getServerInfo(Number(child?.KLSRVH_SRV_ID), ["KLSRVH_SRV_DN"])).toMatchObject({
    KLSRVH_SRV_DN: "branch",
  });
  const open = () =>
    hierarchy.findSlaveServers({ filter: isPresent("KLSRVH_SRV_DN"), fields: ["KLSRVH_SRV_DN"], lifetimeSeconds: 60 });
  const found: unknown[] = [];
  for await (const page of recordPages({ session, signal, logger }, open, 10)) found.push(...page);
  expect(found).toEqual([{ KLSRVH_SRV_DN: "branch" }]);
  const virtual = createVirtualServers(session);
  const [one] = await virtual.getVServers(-1);
  expect(one?.KLVSRV_DN).toBe("Kunde 1");
  const id = Number(one?.KLVSRV_ID);
  expect(await virtual.getVServerInfo(id, ["KLVSRV_DN"])).toEqual({ KLVSRV_DN: "Kunde 1" });
  expect(await virtual.getVServerStatistic(id)).toBeTypeOf("object");
});

test("reports are executed, fetched as a file and in pieces, and cancelled", async () => {
  const reports = createReportManager(session);
  const [report] = await reports.enumReports();
  const options = { KLRPT_OUTPUT_FORMAT: kscParams({ KLRPT_TARGET_TYPE: 0, KLRPT_XML_TARGET_TYPE: 0 }) };
  const run = () => reports.executeReportAsync(report?.id ?? 0, options);
  const request = await run();
  const data = await awaitAction(session, request, systemClock, signal);
  const file = await downloadReport(session, String(data.KLRPT_OUTPUT_FILE), systemClock, signal);
  expect(file.length).toBeGreaterThan(0);
  const pieces = await run();
  await awaitAction(session, pieces, systemClock, signal);
  const first = await reports.executeReportAsyncGetData({ requestId: pieces, chunkBytes: 16 });
  expect(first.xml.length).toBe(16);
  expect(first.bytesLeft).toBeGreaterThan(0);
  await reports.executeReportAsyncCancel(await run());
  await expect(downloadReport(session, "//evil.example/x", systemClock, signal)).rejects.toMatchObject({
    code: "ksc.unexpected_reply",
  });
});

test("every call of these tests was one that the server knows, and everything opened was released", () => {
  const { calls } = server.control.truth();
  const count = (name: string) => calls[name] ?? 0;
  expect(count("ChunkAccessor.Release")).toBe(
    count("HostGroup.FindHosts") +
      count("HostGroup.FindHostsAsyncGetAccessor") +
      count("HostGroup.FindGroups") +
      count("HostGroup.FindIncidents") +
      count("ServerHierarchy.FindSlaveServers"),
  );
  expect(count("Tasks.ReleaseTasksIterator")).toBe(count("Tasks.ResetTasksIterator"));
});
