import { badArgument, KscError, notFound } from "../model/errors.ts";
import { compileFilter } from "../model/filter/evaluate.ts";
import type { Group, GroupRoots } from "../model/groups.ts";
import { GROUP_ATTRIBUTES, groupInfo, hostsOfGroup, moveToGroup, readGroup } from "../model/groups.ts";
import { removeHost } from "../model/tasks.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { params } from "../model/values.ts";
import { startAction } from "./async-action.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { project, sortRecords } from "./records.ts";
import { groupOf, hostOf, visibleHosts } from "./scope.ts";

/** The tree of administration groups, and moving devices about in it. */
export const groupMethods: MethodTable = {
  "HostGroup.GroupIdGroups": rootId("managed"),
  "HostGroup.GroupIdUnassigned": rootId("unassigned"),
  "HostGroup.GroupIdSuper": rootId("super"),
  "HostGroup.GetGroupInfo": method({
    right: "read",
    args: { nGroupId: "int" },
    handle: (call, { nGroupId }) => ({ PxgRetVal: groupInfo(call.world, groupOf(call, nGroupId)) }),
  }),
  "HostGroup.GetGroupInfoEx": method({
    right: "read",
    args: { nGroupId: "int", pArrAttributes: "strings" },
    handle: (call, { nGroupId, pArrAttributes }) => ({
      PxgRetVal: project(groupOf(call, nGroupId), pArrAttributes, GROUP_ATTRIBUTES, (group, name) =>
        readGroup(call.world, group, name),
      ),
    }),
  }),
  "HostGroup.GetSubgroups": method({
    right: "read",
    args: { nGroupId: "int", nDepth: "int" },
    // A depth of 0 means the whole tree below.
    handle: (call, { nGroupId, nDepth }) => ({
      PxgRetVal: subgroups(call, groupOf(call, nGroupId), nDepth <= 0 ? Number.POSITIVE_INFINITY : nDepth),
    }),
  }),
  "HostGroup.GetGroupId": method({
    right: "read",
    args: { nParent: "int", strName: "string" },
    handle: (call, { nParent, strName }) => {
      const found = childrenOf(call, nParent).find((group) => group.name.toLowerCase() === strName.toLowerCase());
      return { PxgRetVal: found?.id ?? -1 };
    },
  }),
  "HostGroup.FindGroups": method({
    right: "read",
    args: {
      wstrFilter: "string?",
      vecFieldsToReturn: "strings",
      vecFieldsToOrder: "orders?",
      pParams: "params?",
      lMaxLifeTime: "int",
    },
    handle: (call, args) => {
      const { world, session, now } = call;
      const filter = compileFilter(args.wstrFilter);
      const read = (group: Group, name: string): KscValue | undefined => readGroup(world, group, name);
      const found = [...world.groups.values()].filter(
        (group) =>
          (session.virtualServer === "" || group.virtualServer === session.virtualServer) &&
          filter.matches((name) => read(group, name), now),
      );
      const accessor = session.results.add(
        {
          kind: "accessor",
          items: sortRecords(found, args.vecFieldsToOrder, read),
          project: (group: Group) => project(group, args.vecFieldsToReturn, GROUP_ATTRIBUTES, read),
          lifetimeSeconds: args.lMaxLifeTime,
        },
        now,
      );
      return { strAccessor: accessor, PxgRetVal: found.length };
    },
  }),
  "HostGroup.AddGroup": method({
    right: "admin",
    args: { pInfo: "params" },
    handle: (call, { pInfo }) => {
      const name = readName(pInfo);
      const parentId = pInfo.parentId ?? rootsOf(call).managed;
      if (typeof parentId !== "number") throw badArgument("pInfo.parentId", "must be an integer");
      const parent = groupOf(call, parentId);
      if (childrenOf(call, parent.id).some((group) => group.name === name))
        throw new KscError("exists", `Group ${name} already exists`);
      const id = call.world.nextGroupId++;
      call.world.groups.set(id, {
        id,
        name,
        parentId: parent.id,
        virtualServer: parent.virtualServer,
        createdMs: call.now,
      });
      return { PxgRetVal: id };
    },
  }),
  "HostGroup.UpdateGroup": method({
    right: "admin",
    args: { nGroup: "int", pInfo: "params" },
    handle: (call, { nGroup, pInfo }) => {
      const group = groupOf(call, nGroup);
      if ("name" in pInfo) group.name = readName(pInfo);
      for (const host of call.world.hosts.values())
        if (host.groupId === group.id) moveToGroup(call.world, host, group.id);
      return VOID;
    },
  }),
  "HostGroup.RemoveGroup": method({
    right: "admin",
    args: { nGroup: "int", nFlags: "int" },
    handle: (call, { nGroup }) => {
      const group = groupOf(call, nGroup);
      if (Object.values(rootsOf(call)).includes(group.id))
        throw new KscError("notPermitted", "A built-in group cannot be removed");
      for (const host of hostsOfGroup(call.world, group.id)) moveToGroup(call.world, host, rootsOf(call).unassigned);
      call.world.groups.delete(group.id);
      return { strActionGuid: startAction(call) };
    },
  }),
  "HostGroup.MoveHostsToGroup": method({
    right: "admin",
    args: { nGroup: "int", pHostNames: "strings" },
    handle: (call, { nGroup, pHostNames }) => {
      const group = groupOf(call, nGroup);
      for (const host of pHostNames.map((id) => hostOf(call, id))) moveToGroup(call.world, host, group.id);
      return VOID;
    },
  }),
  "HostGroup.RemoveHost": method({
    right: "admin",
    args: { strHostName: "string" },
    handle: (call, { strHostName }) => {
      removeHost(call.world, hostOf(call, strHostName));
      return VOID;
    },
  }),
  "HostGroup.RemoveHosts": method({
    right: "admin",
    args: { pHostNames: "strings", bForceDestroy: "bool" },
    handle: (call, { pHostNames }) => {
      for (const host of pHostNames.map((id) => hostOf(call, id))) removeHost(call.world, host);
      return VOID;
    },
  }),
  "HostGroup.GetDomains": method({
    right: "read",
    args: {},
    handle: (call) => ({
      PxgRetVal: [...domains(call).keys()].map((domain) => params({ KLHST_WKS_WINDOMAIN: domain })),
    }),
  }),
  "HostGroup.GetDomainHosts": method({
    right: "read",
    args: { domain: "string" },
    handle: (call, { domain }) => {
      const hosts = domains(call).get(domain);
      if (hosts === undefined) throw notFound("Domain", domain);
      return { PxgRetVal: hosts.map((id) => params({ KLHST_WKS_HOSTNAME: id })) };
    },
  }),
};

function rootsOf(call: Call): GroupRoots {
  const roots = call.world.groupRoots.get(call.session.virtualServer);
  if (roots === undefined) throw notFound("Virtual server", call.session.virtualServer);
  return roots;
}

function rootId(which: keyof GroupRoots): MethodTable[string] {
  return method({ right: "read", args: {}, handle: (call) => ({ PxgRetVal: rootsOf(call)[which] }) });
}

function childrenOf(call: Call, parentId: number): Group[] {
  return [...call.world.groups.values()].filter((group) => group.parentId === parentId);
}

function subgroups(call: Call, parent: Group, depth: number): KscValue[] {
  return childrenOf(call, parent.id).map((group) => {
    const below = depth > 1 ? subgroups(call, group, depth - 1) : [];
    const record: KscParams = { id: group.id, name: group.name };
    if (below.length > 0) record.groups = below;
    return params(record);
  });
}

function readName(pInfo: KscParams): string {
  const { name } = pInfo;
  if (typeof name !== "string" || name === "") throw badArgument("pInfo.name", "is required and must be a string");
  return name;
}

function domains(call: Call): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const host of visibleHosts(call)) {
    const domain = host.attributes.get("KLHST_WKS_WINDOMAIN");
    if (typeof domain !== "string") continue;
    found.set(domain, [...(found.get(domain) ?? []), host.id]);
  }
  return found;
}
