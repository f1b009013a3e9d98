import { expect, test } from "vitest";
import { METHODS } from "../src/api/registry.ts";
import type { TestClient } from "./client.ts";
import { connect, startBench } from "./client.ts";

/** Names and order as the vendor's own client and documentation give them; `?` may be absent or null. */
const SIGNATURES: Readonly<Record<string, string>> = {
  "Session.Ping": "",
  "Session.EndSession": "",
  "Session.CreateToken": "",
  "HostGroup.FindHosts": "wstrFilter? vecFieldsToReturn vecFieldsToOrder? pParams? lMaxLifeTime",
  "HostGroup.FindHostsAsync": "wstrFilter? vecFieldsToReturn vecFieldsToOrder? pParams? lMaxLifeTime",
  "HostGroup.FindHostsAsyncGetAccessor": "strRequestId",
  "HostGroup.FindHostsAsyncCancel": "strRequestId",
  "HostGroup.GetHostInfo": "strHostName pFields2Return",
  "HostGroup.GetHostProducts": "strHostName",
  "HostGroup.GetComponentsForProductOnHost": "strHostName strProductName strProductVersion",
  "HostGroup.GetHostTasks": "strHostName",
  "HostGroup.AddHostsForSync": "pHostNames strSSType",
  "HostGroup.AddGroupHostsForSync": "nGroupId strSSType",
  "HostGroup.GetStaticInfo": "pValues?",
  "HostGroup.GetRunTimeInfo": "pValues?",
  "HostGroup.GetInstanceStatistics": "vecFilterFields?",
  "HostGroup.GroupIdGroups": "",
  "HostGroup.GroupIdUnassigned": "",
  "HostGroup.GroupIdSuper": "",
  "HostGroup.FindGroups": "wstrFilter? vecFieldsToReturn vecFieldsToOrder? pParams? lMaxLifeTime",
  "HostGroup.GetSubgroups": "nGroupId nDepth",
  "HostGroup.GetGroupInfo": "nGroupId",
  "HostGroup.GetGroupInfoEx": "nGroupId pArrAttributes",
  "HostGroup.GetGroupId": "nParent strName",
  "HostGroup.AddGroup": "pInfo",
  "HostGroup.UpdateGroup": "nGroup pInfo",
  "HostGroup.RemoveGroup": "nGroup nFlags",
  "HostGroup.MoveHostsToGroup": "nGroup pHostNames",
  "HostGroup.RemoveHost": "strHostName",
  "HostGroup.RemoveHosts": "pHostNames bForceDestroy",
  "HostGroup.GetDomains": "",
  "HostGroup.GetDomainHosts": "domain",
  "HostGroup.SS_GetNames": "strHostName strType strProduct strVersion",
  "HostGroup.SS_Read": "strHostName strType strProduct strVersion strSection",
  "HostGroup.SS_Write": "strHostName strType strProduct strVersion strSection nOption pSettings",
  "HostGroup.SS_CreateSection": "strHostName strType strProduct strVersion strSection",
  "HostGroup.SS_DeleteSection": "strHostName strType strProduct strVersion strSection",
  "HostGroup.AddIncident": "pData",
  "HostGroup.UpdateIncident": "nId pData",
  "HostGroup.DeleteIncident": "nId",
  "HostGroup.FindIncidents": "strFilter? pFieldsToReturn pFieldsToOrder? lMaxLifeTime",
  "ChunkAccessor.GetItemsCount": "strAccessor",
  "ChunkAccessor.GetItemsChunk": "strAccessor nStart nCount",
  "ChunkAccessor.Release": "strAccessor",
  "Tasks.AddTask": "pData",
  "Tasks.UpdateTask": "strTask pData",
  "Tasks.DeleteTask": "strTask",
  "Tasks.RunTask": "strTask",
  "Tasks.SuspendTask": "strTask",
  "Tasks.ResumeTask": "strTask",
  "Tasks.CancelTask": "strTask",
  "Tasks.AddHostToTask": "strTask strHostName",
  "Tasks.GetTask": "strTask",
  "Tasks.GetTaskData": "strTask",
  "Tasks.GetTaskStatistics": "strTask",
  "Tasks.GetTaskStatistics2": "strTask",
  "Tasks.GetTaskHistory": "strTask pFields2Return pSortFields? strHostName? pFilter?",
  "Tasks.GetAllTasksOfHost": "strDomainName? strHostName",
  "Tasks.GetTaskGroup": "strTaskId",
  "Tasks.ResolveTaskId": "strPrtsTaskId",
  "Tasks.ResetTasksIterator":
    "nGroupId bGroupIdSignificant strProductName? strVersion? strComponentName? strInstanceId? strTaskName? bIncludeSupergroups",
  "Tasks.GetNextTask": "strTaskIteratorId",
  "Tasks.ReleaseTasksIterator": "strTaskIteratorId",
  "Tasks.ResetHostIteratorForTaskStatus": "strTask pFields2Return nHostStateMask nLifetime",
  "Tasks.ResetHostIteratorForTaskStatusEx": "strTask pFields2Return pFields2Order? nHostStateMask nLifetime",
  "Tasks.GetNextHostStatus": "strHostIteratorId nCount",
  "Tasks.GetHostStatusRecordsCount": "strHostIteratorId",
  "Tasks.GetHostStatusRecordRange": "strHostIteratorId nStart nEnd",
  "Tasks.ReleaseHostStatusIterator": "strHostIteratorId",
  "Tasks.GetTaskStartEvent": "strTask",
  "Tasks.SetTaskStartEvent": "strTask pData",
  "HostTasks.ResetTasksIterator":
    "strSrvObjId strProductName? strVersion? strComponentName? strInstanceId? strTaskName?",
  "HostTasks.GetNextTask": "strSrvObjId",
  "HostTasks.GetTaskData": "strSrvObjId strTask",
  "HostTasks.AddTask": "strSrvObjId pData",
  "HostTasks.UpdateTask": "strSrvObjId strTask pData",
  "HostTasks.DeleteTask": "strSrvObjId strTask",
  "HostTasks.GetTaskStartEvent": "strSrvObjId strTask",
  "HostTasks.SetTaskStartEvent": "strSrvObjId strTask pData",
  "EventProcessingFactory.CreateEventProcessing": "vecFieldsToReturn vecFieldsToOrder? lifetimeSec",
  "EventProcessingFactory.CreateEventProcessing2": "pFilter? vecFieldsToReturn vecFieldsToOrder? lifetimeSec",
  "EventProcessingFactory.CreateEventProcessingForHost":
    "strHostName strProduct? strVersion? vecFieldsToReturn vecFieldsToOrder? lifetimeSec",
  "EventProcessingFactory.CreateEventProcessingForHost2":
    "pFilter? strHostName strProduct? strVersion? vecFieldsToReturn vecFieldsToOrder? lifetimeSec",
  "EventProcessing.GetRecordCount": "strIteratorId",
  "EventProcessing.GetRecordRange": "strIteratorId nStart nEnd",
  "EventProcessing.ReleaseIterator": "strIteratorId",
  "AsyncActionStateChecker.CheckActionState": "wstrActionGuid",
  "ConEvents.Subscribe": "wstrEvent pFilter?",
  "ConEvents.UnSubscribe": "nSubsId",
  "ConEvents.Retrieve": "",
  "ConEvents.IsServiceConsoleAvailable": "wstrProdName wstrProdVersion",
  "ConEvents.IsAnyServiceConsoleAvailable": "",
  "SrvView.ResetIterator": "wstrViewName wstrFilter? vecFieldsToReturn vecFieldsToOrder? pParams? lifetimeSec",
  "SrvView.GetRecordCount": "wstrIteratorId",
  "SrvView.GetRecordRange": "wstrIteratorId nStart nEnd",
  "SrvView.ReleaseIterator": "wstrIteratorId",
  "SrvView.ResetIteratorAsync": "wstrViewName wstrFilter? vecFieldsToReturn vecFieldsToOrder? pParams? lifetimeSec",
  "SrvView.ResetIteratorAsyncGetData": "wstrRequestId",
  "SrvView.ResetIteratorAsyncCancel": "wstrRequestId",
  "ReportManager.EnumReports": "",
  "ReportManager.GetReportIds": "",
  "ReportManager.GetReportInfo": "lReportId",
  "ReportManager.ExecuteReportAsync": "lReportId pOptions",
  "ReportManager.ExecuteReportAsyncGetData": "strRequestId nChunkSize",
  "ReportManager.ExecuteReportAsyncCancel": "strRequestId",
  "Policy.GetPoliciesForGroup": "nGroupId",
  "Policy.GetEffectivePoliciesForGroup": "nGroupId",
  "Policy.GetPolicyData": "nPolicy",
  "Policy.GetPolicyContents": "nPolicy nRevisionId nLifeTime",
  "Policy.MakePolicyActive": "nPolicy bActive",
  "PolicyProfiles.EnumProfiles": "nPolicy nRevision",
  "PolicyProfiles.GetProfileSettings": "nPolicy nRevision szwName nLifeTime",
  "PolicyProfiles.UpdateProfile": "nPolicy szwName pAttrsToUpdate",
  "PolicyProfiles.GetEffectivePolicyContents": "nPolicy szwHostId nLifeTime",
  "SsContents.SS_GetNames": "wstrID wstrProduct wstrVersion",
  "SsContents.Ss_Read": "wstrID wstrProduct wstrVersion wstrSection",
  "SsContents.Ss_Update": "wstrID wstrProduct wstrVersion wstrSection pNewData",
  "SsContents.Ss_Add": "wstrID wstrProduct wstrVersion wstrSection pNewData",
  "SsContents.Ss_Replace": "wstrID wstrProduct wstrVersion wstrSection pNewData",
  "SsContents.Ss_Apply": "wstrID",
  "SsContents.Ss_Release": "wstrID",
  "ServerHierarchy.GetChildServers": "nGroupId",
  "ServerHierarchy.GetServerInfo": "lServer pFields?",
  "ServerHierarchy.FindSlaveServers": "wstrFilter? pFieldsToReturn pFieldsToOrder? pParams? lMaxLifeTime",
  "VServers.GetVServers": "lParentGroup",
  "VServers.GetVServerInfo": "lVServer pFields2Return?",
  "VServers2.GetVServerStatistic": "lVsId",
  "VServers2.GetVServerStatistic2": "lVsId nMaxAgentInactivityDays",
  "CgwHelper.GetSlaveServerLocation": "nSlaveServerId",
  "CgwHelper.GetNagentLocation": "wsHostName",
  "GatewayConnection.PrepareGatewayConnection": "pLocations",
  "GatewayConnection.PrepareGatewayConnectionToSecondaryServer": "srvInstanceId",
  "NagHstCtl.GetHostRuntimeInfo": "pFilter?",
  "NagHstCtl.SendTaskAction": "szwProduct szwVersion szwTaskStorageId nTaskAction",
  "NagHstCtl.SendProductAction": "szwProduct szwVersion nProductAction",
  "NagNetworkListApi.GetListItemFileInfo": "listName itemId bNeedPacked",
  "NagNetworkListApi.GetListItemFileInfo2": "listName itemId bNeedPacked productName productVersion pOptions?",
  "NagNetworkListApi.GetListItemFileChunk": "listName itemId bNeedPacked ulStartPos lBytesToRead",
  "NagNetworkListApi.GetListItemFileChunk2":
    "listName itemId bNeedPacked productName productVersion pOptions? ulStartPos lBytesToRead",
  "NagNetworkListApi.ReleaseFileInfo": "listName itemId productName productVersion",
  "Limits.GetLimits": "param",
  "Limits.IsMethodPresent": "strInstance? strClass strMethod",
  "ServiceNwcDeployment.CreateServiceAccount": "",
  "ServiceNwcDeployment.UpdateServiceAccountAcl": "pAclParams",
  "TotpUserSettings.AddUserToTotpRequrementExceptions": "llTrusteeId bInExceptions",
};

test("the server knows exactly these methods with exactly these arguments", () => {
  const actual = Object.fromEntries(
    [...METHODS].map(([name, { args }]) => [
      name,
      Object.entries(args)
        .map(([argument, kind]) => argument + (kind.endsWith("?") ? "?" : ""))
        .join(" "),
    ]),
  );
  expect(actual).toEqual(SIGNATURES);
});

const GOOD: Readonly<Record<string, unknown>> = {
  string: "x",
  int: 1,
  long: 1,
  bool: true,
  strings: ["x"],
  array: [],
  orders: [],
  params: {},
};

/** Values of the wrong type for each kind of argument. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  string: [1, true, {}, []],
  int: ["1", 1.5, true, { type: "long", value: 1 }, 2 ** 40],
  long: ["1", 1.5, { type: "long", value: 1 }],
  bool: [0, "true", {}],
  strings: ["x", [1], {}],
  array: ["x", {}, [{ plain: 1 }]],
  orders: [
    "x",
    {},
    ["Name"],
    [{ Name: "a", Asc: true }],
    [{ type: "params", value: { Asc: true } }],
    [{ type: "params", value: { Name: "a", Asc: 1 } }],
  ],
  params: [
    "x",
    [],
    { a: 1.5 },
    { a: { plain: 1 } },
    { a: { type: "datetime", value: "yesterday" } },
    { a: { type: "nothing", value: 1 } },
  ],
};

test("a missing or mistyped argument of any method is KLSTD 1192 and names the argument", async () => {
  await using bench = await startBench();
  const agent = await agentOf(bench);
  let checked = 0;
  for (const [name, { args, side }] of METHODS) {
    const client = side === "agent" ? agent : bench.client;
    const good = Object.fromEntries(
      Object.entries(args).map(([argument, kind]) => [argument, GOOD[kind.replace("?", "")]]),
    );
    for (const [argument, kind] of Object.entries(args)) {
      const wrong = [...(WRONG[kind.replace("?", "")] ?? []), ...(kind.endsWith("?") ? [] : [null, undefined])];
      for (const value of wrong) {
        const failure = await client.fail(name, { ...good, [argument]: value });
        expect(failure, `${name} ${argument} ${JSON.stringify(value)}`).toMatchObject({ module: "KLSTD", code: 1192 });
        expect(failure.message).toContain(`"${argument}`);
        checked += 1;
      }
    }
  }
  expect(checked).toBeGreaterThan(1000);
  agent.close();
});

async function agentOf(bench: Awaited<ReturnType<typeof startBench>>): Promise<TestClient> {
  const location = (await bench.client.call("CgwHelper.GetNagentLocation", { wsHostName: bench.hostId() })).PxgRetVal;
  const { wstrAuthKey } = await bench.client.call("GatewayConnection.PrepareGatewayConnection", {
    pLocations: [{ type: "params", value: location }],
  });
  const agent = connect(bench.server);
  await agent.raw("login", "", { authorization: `KSCGW ${String(wstrAuthKey)}` });
  return agent;
}

test("arguments nobody asked for are ignored, and a null in params is read as absent or refused as the knob says", async () => {
  await using bench = await startBench();
  await bench.client.call("HostGroup.GroupIdGroups", { whatever: 1 });
  const add = { pInfo: { name: "g", parentId: null } };
  await bench.client.call("HostGroup.AddGroup", add);
  bench.server.control.setKnobs({ nullInParams: "refuse" });
  expect((await bench.client.fail("HostGroup.AddGroup", add)).message).toContain("pInfo.parentId");
});
