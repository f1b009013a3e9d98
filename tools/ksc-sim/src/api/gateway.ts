import { secretToken } from "../http/sessions.ts";
import type { Site } from "../http/site.ts";
import { badArgument, KscError, notFound } from "../model/errors.ts";
import { startNow } from "../model/execution.ts";
import type { Host, HostFile } from "../model/host.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { long, params, paramsOf } from "../model/values.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { hostOf } from "./scope.ts";

const KEY_LIFE_MS = 180_000;
/** NagHstCtl.SendTaskAction: the one action that public material shows. */
const ACTION_START = 5;
const RUNNING = 1;
const CHUNK_BYTES_MAX = 1_048_576;

const ITEM = { listName: "string", itemId: "string", bNeedPacked: "bool" } as const;

/** Gateways to secondary servers and agents, and what an agent answers through one. */
export const gatewayMethods: MethodTable = {
  "CgwHelper.GetSlaveServerLocation": method({
    right: "gateway",
    args: { nSlaveServerId: "int" },
    handle: (call, { nSlaveServerId }) => {
      if (!call.site.secondaries.has(nSlaveServerId)) throw notFound("Server", nSlaveServerId);
      return { PxgRetVal: { CGW_LOCATION_KIND: "server", CGW_LOCATION_ID: String(nSlaveServerId) } };
    },
  }),
  "CgwHelper.GetNagentLocation": method({
    right: "gateway",
    args: { wsHostName: "string" },
    handle: (call, { wsHostName }) => ({
      PxgRetVal: { CGW_LOCATION_KIND: "agent", CGW_LOCATION_ID: hostOf(call, wsHostName).id },
    }),
  }),
  "GatewayConnection.PrepareGatewayConnection": method({
    right: "gateway",
    args: { pLocations: "array" },
    handle: (call, { pLocations }) => {
      if (pLocations.length === 0) throw badArgument("pLocations", "must name at least one location");
      let site = call.site;
      let agent: Host | undefined;
      for (const [index, item] of pLocations.entries()) {
        const location = paramsOf(item);
        if (location === undefined || agent !== undefined)
          throw badArgument(`pLocations[${index}]`, "must be a location from CgwHelper, an agent last");
        ({ site, agent } = follow(site, location, index));
      }
      return { wstrAuthKey: issueKey(call, site, agent?.id) };
    },
  }),
  "GatewayConnection.PrepareGatewayConnectionToSecondaryServer": method({
    right: "gateway",
    args: { srvInstanceId: "string" },
    handle: (call, { srvInstanceId }) => {
      const site = [...call.site.secondaries.values()].find((secondary) => secondary.instanceId === srvInstanceId);
      if (site === undefined) throw notFound("Server", srvInstanceId);
      return { wstrAuthKey: issueKey(call, site, undefined) };
    },
  }),
  "NagHstCtl.GetHostRuntimeInfo": method({
    side: "agent",
    args: { pFilter: "params?" },
    handle: (call, { pFilter }) => ({
      PxgRetVal: runtimeInfo(agentOf(call), paramsOf(pFilter["klhst-rt-TskInfo"]) ?? {}),
    }),
  }),
  "NagHstCtl.SendTaskAction": method({
    side: "agent",
    right: "tasks",
    args: { szwProduct: "string", szwVersion: "string", szwTaskStorageId: "string", nTaskAction: "int" },
    handle: (call, { szwTaskStorageId, nTaskAction }) => {
      const run = [...agentOf(call).runs.values()].find(
        ({ task }) => task.guid === szwTaskStorageId || task.id === szwTaskStorageId,
      );
      if (run === undefined) throw notFound("Task", szwTaskStorageId);
      if (nTaskAction !== ACTION_START)
        throw badArgument(
          "nTaskAction",
          `${nTaskAction} is not an action this agent knows; ${ACTION_START} starts the task`,
        );
      startNow(call.world, run);
      return VOID;
    },
  }),
  "NagHstCtl.SendProductAction": method({
    side: "agent",
    right: "tasks",
    args: { szwProduct: "string", szwVersion: "string", nProductAction: "int" },
    handle: () => VOID,
  }),
  "NagNetworkListApi.GetListItemFileInfo": method({
    side: "agent",
    args: ITEM,
    handle: (call, args) => fileInfo(fileOf(call, args)),
  }),
  "NagNetworkListApi.GetListItemFileInfo2": method({
    side: "agent",
    args: { ...ITEM, productName: "string", productVersion: "string", pOptions: "params?" },
    handle: (call, args) => fileInfo(fileOf(call, args)),
  }),
  "NagNetworkListApi.GetListItemFileChunk": method({
    side: "agent",
    args: { ...ITEM, ulStartPos: "long", lBytesToRead: "long" },
    handle: (call, args) => fileChunk(fileOf(call, args), Number(args.ulStartPos), Number(args.lBytesToRead)),
  }),
  "NagNetworkListApi.GetListItemFileChunk2": method({
    side: "agent",
    args: {
      ...ITEM,
      productName: "string",
      productVersion: "string",
      pOptions: "params?",
      ulStartPos: "long",
      lBytesToRead: "long",
    },
    handle: (call, args) => fileChunk(fileOf(call, args), Number(args.ulStartPos), Number(args.lBytesToRead)),
  }),
  "NagNetworkListApi.ReleaseFileInfo": method({
    side: "agent",
    args: { listName: "string", itemId: "string", productName: "string", productVersion: "string" },
    handle: () => VOID,
  }),
};

/** One step down: from a server to one of its secondaries, or to a device's agent. */
function follow(from: Site, location: KscParams, index: number): { site: Site; agent: Host | undefined } {
  const id = location.CGW_LOCATION_ID;
  if (location.CGW_LOCATION_KIND === "server") {
    const site = from.secondaries.get(Number(id));
    if (site !== undefined) return { site, agent: undefined };
  }
  if (location.CGW_LOCATION_KIND === "agent" && typeof id === "string") {
    const agent = from.world.hosts.get(id);
    // Only a device with a live connection can be reached; an isolated one keeps its agent's.
    if (agent?.behaviour === "offline") throw new KscError("unavailable", "The device is not connected");
    if (agent !== undefined) return { site: from, agent };
  }
  throw badArgument(`pLocations[${index}]`, "is not a location this server knows");
}

function issueKey(call: Call, site: Site, agentHostId: string | undefined): string {
  const key = secretToken();
  call.entry.gatewayKeys.issue(
    key,
    { account: call.session.account, parent: call.session, site, agentHostId },
    call.now + KEY_LIFE_MS,
  );
  return key;
}

function agentOf(call: Call): Host {
  const { agent } = call.session;
  if (agent === undefined) throw new KscError("noSuchCall");
  if (agent.behaviour === "offline") throw new KscError("unavailable", "The device is not connected");
  return agent;
}

function runtimeInfo(host: Host, filter: KscParams): KscParams {
  const wanted = filter["klhst-ProductName"];
  const byProduct = new Map<string, KscValue[]>();
  if (typeof wanted === "string") byProduct.set(wanted, []);
  for (const run of host.runs.values()) {
    const product = String(run.task.settings.TASKID_PRODUCT_NAME ?? "KES");
    // A task that is done is no longer listed.
    if (run.state !== "running" || (typeof wanted === "string" && wanted !== product)) continue;
    const entry = params({
      taskStorageId: run.task.local ? run.task.guid : run.task.id,
      taskState: RUNNING,
      taskDisplayName: run.task.name,
    });
    byProduct.set(product, [...(byProduct.get(product) ?? []), entry]);
  }
  const products: KscParams = {};
  for (const [product, tasks] of byProduct) products[product] = params({ "klhst-rt-TskArray": tasks });
  return { "klhst-rt-TskInfo": params(products) };
}

function fileOf(call: Call, { listName, itemId }: { listName: string; itemId: string }): HostFile {
  const file = agentOf(call).files.get(itemId);
  if (file === undefined || file.list !== listName) throw notFound(`${listName} item`, itemId);
  return file;
}

/** NLSTFileOperationResult: done, and done with the file's last chunk. */
const DONE = 0;
const LAST_CHUNK = 1;

function fileInfo(file: HostFile): { PxgRetVal: number; pFileInfo: KscParams } {
  return { PxgRetVal: DONE, pFileInfo: { KLNLST_FILE_NAME: file.name, KLNLST_TOTAL_SIZE: long(file.bytes.length) } };
}

function fileChunk(file: HostFile, start: number, count: number): { PxgRetVal: number; pChunk: string } {
  if (start < 0 || start > file.bytes.length) throw badArgument("ulStartPos", "lies outside the file");
  if (count < 0) throw badArgument("lBytesToRead", "must not be negative");
  const end = Math.min(start + Math.min(count, CHUNK_BYTES_MAX), file.bytes.length);
  return {
    PxgRetVal: end === file.bytes.length ? LAST_CHUNK : DONE,
    pChunk: Buffer.from(file.bytes.subarray(start, end)).toString("base64"),
  };
}
