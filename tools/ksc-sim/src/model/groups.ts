import type { Host } from "./host.ts";
import type { KscParams, KscValue } from "./values.ts";
import { datetime } from "./values.ts";
import type { World } from "./world.ts";

export const MANAGED_GROUP = 0;
export const UNASSIGNED_GROUP = 1;
export const SUPER_GROUP = 2;
const FIRST_FREE_GROUP = 10;

export interface Group {
  readonly id: number;
  name: string;
  parentId: number;
  readonly virtualServer: string;
  readonly createdMs: number;
}

/** The three built-in groups of a server (or virtual server) are found by these ids. */
export interface GroupRoots {
  readonly managed: number;
  readonly unassigned: number;
  readonly super: number;
}

/** Gives every server and virtual server its tree and sorts the devices into it: workstations, servers, notebooks. */
export function buildGroups(world: World): void {
  const now = world.clock.now();
  let nextId = FIRST_FREE_GROUP;
  const add = (id: number, name: string, parentId: number, virtualServer: string): number => {
    world.groups.set(id, { id, name, parentId, virtualServer, createdMs: now });
    return id;
  };
  for (const virtualServer of ["", ...world.virtualServers.keys()]) {
    const main = virtualServer === "";
    const superId = add(main ? SUPER_GROUP : nextId++, "Master server", -1, virtualServer);
    const managed = add(main ? MANAGED_GROUP : nextId++, "Managed devices", superId, virtualServer);
    const unassigned = add(main ? UNASSIGNED_GROUP : nextId++, "Unassigned devices", superId, virtualServer);
    world.groupRoots.set(virtualServer, { managed, unassigned, super: superId });
    const byPrefix = new Map<string, number>();
    for (const [prefix, name] of [
      ["WS", "Workstations"],
      ["NB", "Notebooks"],
      ["SRV", "Servers"],
    ] as const) {
      byPrefix.set(prefix, add(nextId++, name, managed, virtualServer));
    }
    for (const host of world.hosts.values()) {
      if (host.virtualServer !== virtualServer) continue;
      moveToGroup(world, host, byPrefix.get(host.name.split("-")[0] ?? "") ?? managed);
    }
  }
  world.nextGroupId = nextId;
}

export function moveToGroup(world: World, host: Host, groupId: number): void {
  host.groupId = groupId;
  host.groupName = world.groups.get(groupId)?.name ?? "";
}

export function groupFullName(world: World, group: Group): string {
  const names: string[] = [];
  for (let at: Group | undefined = group; at !== undefined && at.parentId !== -1; at = world.groups.get(at.parentId)) {
    names.unshift(at.name);
  }
  return names.join("/");
}

export function groupLevel(world: World, group: Group): number {
  let level = 0;
  for (let at = world.groups.get(group.parentId); at !== undefined; at = world.groups.get(at.parentId)) level += 1;
  return level;
}

export function isWithinGroup(world: World, groupId: number, ancestorId: number): boolean {
  for (let at = world.groups.get(groupId); at !== undefined; at = world.groups.get(at.parentId)) {
    if (at.id === ancestorId) return true;
  }
  return false;
}

export function hostsOfGroup(world: World, groupId: number): Host[] {
  return [...world.hosts.values()].filter((host) => isWithinGroup(world, host.groupId, groupId));
}

export function readGroup(world: World, group: Group, name: string): KscValue | undefined {
  switch (name) {
    case "id":
    case "KLGRP_GRP_GROUPID_GP":
      return group.id;
    case "name":
      return group.name;
    case "parentId":
      return group.parentId;
    case "grp_full_name":
      return groupFullName(world, group);
    case "level":
      return groupLevel(world, group);
    case "hostsNum":
    case "KLGRP_CHLDHST_CNT":
      return hostsOfGroup(world, group.id).length;
    case "childGroupsNum":
    case "KLGRP_CHLDGRP_CNT":
      return [...world.groups.values()].filter((other) => other.parentId === group.id).length;
    case "creationDate":
    case "lastUpdate":
      return datetime(group.createdMs);
    case "grp_from_unassigned":
      return group.id === world.groupRoots.get(group.virtualServer)?.unassigned;
    case "KLVSRV_DN":
      return group.virtualServer === "" ? undefined : group.virtualServer;
    default:
      return undefined;
  }
}

export const GROUP_ATTRIBUTES = [
  "id",
  "name",
  "parentId",
  "grp_full_name",
  "level",
  "hostsNum",
  "childGroupsNum",
  "creationDate",
  "lastUpdate",
  "grp_from_unassigned",
  "KLVSRV_DN",
];

export function groupInfo(world: World, group: Group): KscParams {
  const info: KscParams = {};
  for (const name of GROUP_ATTRIBUTES) {
    const value = readGroup(world, group, name);
    if (value !== undefined) info[name] = value;
  }
  return info;
}
