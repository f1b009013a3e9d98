import { notFound } from "../model/errors.ts";
import type { Group } from "../model/groups.ts";
import type { Host } from "../model/host.ts";
import type { HostRun, Task } from "../model/tasks.ts";
import type { Call } from "./method.ts";

/** K25: what a session sees. The main server sees its virtual servers' devices too; a virtual server only its own. */
export function visibleHosts(call: Call, currentServerOnly = false): Iterable<Host> {
  const { world, session } = call;
  if (session.virtualServer === "" && !currentServerOnly) return world.hosts.values();
  return [...world.hosts.values()].filter((host) => host.virtualServer === session.virtualServer);
}

export function canSee(call: Call, host: Host): boolean {
  return call.session.virtualServer === "" || host.virtualServer === call.session.virtualServer;
}

/** Throws KLSTD 1186 for a device that is not there or belongs to another virtual server. */
export function hostOf(call: Call, hostId: string): Host {
  const host = call.world.hosts.get(hostId);
  if (host === undefined || !canSee(call, host)) throw notFound("Host", hostId);
  return host;
}

export function taskOf(call: Call, id: string): Task {
  const task = call.world.tasks.get(id);
  if (task === undefined || task.local || !seesTask(call, task)) throw notFound("Task", id);
  return task;
}

export function seesTask(call: Call, task: Task): boolean {
  if (call.session.virtualServer === "") return true;
  for (const run of task.runs.values()) if (canSee(call, run.host)) return true;
  return task.runs.size === 0;
}

export function visibleRuns(call: Call, task: Task): HostRun[] {
  return [...task.runs.values()].filter((run) => canSee(call, run.host));
}

export function groupOf(call: Call, id: number): Group {
  const group = call.world.groups.get(id);
  if (
    group === undefined ||
    (call.session.virtualServer !== "" && group.virtualServer !== call.session.virtualServer)
  ) {
    throw notFound("Group", id);
  }
  return group;
}
