import { expect, test } from "vitest";
import type { KscParams } from "../src/model/values.ts";
import { connect, inner, startBench, tokenSession } from "./client.ts";

const ALL = { wstrFilter: "", vecFieldsToReturn: ["KLHST_WKS_HOSTNAME"], lMaxLifeTime: 60 };

test("[K7] an unknown method is KLCONN 1194, also with the wrong case or an instance", async () => {
  await using bench = await startBench();
  for (const name of [
    "HostGroup.Nothing",
    "hostgroup.FindHosts",
    "HostGroup.findhosts",
    "Inst.HostGroup.GroupIdGroups",
    "NagHstCtl.GetHostRuntimeInfo",
  ]) {
    expect(await bench.client.fail(name)).toMatchObject({ module: "KLCONN", code: 1194 });
  }
});

test("[K7] an unknown id is KLSTD 1186", async () => {
  await using bench = await startBench();
  const calls: [string, object][] = [
    ["HostGroup.GetHostInfo", { strHostName: "none", pFields2Return: [] }],
    ["HostGroup.DeleteIncident", { nId: 1_000_000 }],
    ["HostGroup.GetGroupInfo", { nGroupId: 9999 }],
    ["Tasks.DeleteTask", { strTask: "none" }],
    ["ChunkAccessor.Release", { strAccessor: "none" }],
    ["EventProcessing.GetRecordCount", { strIteratorId: "none" }],
    ["Policy.GetPolicyData", { nPolicy: 77 }],
    ["AsyncActionStateChecker.CheckActionState", { wstrActionGuid: "none" }],
    ["ServerHierarchy.GetServerInfo", { lServer: 5, pFields: [] }],
    ["VServers.GetVServerInfo", { lVServer: 5, pFields2Return: [] }],
    ["CgwHelper.GetNagentLocation", { wsHostName: "none" }],
    ["ReportManager.ExecuteReportAsync", { lReportId: 4, pOptions: {} }],
  ];
  for (const [method, args] of calls)
    expect(await bench.client.fail(method, args), method).toMatchObject({ module: "KLSTD", code: 1186 });
});

test("[K7] a missing right is KLSTD 1184, by area and by method", async () => {
  await using bench = await startBench({
    server: {
      user: "soc",
      password: "secret",
      users: [{ user: "reader", password: "p", rights: ["read", "tasks"], denyMethods: ["Tasks.Delete*"] }],
    },
  });
  const reader = connect(bench.server);
  await reader.login({ user: "reader", password: "p" });
  await reader.call("HostGroup.FindHosts", ALL);
  expect(await reader.fail("HostGroup.AddIncident", { pData: {} })).toMatchObject({ module: "KLSTD", code: 1184 });
  expect(await reader.fail("Tasks.DeleteTask", { strTask: "1" })).toMatchObject({ code: 1184 });
  expect(await reader.fail("Tasks.RunTask", { strTask: "1" })).toMatchObject({ code: 1186 });
  reader.close();
});

test("[K8] attributes a host lacks are left out of the record, not null", async () => {
  await using bench = await startBench({
    server: {
      hostList: [{ id: "h", name: "WS-1", attributes: { KLHST_WKS_FQDN: null, KLHST_WKS_COMMENT: "desk 4" } }],
    },
  });
  const found = await bench.client.call("HostGroup.FindHosts", {
    ...ALL,
    vecFieldsToReturn: ["KLHST_WKS_HOSTNAME", "KLHST_WKS_FQDN", "KLHST_WKS_COMMENT", "NOT_AN_ATTRIBUTE"],
  });
  expect(await bench.client.records(found)).toEqual([{ KLHST_WKS_HOSTNAME: "h", KLHST_WKS_COMMENT: "desk 4" }]);
});

test("[K8] an estate drawn from a seed has hosts without KES, without a domain, and with KES below 12.9", async () => {
  await using bench = await startBench({ server: { hostList: [], hosts: 300 } });
  const hosts = bench.server.hosts();
  expect(new Set(hosts.map((host) => host.name)).size).toBe(300);
  expect(hosts.filter((host) => host.kesVersion === undefined).length).toBeGreaterThan(3);
  expect(hosts.filter((host) => host.fqdn === undefined).length).toBeGreaterThan(5);
  expect(hosts.filter((host) => host.kesVersion?.startsWith("12.6")).length).toBeGreaterThan(10);
  expect(hosts.every((host) => /^10\./.test(host.ip) && host.id !== host.instanceId)).toBe(true);
});

test("the same seed draws the same estate, another seed another", async () => {
  const draw = async (seed: number): Promise<string[]> => {
    await using bench = await startBench({ server: { hostList: [], hosts: 20 }, config: { seed } });
    return bench.server.hosts().map((host) => `${host.id} ${host.name} ${host.ip}`);
  };
  expect(await draw(7)).toEqual(await draw(7));
  expect(await draw(7)).not.toEqual(await draw(8));
});

test("[K9] an accessor expires its lifetime after the last access and is 1186 from then on", async () => {
  await using bench = await startBench();
  const { strAccessor } = await bench.client.call("HostGroup.FindHosts", ALL);
  bench.step(59);
  expect(await bench.client.call("ChunkAccessor.GetItemsCount", { strAccessor })).toEqual({ PxgRetVal: 3 });
  bench.step(59);
  expect(await bench.client.call("ChunkAccessor.GetItemsCount", { strAccessor })).toEqual({ PxgRetVal: 3 });
  bench.step(61);
  expect(await bench.client.fail("ChunkAccessor.GetItemsChunk", { strAccessor, nStart: 0, nCount: 1 })).toMatchObject({
    code: 1186,
  });
});

test("[K9] every kind of iterator expires and is gone after release", async () => {
  await using bench = await startBench();
  const { client, server } = bench;
  const [taskId] = server.control.createForeignTasks({ hostId: bench.hostId() });
  const fields = { vecFieldsToReturn: [], vecFieldsToOrder: [], lifetimeSec: 60 };
  const kinds = [
    {
      open: () => client.call("EventProcessingFactory.CreateEventProcessing", fields),
      id: "strIteratorId",
      use: "EventProcessing.GetRecordCount",
      release: "EventProcessing.ReleaseIterator",
    },
    {
      open: () =>
        client.call("Tasks.ResetHostIteratorForTaskStatus", {
          strTask: taskId,
          pFields2Return: [],
          nHostStateMask: 127,
          nLifetime: 60,
        }),
      id: "strHostIteratorId",
      use: "Tasks.GetHostStatusRecordsCount",
      release: "Tasks.ReleaseHostStatusIterator",
    },
    {
      open: () =>
        client.call("SrvView.ResetIterator", {
          ...fields,
          wstrViewName: "HostTasksSrvView",
          pParams: { host: bench.hostId() },
        }),
      id: "wstrIteratorId",
      use: "SrvView.GetRecordCount",
      release: "SrvView.ReleaseIterator",
    },
  ];
  for (const kind of kinds) {
    const expiring = { [kind.id]: (await kind.open())[kind.id] };
    const released = { [kind.id]: (await kind.open())[kind.id] };
    await client.call(kind.use, expiring);
    await client.call(kind.release, released);
    expect(await client.fail(kind.use, released), kind.use).toMatchObject({ code: 1186 });
    bench.step(61);
    expect(await client.fail(kind.use, expiring), kind.use).toMatchObject({ code: 1186 });
  }
});

test("[K9] an accessor belongs to its session and ends with it", async () => {
  await using bench = await startBench();
  const { client } = await tokenSession(bench.server);
  const { strAccessor } = await client.call("HostGroup.FindHosts", ALL);
  expect(await bench.client.fail("ChunkAccessor.GetItemsCount", { strAccessor })).toMatchObject({ code: 1186 });
  await client.call("Session.EndSession");
  expect((await client.raw("ChunkAccessor.GetItemsCount", JSON.stringify({ strAccessor }))).status).toBe(403);
  client.close();
});

test("[K9] an accessor lives at most 7200 seconds whatever was asked, and keeps its snapshot", async () => {
  await using bench = await startBench();
  const { strAccessor } = await bench.client.call("HostGroup.FindHosts", { ...ALL, lMaxLifeTime: 20_000 });
  bench.server.control.removeHost(bench.hostId(2));
  bench.step(7199);
  expect(await bench.client.call("ChunkAccessor.GetItemsCount", { strAccessor })).toEqual({ PxgRetVal: 3 });
  bench.step(7201);
  expect(await bench.client.fail("ChunkAccessor.GetItemsCount", { strAccessor })).toMatchObject({ code: 1186 });
  expect(await bench.client.fail("HostGroup.FindHosts", { ...ALL, lMaxLifeTime: 0 })).toMatchObject({ code: 1192 });
});

test("[K10] GetNextTask signals the end with an empty object, again and again", async () => {
  await using bench = await startBench();
  const { client, server } = bench;
  const ids = server.control.createForeignTasks({ hostId: bench.hostId(), count: 2 });
  const { strTaskIteratorId } = await client.call("Tasks.ResetTasksIterator", {
    nGroupId: 0,
    bGroupIdSignificant: false,
    strProductName: null,
    strVersion: "",
    strComponentName: "",
    strInstanceId: "",
    strTaskName: "",
    bIncludeSupergroups: true,
  });
  const next = async (): Promise<unknown> => (await client.call("Tasks.GetNextTask", { strTaskIteratorId })).pTaskData;
  expect(await next()).toMatchObject({ TASK_UNIQUE_ID: ids[0] });
  expect(await next()).toMatchObject({ TASK_UNIQUE_ID: ids[1] });
  expect([await next(), await next()]).toEqual([{}, {}]);
  await client.call("Tasks.ReleaseTasksIterator", { strTaskIteratorId });
  expect(await client.fail("Tasks.GetNextTask", { strTaskIteratorId })).toMatchObject({ code: 1186 });
});

test("[K25] a virtual server's session sees its own devices only, the main server sees all or just its own", async () => {
  await using bench = await startBench({
    server: {
      hostList: [{ id: "main-1", name: "WS-1" }],
      virtualServers: [
        { name: "Client A", hosts: 2 },
        { name: "Клиент Б", hosts: 3 },
      ],
    },
  });
  const count = async (client: typeof bench.client, pParams = {}): Promise<unknown> =>
    (await client.call("HostGroup.FindHosts", { ...ALL, pParams })).PxgRetVal;
  expect(await count(bench.client)).toBe(6);
  expect(await count(bench.client, { KLGRP_FIND_FROM_CUR_VS_ONLY: true })).toBe(1);
  // The same answer by the host's id, which is looked up without a search.
  const [main, other] = ["main-1", bench.server.hosts().find((host) => host.virtualServer === "Client A")?.id];
  const byId = async (client: typeof bench.client, id: string | undefined, pParams = {}): Promise<unknown> =>
    (await client.call("HostGroup.FindHosts", { ...ALL, wstrFilter: `(KLHST_WKS_HOSTNAME="${id}")`, pParams }))
      .PxgRetVal;
  const ownOnly = { KLGRP_FIND_FROM_CUR_VS_ONLY: true };
  expect([
    await byId(bench.client, main, ownOnly),
    await byId(bench.client, other),
    await byId(bench.client, other, ownOnly),
  ]).toEqual([1, 1, 0]);
  const virtual = connect(bench.server);
  await virtual.login({ virtualServer: "Клиент Б" });
  expect(await count(virtual)).toBe(3);
  expect([await byId(virtual, main), await byId(virtual, other)]).toEqual([0, 0]);
  expect(await virtual.fail("HostGroup.GetHostInfo", { strHostName: "main-1", pFields2Return: [] })).toMatchObject({
    code: 1186,
  });
  expect(await virtual.call("HostGroup.GetStaticInfo", { pValues: ["KLADMSRV_IS_VIRTUAL", "KLADMSRV_VSID"] })).toEqual({
    PxgRetVal: { KLADMSRV_IS_VIRTUAL: true, KLADMSRV_VSID: 2 },
  });
  const ownRoot = (await virtual.call("HostGroup.GroupIdGroups")).PxgRetVal;
  expect(ownRoot).not.toBe(0);
  const listed = inner((await bench.client.call("VServers.GetVServers", { lParentGroup: -1 })).PxgRetVal);
  expect(listed.map((one) => [one.KLVSRV_DN, one.KLVSRV_GROUPS])).toContainEqual(["Клиент Б", ownRoot]);
  expect(await bench.client.call("VServers2.GetVServerStatistic", { lVsId: 2 })).toMatchObject({
    PxgRetVal: { KLVSRV_HOSTS_COUNT: 3 },
  });
  virtual.close();
  const unknown = connect(bench.server);
  await expect(unknown.login({ virtualServer: "Client Z" })).rejects.toThrow("1186");
  unknown.close();
});

test("[K25] secondary servers are invisible to the synchronous FindHosts, reachable by the asynchronous one and a gateway", async () => {
  await using bench = await startBench({
    config: { servers: [{ name: "branch", secondaryOf: "ksc-a", hostList: [{ id: "branch-1", name: "WS-9" }] }] },
  });
  const { client } = bench;
  const deep = { ...ALL, pParams: { KLSRVH_SLAVE_REC_DEPTH: 1 } };
  expect(await client.call("HostGroup.FindHosts", deep)).toMatchObject({ PxgRetVal: 3 });
  const { strRequestId } = await client.call("HostGroup.FindHostsAsync", deep);
  bench.step(1);
  await client.call("AsyncActionStateChecker.CheckActionState", { wstrActionGuid: strRequestId });
  const accessor = await client.call("HostGroup.FindHostsAsyncGetAccessor", { strRequestId });
  expect(accessor).toMatchObject({ PxgRetVal: 4, pFailedSlavesInfo: { KLGRP_FAILED_SLAVES_PARAMS: [] } });
  expect((await client.records(accessor)).map((host) => host.KLHST_WKS_HOSTNAME)).toContain("branch-1");

  const children = inner((await client.call("ServerHierarchy.GetChildServers", { nGroupId: -1 })).PxgRetVal);
  expect(children).toEqual([
    { KLSRVH_SRV_ID: 1, KLSRVH_SRV_DN: "branch", KLSRVH_SRV_GROUPID: 0, KLSRVH_SRV_STATUS: 1 },
  ]);
  const slaves = await client.call("ServerHierarchy.FindSlaveServers", {
    wstrFilter: '(KLSRVH_SRV_DN="br*")',
    pFieldsToReturn: ["KLSRVH_SRV_INST_ID"],
    pFieldsToOrder: [],
    pParams: {},
    lMaxLifeTime: 60,
  });
  const [slave] = await client.records({ strAccessor: slaves.wstrIterator as string });
  const byId = await client.call("GatewayConnection.PrepareGatewayConnectionToSecondaryServer", {
    srvInstanceId: slave?.KLSRVH_SRV_INST_ID,
  });
  const location = (await client.call("CgwHelper.GetSlaveServerLocation", { nSlaveServerId: 1 })).PxgRetVal;
  const byLocation = await client.call("GatewayConnection.PrepareGatewayConnection", {
    pLocations: [{ type: "params", value: location }],
  });
  for (const { wstrAuthKey } of [byId, byLocation]) {
    const gateway = connect(bench.server);
    expect((await gateway.raw("login", "", { authorization: `KSCGW ${String(wstrAuthKey)}` })).text).toBe("{}");
    expect(await gateway.records(await gateway.call("HostGroup.FindHosts", ALL))).toEqual([
      { KLHST_WKS_HOSTNAME: "branch-1" },
    ]);
    gateway.close();
  }
});

test("hosts are sorted by the asked fields and read in chunks", async () => {
  await using bench = await startBench({ server: { hostList: [], hosts: 30 } });
  const asked = {
    ...ALL,
    vecFieldsToReturn: ["KLHST_WKS_DN"],
    vecFieldsToOrder: [{ type: "params", value: { Name: "KLHST_WKS_DN", Asc: false } }],
  };
  const { strAccessor } = await bench.client.call("HostGroup.FindHosts", asked);
  const names: unknown[] = [];
  for (let nStart = 0; nStart < 30; nStart += 7) {
    const { pChunk, PxgRetVal } = await bench.client.call("ChunkAccessor.GetItemsChunk", {
      strAccessor,
      nStart,
      nCount: 7,
    });
    const chunk = inner((pChunk as KscParams).KLCSP_ITERATOR_ARRAY);
    expect(chunk).toHaveLength(Number(PxgRetVal));
    names.push(...chunk.map((host) => host.KLHST_WKS_DN));
  }
  expect(names).toEqual(
    bench.server
      .hosts()
      .map((host) => host.name)
      .sort()
      .reverse(),
  );
});

test("the status mask and last visit tell an offline host from an online one", async () => {
  await using bench = await startBench();
  bench.server.control.setHost("host-1", { behaviour: "offline" });
  bench.step(3600);
  const filter = "(&(KLHST_WKS_STATUS & 8 = 0)(KLHST_WKS_LAST_VISIBLE < CURTIME(-3000)))";
  const found = await bench.client.call("HostGroup.FindHosts", { ...ALL, wstrFilter: filter });
  expect(await bench.client.records(found)).toEqual([{ KLHST_WKS_HOSTNAME: "host-1" }]);
  const online = await bench.client.call("HostGroup.FindHosts", { ...ALL, wstrFilter: "KLHST_WKS_STATUS = 29" });
  expect(online.PxgRetVal).toBe(2);
});

test("groups can be found, made, filled and removed; a host carries its group's name", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const groupId = Number(
    (await client.call("HostGroup.AddGroup", { pInfo: { name: "Quarantine", parentId: 0 } })).PxgRetVal,
  );
  expect(await client.fail("HostGroup.AddGroup", { pInfo: { name: "Quarantine", parentId: 0 } })).toMatchObject({
    code: 1185,
  });
  await client.call("HostGroup.MoveHostsToGroup", { nGroup: groupId, pHostNames: ["host-0"] });
  expect(
    await client.call("HostGroup.GetHostInfo", {
      strHostName: "host-0",
      pFields2Return: ["name", "KLHST_WKS_GROUPID"],
    }),
  ).toEqual({
    PxgRetVal: { name: "Quarantine", KLHST_WKS_GROUPID: groupId },
  });
  const found = await client.call("HostGroup.FindGroups", {
    wstrFilter: '(grp_full_name="Managed devices/Q*")',
    vecFieldsToReturn: ["id", "hostsNum", "level"],
    lMaxLifeTime: 60,
  });
  expect(await client.records(found)).toEqual([{ id: groupId, hostsNum: 1, level: 2 }]);
  expect((await client.call("HostGroup.GetGroupId", { nParent: 0, strName: "quarantine" })).PxgRetVal).toBe(groupId);
  await client.call("HostGroup.UpdateGroup", { nGroup: groupId, pInfo: { name: "Isolated" } });
  const tree = inner((await client.call("HostGroup.GetSubgroups", { nGroupId: 0, nDepth: 0 })).PxgRetVal);
  expect(tree.map((group) => group.name)).toContain("Isolated");
  await client.call("HostGroup.RemoveGroup", { nGroup: groupId, nFlags: 1 });
  expect(
    await client.call("HostGroup.GetHostInfo", { strHostName: "host-0", pFields2Return: ["KLHST_WKS_GROUPID"] }),
  ).toEqual({
    PxgRetVal: { KLHST_WKS_GROUPID: 1 },
  });
  expect(await client.fail("HostGroup.RemoveGroup", { nGroup: 0, nFlags: 1 })).toMatchObject({ code: 1193 });
});

test("host settings can be listed, read, written and are 1125 when absent", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const storage = { strHostName: "host-0", strType: "SS_SETTINGS", strProduct: "1103", strVersion: "1.0.0.0" };
  expect((await client.call("HostGroup.SS_GetNames", storage)).PxgRetVal).toEqual(["ConnectionSettings"]);
  const section = { ...storage, strSection: "Mine" };
  expect(await client.fail("HostGroup.SS_Read", section)).toMatchObject({ module: "KLPRSS", code: 1125 });
  await client.call("HostGroup.SS_CreateSection", section);
  await client.call("HostGroup.SS_Write", {
    ...section,
    nOption: 7,
    pSettings: { a: 1, b: { type: "long", value: 2 } },
  });
  expect((await client.call("HostGroup.SS_Read", section)).PxgRetVal).toEqual({ a: 1, b: { type: "long", value: 2 } });
  await client.call("HostGroup.SS_DeleteSection", section);
  expect(await client.fail("HostGroup.SS_Read", section)).toMatchObject({ code: 1125 });
});
