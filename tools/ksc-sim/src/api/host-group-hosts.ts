import type { SortOrder } from "../http/arguments.ts";
import { KscError, notFound } from "../model/errors.ts";
import { forceSync } from "../model/execution.ts";
import { compileFilter } from "../model/filter/evaluate.ts";
import { hostsOfGroup } from "../model/groups.ts";
import type { Host } from "../model/host.ts";
import { hostAttributeNames, readHost } from "../model/host.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { datetime, params } from "../model/values.ts";
import { rememberResult, startAction } from "./async-action.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { project, sortRecords } from "./records.ts";
import { canSee, groupOf, hostOf, visibleHosts } from "./scope.ts";

const FIND_HOSTS = {
  wstrFilter: "string?",
  vecFieldsToReturn: "strings",
  vecFieldsToOrder: "orders?",
  pParams: "params?",
  lMaxLifeTime: "int",
} as const;

interface FindHosts {
  readonly wstrFilter: string;
  readonly vecFieldsToReturn: readonly string[];
  readonly vecFieldsToOrder: readonly SortOrder[];
  readonly pParams: KscParams;
  readonly lMaxLifeTime: number;
}

/** Secondary servers are not searched, whatever KLSRVH_SLAVE_REC_DEPTH says: only the asynchronous search goes there (K25). */
function findHosts(call: Call, args: FindHosts): { accessor: string; count: number } {
  const { now, session } = call;
  const hosts = selectHosts(call, args.wstrFilter, args.pParams.KLGRP_FIND_FROM_CUR_VS_ONLY === true);
  return addHostSet(hosts, args, (set) => session.results.add(set, now), now);
}

function selectHosts(call: Call, filterText: string, currentServerOnly: boolean): Host[] {
  const filter = compileFilter(filterText);
  const exact = filter.required("KLHST_WKS_HOSTNAME");
  const found: Host[] = [];
  const consider = (host: Host): void => {
    if (filter.matches((name) => readHost(host, name, call.now), call.now)) found.push(host);
  };
  const named = typeof exact === "string" ? call.world.hosts.get(exact) : undefined;
  if (named !== undefined) {
    const ownServer = named.virtualServer === call.session.virtualServer;
    if (ownServer || (canSee(call, named) && !currentServerOnly)) consider(named);
    return found;
  }
  for (const host of visibleHosts(call, currentServerOnly)) consider(host);
  return found;
}

function addHostSet(
  hosts: readonly Host[],
  args: FindHosts,
  add: (set: {
    kind: "accessor";
    items: readonly Host[];
    project: (host: Host) => KscParams;
    lifetimeSeconds: number;
  }) => string,
  now: number,
): { accessor: string; count: number } {
  const read = (host: Host, name: string): KscValue | undefined => readHost(host, name, now);
  const items = sortRecords(hosts, args.vecFieldsToOrder, read);
  const accessor = add({
    kind: "accessor",
    items,
    project: (host) => project(host, args.vecFieldsToReturn, hostAttributeNames(host), read),
    lifetimeSeconds: args.lMaxLifeTime,
  });
  return { accessor, count: items.length };
}

/** The asynchronous search also asks the secondary servers when KLSRVH_SLAVE_REC_DEPTH says so. */
function findHostsAsync(call: Call, args: FindHosts): string {
  const hosts = selectHosts(call, args.wstrFilter, args.pParams.KLGRP_FIND_FROM_CUR_VS_ONLY === true);
  if (Number(args.pParams.KLSRVH_SLAVE_REC_DEPTH ?? 0) > 0 && call.session.virtualServer === "") {
    for (const secondary of call.site.secondaries.values()) {
      hosts.push(...selectHosts({ ...call, site: secondary, world: secondary.world }, args.wstrFilter, false));
    }
  }
  const { accessor } = addHostSet(hosts, args, (set) => call.session.results.add(set, call.now), call.now);
  const requestId = startAction(call);
  rememberResult(call, requestId, accessor);
  return requestId;
}

export const hostMethods: MethodTable = {
  "HostGroup.FindHosts": method({
    right: "read",
    args: FIND_HOSTS,
    handle: (call, args) => {
      const { accessor, count } = findHosts(call, args);
      return { strAccessor: accessor, PxgRetVal: count };
    },
  }),
  "HostGroup.FindHostsAsync": method({
    right: "read",
    args: FIND_HOSTS,
    handle: (call, args) => ({ strRequestId: findHostsAsync(call, args) }),
  }),
  "HostGroup.FindHostsAsyncGetAccessor": method({
    right: "read",
    args: { strRequestId: "string" },
    handle: ({ session, now }, { strRequestId }) => {
      const accessor = session.pendingResults.get(strRequestId);
      if (accessor === undefined) throw notFound("Request", strRequestId);
      if (session.actions.has(strRequestId))
        throw new KscError("unavailable", "The search has not been reported finished yet", { subcode: 1 });
      session.pendingResults.delete(strRequestId);
      const count = session.results.get(accessor, "accessor", now).items.length;
      return { PxgRetVal: count, strAccessor: accessor, pFailedSlavesInfo: { KLGRP_FAILED_SLAVES_PARAMS: [] } };
    },
  }),
  "HostGroup.FindHostsAsyncCancel": method({
    right: "read",
    args: { strRequestId: "string" },
    handle: ({ session, now }, { strRequestId }) => {
      const accessor = session.pendingResults.get(strRequestId);
      if (accessor === undefined) throw notFound("Request", strRequestId);
      session.pendingResults.delete(strRequestId);
      if (session.actions.has(strRequestId)) session.actions.cancel(strRequestId);
      session.results.release(accessor, "accessor", now);
      return VOID;
    },
  }),
  "HostGroup.GetHostInfo": method({
    right: "read",
    args: { strHostName: "string", pFields2Return: "strings" },
    handle: (call, { strHostName, pFields2Return }) => {
      const host = hostOf(call, strHostName);
      const read = (item: Host, name: string): KscValue | undefined => readHost(item, name, call.now);
      return { PxgRetVal: project(host, pFields2Return, hostAttributeNames(host), read) };
    },
  }),
  "HostGroup.GetHostProducts": method({
    right: "read",
    args: { strHostName: "string" },
    handle: (call, { strHostName }) => ({ PxgRetVal: products(hostOf(call, strHostName), call.now) }),
  }),
  "HostGroup.GetComponentsForProductOnHost": method({
    right: "read",
    args: { strHostName: "string", strProductName: "string", strProductVersion: "string" },
    handle: (call, { strHostName, strProductName }) => {
      const host = hostOf(call, strHostName);
      if (products(host, call.now)[strProductName] === undefined) throw notFound("Product", strProductName);
      return { PxgRetVal: components(strProductName) };
    },
  }),
  "HostGroup.GetHostTasks": method({
    right: "read",
    args: { strHostName: "string" },
    handle: (call, { strHostName }) => {
      const host = hostOf(call, strHostName);
      const id = `obj-${call.world.random.token(8)}`;
      call.session.hostTaskObjects.set(id, { host, items: [], cursor: 0 });
      for (const oldest of call.session.hostTaskObjects.keys()) {
        if (call.session.hostTaskObjects.size <= HOST_TASK_OBJECTS_MAX) break;
        call.session.hostTaskObjects.delete(oldest);
      }
      return { PxgRetVal: id };
    },
  }),
  "HostGroup.AddHostsForSync": method({
    right: "tasks",
    args: { pHostNames: "strings", strSSType: "string" },
    handle: (call, { pHostNames }) => {
      for (const host of pHostNames.map((id) => hostOf(call, id))) forceSync(call.world, host);
      return { strActionGuid: startAction(call) };
    },
  }),
  "HostGroup.AddGroupHostsForSync": method({
    right: "tasks",
    args: { nGroupId: "int", strSSType: "string" },
    handle: (call, { nGroupId }) => {
      for (const host of hostsOfGroup(call.world, groupOf(call, nGroupId).id)) forceSync(call.world, host);
      return { strActionGuid: startAction(call) };
    },
  }),
};

const HOST_TASK_OBJECTS_MAX = 1000;

function products(host: Host, now: number): KscParams {
  const agent = params({
    DisplayName: "Kaspersky Security Center Network Agent",
    ProdVersion: host.agentVersion,
    InstallTime: datetime(now - 100 * 86_400_000),
    TaskTypesCount: 3,
  });
  const found: KscParams = { "1103": params({ "1.0.0.0": agent }) };
  if (host.kesVersion !== undefined) {
    found.KES = params({
      "12.0.0.0": params({
        DisplayName: "Kaspersky Endpoint Security for Windows",
        ProdVersion: host.kesVersion,
        InstallTime: datetime(now - 60 * 86_400_000),
        RTPState: 4,
      }),
    });
  }
  return found;
}

const RUNNING = 4;

function components(product: string): KscValue[] {
  const names = product === "KES" ? ["File Threat Protection", "Endpoint Detection and Response"] : ["Network Agent"];
  return names.map((name, index) => params({ ComponentId: String(index + 1), DisplayName: name, state: RUNNING }));
}
