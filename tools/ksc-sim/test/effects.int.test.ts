import { expect, test } from "vitest";
import type { KscParams } from "../src/model/values.ts";
import type { Bench, TestClient } from "./client.ts";
import { connect, inner, respond, startBench, WHOLE_TASK_SECONDS } from "./client.ts";

const FILE = { md5hash: "", sha256hash: "", path: "C:\\Temp\\evil.exe" };

async function agentGateway(bench: Bench, hostId = bench.hostId()): Promise<TestClient> {
  const location = (await bench.client.call("CgwHelper.GetNagentLocation", { wsHostName: hostId })).PxgRetVal;
  const { wstrAuthKey } = await bench.client.call("GatewayConnection.PrepareGatewayConnection", {
    pLocations: [{ type: "params", value: location }],
  });
  const agent = connect(bench.server);
  const reply = await agent.raw("login", "", { authorization: `KSCGW ${String(wstrAuthKey)}` });
  if (reply.text !== "{}") throw new Error(reply.text);
  return agent;
}

test("[K20] isolation starts when the task is done and ends by itself after 5 hours when no time is named", async () => {
  await using bench = await startBench();
  await respond(bench, "isolateHost");
  bench.step(WHOLE_TASK_SECONDS);
  const [isolation] = bench.server.control.truth().isolations;
  expect(isolation).toMatchObject({ hostId: bench.hostId(), ended: undefined });
  expect((isolation?.until ?? 0) - (isolation?.since ?? 0)).toBe(5 * 3_600_000);
  bench.step(5 * 3600);
  expect(bench.server.control.truth().isolations).toMatchObject([{ ended: { why: "timer", at: isolation?.until } }]);
});

test("[K20] isolation ends after the asked time, in the unit of the knob, and never later than 9999 hours", async () => {
  for (const [isolationUnit, asked, seconds] of [
    ["seconds", 7200, 7200],
    ["minutes", 30, 1800],
    ["hours", 20_000, 9999 * 3600],
  ] as const) {
    await using bench = await startBench({ knobs: { isolationUnit } });
    await respond(bench, "isolateHost", bench.hostId(), { isolationTimeout: asked });
    bench.step(WHOLE_TASK_SECONDS);
    const [isolation] = bench.server.control.truth().isolations;
    expect((isolation?.until ?? 0) - (isolation?.since ?? 0)).toBe(seconds * 1000);
  }
});

test("[K20] a second isolation renews the first, an operator can lift it, and an isolated host still works", async () => {
  await using bench = await startBench();
  await respond(bench, "isolateHost");
  bench.step(WHOLE_TASK_SECONDS);
  await respond(bench, "isolateHost");
  bench.step(WHOLE_TASK_SECONDS);
  expect(bench.server.control.truth().isolations).toMatchObject([{ ended: { why: "renewed" } }, { ended: undefined }]);
  await respond(bench, "onDemandScan");
  bench.step(WHOLE_TASK_SECONDS + 600);
  expect(bench.server.control.truth().tasks.at(-1)?.hosts[0]?.state).toBe("ok");
  bench.server.control.unblockIsolation(bench.hostId());
  expect(bench.server.control.truth().isolations.at(-1)).toMatchObject({ ended: { why: "operator" } });
  expect(() => bench.server.control.unblockIsolation(bench.hostId())).toThrow("not isolated");
});

test("[K20] deleting an isolation task lifts the isolation only with deleteUndoesEffect", async () => {
  for (const deleteUndoesEffect of [false, true]) {
    await using bench = await startBench({ knobs: { deleteUndoesEffect } });
    await respond(bench, "isolateHost");
    await respond(bench, "preventExecution", bench.hostId(), FILE);
    bench.step(WHOLE_TASK_SECONDS);
    for (const task of bench.server.control.truth().tasks)
      await bench.client.call("Tasks.DeleteTask", { strTask: task.id });
    const truth = bench.server.control.truth();
    expect(truth.isolations[0]?.ended?.why).toBe(deleteUndoesEffect ? "task_deleted" : undefined);
    expect(truth.preventionRules).toHaveLength(deleteUndoesEffect ? 0 : 1);
  }
});

test("[K21] a prevention rule takes effect while the policy switch stands right", async () => {
  for (const position of ["off", "on"] as const) {
    await using bench = await startBench({ knobs: { preventionNeedsSwitch: position } });
    await respond(bench, "preventExecution", bench.hostId(), FILE);
    bench.step(WHOLE_TASK_SECONDS);
    expect(bench.server.control.truth().preventionRules).toMatchObject([{ hostId: bench.hostId(), path: FILE.path }]);
  }
});

test("[K21] with the switch in the wrong position the task completes without effect, or fails, as the knob says", async () => {
  for (const [preventionWhenOff, state] of [
    ["noop", "ok"],
    ["fail", "failed"],
  ] as const) {
    await using bench = await startBench({ knobs: { preventionWhenOff } });
    bench.server.control.setPreventionSwitch("on");
    await respond(bench, "preventExecution", bench.hostId(), FILE);
    bench.step(WHOLE_TASK_SECONDS);
    const truth = bench.server.control.truth();
    expect(truth.tasks[0]?.hosts[0]?.state).toBe(state);
    expect([truth.preventionRules, truth.effects]).toEqual([[], []]);
  }
});

test("the switch is seen through the effective policy contents where the knobs put it", async () => {
  await using bench = await startBench({ knobs: { preventionSection: "EDR", preventionSetting: "Prevention" } });
  const read = async (): Promise<unknown> => {
    const wstrID = (
      await bench.client.call("PolicyProfiles.GetEffectivePolicyContents", {
        nPolicy: 1,
        szwHostId: bench.hostId(),
        nLifeTime: 60,
      })
    ).PxgRetVal;
    const section = { wstrID, wstrProduct: "KES", wstrVersion: "12.0.0.0", wstrSection: "EDR" };
    const settings = (await bench.client.call("SsContents.Ss_Read", section)).PxgRetVal as KscParams;
    await bench.client.call("SsContents.Ss_Release", { wstrID });
    expect(await bench.client.fail("SsContents.Ss_Read", section)).toMatchObject({ code: 1186 });
    return settings.Prevention;
  };
  const setting = (value: boolean): object => ({
    type: "params",
    value: { KLPRSS_Val: value, KLPRSS_Mnd: true, KLPRSS_ValLck: true },
  });
  expect(await read()).toEqual(setting(false));
  bench.server.control.setPreventionSwitch("on");
  expect(await read()).toEqual(setting(true));
});

test("a file that getFile fetched lies in the Quarantine list and comes in chunks through the agent's gateway", async () => {
  await using bench = await startBench();
  await respond(bench, "getFile", bench.hostId(), FILE);
  await respond(bench, "isolateHost");
  bench.step(WHOLE_TASK_SECONDS);
  const itemId = bench.server.control.truth().tasks.find((task) => task.kind === "getFile")?.id;
  const agent = await agentGateway(bench);
  const item = { listName: "Quarantine", itemId, bNeedPacked: false };
  const { pFileInfo } = await agent.call("NagNetworkListApi.GetListItemFileInfo", item);
  expect(pFileInfo).toEqual({ KLNLST_FILE_NAME: "evil.exe", KLNLST_TOTAL_SIZE: { type: "long", value: 150_000 } });
  const chunks: Buffer[] = [];
  for (let at = 0; at < 150_000; at += 60_000) {
    const { pChunk } = await agent.call("NagNetworkListApi.GetListItemFileChunk", {
      ...item,
      ulStartPos: at,
      lBytesToRead: 60_000,
    });
    chunks.push(Buffer.from(String(pChunk), "base64"));
  }
  const whole = await agent.call("NagNetworkListApi.GetListItemFileChunk", {
    ...item,
    ulStartPos: 0,
    lBytesToRead: 150_000,
  });
  expect(Buffer.concat(chunks).equals(Buffer.from(String(whole.pChunk), "base64"))).toBe(true);
  expect(await agent.fail("NagNetworkListApi.GetListItemFileInfo", { ...item, listName: "Backup" })).toMatchObject({
    code: 1186,
  });
  expect(await agent.fail("HostGroup.GroupIdGroups")).toMatchObject({ module: "KLCONN", code: 1194 });
  agent.close();
});

test("the server lists what lies in the devices' quarantines, and only the list is its own", async () => {
  await using bench = await startBench();
  await respond(bench, "getFile", bench.hostId(), FILE);
  await respond(bench, "quarantineFile", bench.hostId(1), { ...FILE, path: "", sha256hash: "ab".repeat(32) });
  bench.step(WHOLE_TASK_SECONDS);
  const rows = async (view: string, filter: string) => {
    const { wstrIteratorId } = await bench.client.call("SrvView.ResetIterator", {
      wstrViewName: view,
      wstrFilter: filter,
      vecFieldsToReturn: ["nId", "strId", "strHostName", "ObjName", "szRestorePath"],
      lifetimeSec: 60,
    });
    const range = { wstrIteratorId, nStart: 0, nEnd: 9 };
    const { pRecords } = await bench.client.call("SrvView.GetRecordRange", range);
    const { KLCSP_ITERATOR_ARRAY: found } = pRecords as KscParams;
    return (found as unknown as { value: KscParams }[]).map(({ value }) => value);
  };
  const taskOf = (kind: string) => bench.server.control.truth().tasks.find((task) => task.kind === kind)?.id;
  expect(await rows("Quarantine", `(strHostName="${bench.hostId()}")`)).toEqual([
    {
      nId: expect.any(Number),
      strId: taskOf("getFile"),
      strHostName: bench.hostId(),
      ObjName: "evil.exe",
      szRestorePath: FILE.path,
    },
  ]);
  const all = await rows("Quarantine", "");
  expect(all).toHaveLength(2);
  expect(all.find(({ strHostName }) => strHostName === bench.hostId(1))).not.toHaveProperty("szRestorePath");
  expect(await rows("Backup", "")).toEqual([]);
});

test("a local task is started through the agent and listed while it runs", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const strSrvObjId = (await client.call("HostGroup.GetHostTasks", { strHostName: bench.hostId() })).PxgRetVal;
  const pData = {
    TASKID_PRODUCT_NAME: "KES",
    TASKID_VERSION: "12.0.0.0",
    TASKID_COMPONENT_NAME: "c",
    TASK_NAME: "updater",
    TASKSCH_TYPE: 0,
    TASK_ADDITIONAL_PARAMS: { type: "params", value: {} },
    TASK_INFO_PARAMS: { type: "params", value: { DisplayName: "update now" } },
  };
  const strTask = (await client.call("HostTasks.AddTask", { strSrvObjId, pData })).PxgRetVal;
  await client.call("HostTasks.UpdateTask", { strSrvObjId, strTask, pData: { TASKSCH_TYPE: 2 } });
  await client.call("HostTasks.SetTaskStartEvent", { strSrvObjId, strTask, pData: { x: 1 } });
  expect((await client.call("HostTasks.GetTaskStartEvent", { strSrvObjId, strTask })).PxgRetVal).toEqual({ x: 1 });
  const agent = await agentGateway(bench);
  const running = async (): Promise<unknown> => {
    const info = (
      await agent.call("NagHstCtl.GetHostRuntimeInfo", {
        pFilter: { "klhst-rt-TskInfo": { type: "params", value: { "klhst-ProductName": "KES" } } },
      })
    ).PxgRetVal as unknown as Record<string, { value: Record<string, { value: Record<string, never> }> }>;
    return inner(info["klhst-rt-TskInfo"]?.value.KES?.value["klhst-rt-TskArray"]);
  };
  expect(await running()).toEqual([]);
  const action = { szwProduct: "KES", szwVersion: "12.0.0.0", szwTaskStorageId: strTask, nTaskAction: 5 };
  await agent.call("NagHstCtl.SendTaskAction", action);
  expect(await running()).toMatchObject([{ taskStorageId: strTask, taskState: 1 }]);
  expect(await agent.fail("NagHstCtl.SendTaskAction", { ...action, nTaskAction: 99 })).toMatchObject({ code: 1192 });
  await agent.call("NagHstCtl.SendProductAction", { szwProduct: "KES", szwVersion: "12.0.0.0", nProductAction: 1 });
  bench.step(31);
  expect(await running()).toEqual([]);
  const view = await client.call("SrvView.ResetIterator", {
    wstrViewName: "HostTasksSrvView",
    wstrFilter: "(nState = 4)",
    vecFieldsToReturn: ["strTask", "txtDisplayName", "nState"],
    vecFieldsToOrder: [],
    pParams: { hostId: bench.hostId() },
    lifetimeSec: 60,
  });
  const { pRecords } = await client.call("SrvView.GetRecordRange", {
    wstrIteratorId: view.wstrIteratorId,
    nStart: 0,
    nEnd: 0,
  });
  expect(inner((pRecords as KscParams).KLCSP_ITERATOR_ARRAY)).toEqual([
    { strTask, txtDisplayName: "update now", nState: 4 },
  ]);
  agent.close();
});

test("a gateway key works once, ends with the session that made it, and does not reach an offline device", async () => {
  await using bench = await startBench();
  const location = (await bench.client.call("CgwHelper.GetNagentLocation", { wsHostName: bench.hostId() })).PxgRetVal;
  const pLocations = [{ type: "params", value: location }];
  const { wstrAuthKey } = await bench.client.call("GatewayConnection.PrepareGatewayConnection", { pLocations });
  const agent = connect(bench.server);
  const authorization = `KSCGW ${String(wstrAuthKey)}`;
  expect((await agent.raw("login", "", { authorization })).text).toBe("{}");
  const second = connect(bench.server);
  expect((await second.raw("login", "", { authorization })).text).toContain("1453");
  await agent.call("Session.Ping");
  bench.server.control.setHost(bench.hostId(), { behaviour: "offline" });
  expect(await bench.client.fail("GatewayConnection.PrepareGatewayConnection", { pLocations })).toMatchObject({
    code: 1195,
  });
  expect(await agent.fail("NagHstCtl.GetHostRuntimeInfo", { pFilter: {} })).toMatchObject({ code: 1195 });
  const sessions = bench.server.control.truth().sessions;
  await bench.client.call("Session.EndSession");
  expect(bench.server.control.truth().sessions).toBe(sessions - 2);
  agent.close();
  second.close();
});
