import { createHash } from "node:crypto";
import type { Site } from "../http/site.ts";
import { certificateDer } from "../http/site.ts";
import { notFound } from "../model/errors.ts";
import { compileFilter } from "../model/filter/evaluate.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { binary, datetime, params } from "../model/values.ts";
import type { VirtualServer } from "../model/world.ts";
import type { Call, MethodTable } from "./method.ts";
import { method } from "./method.ts";
import { project, sortRecords } from "./records.ts";

interface Secondary {
  readonly id: number;
  readonly site: Site;
}

const SERVER_FIELDS = [
  "KLSRVH_SRV_ID",
  "KLSRVH_SRV_DN",
  "KLSRVH_SRV_GROUPID",
  "KLSRVH_SRV_STATUS",
  "KLSRVH_SRV_INST_ID",
  "KLSRVH_SRV_ADDR",
  "KLSRVH_SRV_CERTIFICATE",
  "KLSRVH_SRV_PUBLIC_KEY_HASH",
  "KLSRVH_SRV_VERSION",
  "KLSRVH_SRV_PASSIVE",
  "KLSRVH_SRV_LAST_CONNECTED",
  "KLSRVH_SRV_MASTER_ADDR",
  "KLSRVH_SRV_HOST_GUID",
];

/** Secondary servers and virtual servers. */
export const hierarchyMethods: MethodTable = {
  "ServerHierarchy.GetChildServers": method({
    right: "hierarchy",
    args: { nGroupId: "int" },
    handle: (call, { nGroupId }) => ({
      PxgRetVal: secondaries(call)
        .filter((secondary) => nGroupId < 0 || readServer(call, secondary, "KLSRVH_SRV_GROUPID") === nGroupId)
        .map((secondary) =>
          params(project(secondary, SERVER_FIELDS.slice(0, 4), [], (one, name) => readServer(call, one, name))),
        ),
    }),
  }),
  "ServerHierarchy.GetServerInfo": method({
    right: "hierarchy",
    args: { lServer: "int", pFields: "strings?" },
    handle: (call, { lServer, pFields }) => {
      const found = secondaries(call).find((secondary) => secondary.id === lServer);
      if (found === undefined) throw notFound("Server", lServer);
      return { PxgRetVal: project(found, pFields, SERVER_FIELDS, (one, name) => readServer(call, one, name)) };
    },
  }),
  "ServerHierarchy.FindSlaveServers": method({
    right: "hierarchy",
    args: {
      wstrFilter: "string?",
      pFieldsToReturn: "strings",
      pFieldsToOrder: "orders?",
      pParams: "params?",
      lMaxLifeTime: "int",
    },
    handle: (call, args) => {
      const filter = compileFilter(args.wstrFilter);
      const read = (one: Secondary, name: string): KscValue | undefined => readServer(call, one, name);
      const found = secondaries(call).filter((one) => filter.matches((name) => read(one, name), call.now));
      const iterator = call.session.results.add(
        {
          kind: "accessor",
          items: sortRecords(found, args.pFieldsToOrder, read),
          project: (one: Secondary) => project(one, args.pFieldsToReturn, SERVER_FIELDS, read),
          lifetimeSeconds: args.lMaxLifeTime,
        },
        call.now,
      );
      return { PxgRetVal: found.length, wstrIterator: iterator };
    },
  }),
  "VServers.GetVServers": method({
    right: "hierarchy",
    args: { lParentGroup: "int" },
    handle: (call, { lParentGroup }) => ({
      PxgRetVal: [...call.world.virtualServers.values()]
        .filter(() => lParentGroup < 0 || lParentGroup === call.world.groupRoots.get("")?.managed)
        .map((virtual) => params(virtualInfo(call, virtual))),
    }),
  }),
  "VServers.GetVServerInfo": method({
    right: "hierarchy",
    args: { lVServer: "int", pFields2Return: "strings?" },
    handle: (call, { lVServer, pFields2Return }) => {
      const info = virtualInfo(call, virtualOf(call, lVServer));
      return { PxgRetVal: project(info, pFields2Return, Object.keys(info), (all, name) => all[name]) };
    },
  }),
  "VServers2.GetVServerStatistic": method({
    right: "hierarchy",
    args: { lVsId: "int" },
    handle: (call, { lVsId }) => ({ PxgRetVal: virtualStatistic(call, virtualOf(call, lVsId)) }),
  }),
  "VServers2.GetVServerStatistic2": method({
    right: "hierarchy",
    args: { lVsId: "int", nMaxAgentInactivityDays: "int" },
    handle: (call, { lVsId }) => ({ PxgRetVal: virtualStatistic(call, virtualOf(call, lVsId)) }),
  }),
};

function secondaries(call: Call): Secondary[] {
  if (call.session.virtualServer !== "") return [];
  return [...call.site.secondaries].map(([id, site]) => ({ id, site }));
}

function readServer(call: Call, { id, site }: Secondary, name: string): KscValue | undefined {
  switch (name) {
    case "KLSRVH_SRV_ID":
      return id;
    case "KLSRVH_SRV_DN":
      return site.name;
    case "KLSRVH_SRV_GROUPID":
      return call.world.groupRoots.get("")?.managed ?? 0;
    case "KLSRVH_SRV_STATUS":
      return 1;
    case "KLSRVH_SRV_INST_ID":
      return site.instanceId;
    case "KLSRVH_SRV_ADDR":
      return `${site.name}:${site.port}`;
    case "KLSRVH_SRV_CERTIFICATE":
      return binary(certificateDer(site));
    case "KLSRVH_SRV_PUBLIC_KEY_HASH":
      return createHash("md5").update(certificateDer(site)).digest("hex");
    case "KLSRVH_SRV_VERSION":
      return site.world.version;
    case "KLSRVH_SRV_PASSIVE":
      return false;
    case "KLSRVH_SRV_LAST_CONNECTED":
      return datetime(call.now);
    case "KLSRVH_SRV_MASTER_ADDR":
      return `${call.site.name}:${call.site.port}`;
    case "KLSRVH_SRV_HOST_GUID":
      return site.instanceId;
    default:
      return undefined;
  }
}

function virtualOf(call: Call, id: number): VirtualServer {
  for (const virtual of call.world.virtualServers.values()) if (virtual.id === id) return virtual;
  throw notFound("Virtual server", id);
}

function virtualInfo(call: Call, virtual: VirtualServer): KscParams {
  const roots = call.world.groupRoots.get(virtual.name);
  return {
    KLVSRV_ID: virtual.id,
    KLVSRV_UID: virtual.guid,
    KLVSRV_DN: virtual.name,
    KLVSRV_GRP: call.world.groupRoots.get("")?.managed ?? 0,
    KLVSRV_GROUPS: roots?.managed ?? 0,
    KLVSRV_UNASSIGNED: roots?.unassigned ?? 0,
    KLVSRV_SUPER: roots?.super ?? 0,
    KLVSRV_HST_UID: virtual.guid,
    KLVSRV_ENABLED: true,
    KLVSRV_CREATED: datetime(call.world.groups.get(roots?.managed ?? 0)?.createdMs ?? call.now),
  };
}

function virtualStatistic(call: Call, virtual: VirtualServer): KscParams {
  const own = [...call.world.hosts.values()].filter((host) => host.virtualServer === virtual.name);
  return {
    KLVSRV_HOSTS_COUNT: own.length,
    KLVSRV_HOSTS_ONLINE: own.filter((host) => host.behaviour !== "offline").length,
    KLVSRV_DN: virtual.name,
  };
}
