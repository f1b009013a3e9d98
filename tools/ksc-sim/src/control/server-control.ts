import type { Site } from "../http/site.ts";
import { EDR_TASK_KINDS, findEdrTask } from "../model/edr-tasks.ts";
import { hostBehaviourChanged } from "../model/execution.ts";
import type { Host } from "../model/host.ts";
import { incidentTruth } from "../model/incidents.ts";
import { endIsolation, isolationTruth } from "../model/isolation.ts";
import { setPreventionSwitch } from "../model/policies.ts";
import { responseTaskName } from "../model/response-request.ts";
import { createTask, removeHost, removeTask, taskTruth } from "../model/tasks.ts";
import { setAttributes } from "../model/topology.ts";
import { setServiceConsole } from "../model/web-console.ts";
import { tick } from "../model/world.ts";
import type { ForeignTask, HostChange, HostSummary, ServerControl, Truth } from "../types.ts";

/** A mistake of whoever drives the simulator: unknown device, task or value. */
export class ControlError extends Error {
  override readonly name = "ControlError";
}

/** The typed handle behind both the programmatic and the HTTP control API. `tickAll` lets every server catch up. */
export function createServerControl(site: Site, tickAll: () => void): ServerControl {
  const { world } = site;
  /** Every change happens at a moment: first what was due before it. */
  const at = <T>(change: () => T): T => {
    tick(world);
    const result = change();
    tick(world);
    return result;
  };
  return {
    setHost: (hostId, change) => at(() => changeHost(site, findHost(site, hostId), change)),
    setAllHosts: (change) =>
      at(() => {
        for (const host of world.hosts.values()) changeHost(site, host, change);
      }),
    removeHost: (hostId) => at(() => removeHost(world, findHost(site, hostId))),
    setConsole: (state) => at(() => setServiceConsole(world, state)),
    setKnobs: (knobs) =>
      at(() => {
        const { serviceConsole, ...others } = knobs;
        world.knobs = { ...world.knobs, ...others };
        if (serviceConsole !== undefined) setServiceConsole(world, serviceConsole);
      }),
    setPreventionSwitch: (position) => at(() => setPreventionSwitch(world, position)),
    addFault: (fault) => site.faults.add(fault),
    clearFaults: () => site.faults.clear(),
    dropSessions: () => site.sessions.endAll(),
    restart: () => {
      site.sessions.endAll();
      site.closeConnections();
    },
    lockUser: (user, seconds) => {
      requireUser(site, user);
      site.accounts.lock(user, world.clock.now() + (seconds ?? world.knobs.lockFor) * 1000);
    },
    unlockUser: (user) => {
      requireUser(site, user);
      site.accounts.unlock(user);
    },
    deleteTask: (taskId) =>
      at(() => {
        const task = world.tasks.get(taskId) ?? world.tasksByGuid.get(taskId);
        if (task === undefined) throw new ControlError(`No task "${taskId}" on server "${site.name}".`);
        removeTask(world, task, "operator");
      }),
    createForeignTasks: (task) => at(() => createForeignTasks(site, task)),
    unblockIsolation: (hostId) =>
      at(() => {
        if (!endIsolation(world, findHost(site, hostId).id, "operator"))
          throw new ControlError(`Host "${hostId}" is not isolated.`);
      }),
    advance: (ms) => {
      tickAll();
      world.clock.advance(ms);
      tickAll();
    },
    truth: () => {
      tick(world);
      return truthOf(site);
    },
  };
}

export function summarizeHost(host: Host): HostSummary {
  const fqdn = host.attributes.get("KLHST_WKS_FQDN");
  return {
    id: host.id,
    instanceId: host.instanceId,
    name: host.name,
    fqdn: typeof fqdn === "string" ? fqdn : undefined,
    ip: String(host.attributes.get("KLHST_WKS_IP") ?? ""),
    kesVersion: host.kesVersion,
    agentVersion: host.agentVersion,
    groupId: host.groupId,
    virtualServer: host.virtualServer,
    behaviour: host.behaviour,
  };
}

function findHost(site: Site, hostId: string): Host {
  const host = site.world.hosts.get(hostId);
  if (host === undefined) throw new ControlError(`No host "${hostId}" on server "${site.name}".`);
  return host;
}

function requireUser(site: Site, user: string): void {
  if (site.accounts.byName(user) === undefined) throw new ControlError(`No user "${user}" on server "${site.name}".`);
}

function changeHost(site: Site, host: Host, change: HostChange): void {
  if (change.attributes !== undefined) setAttributes(host, change.attributes);
  if (change.outcomes !== undefined)
    host.outcomes = change.outcomes === null ? {} : { ...host.outcomes, ...change.outcomes };
  if (change.behaviour !== undefined) hostBehaviourChanged(site.world, host, change.behaviour);
}

const FOREIGN_MAX = 10_000;

function createForeignTasks(site: Site, given: ForeignTask): string[] {
  const { world } = site;
  const host = findHost(site, given.hostId);
  const kind = given.kind ?? "ods";
  const spec = findEdrTask(kind);
  if (spec === undefined && kind !== "ods") {
    throw new ControlError(`Unknown task kind "${kind}": ods or one of ${EDR_TASK_KINDS.join(", ")}.`);
  }
  const count = given.count ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > FOREIGN_MAX)
    throw new ControlError(`count must be 1 to ${FOREIGN_MAX}.`);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const name = responseTaskName({
      area: "KUMA",
      kind: spec?.kind ?? kind,
      atMs: world.clock.now(),
      utcOffsetMinutes: world.knobs.consoleUtcOffsetMinutes,
      id: String(world.random.below(1_000_000)),
    });
    const task = createTask(world, {
      name: given.name ?? (spec === undefined ? `Virus scan ${world.nextTaskId}` : name),
      kind: spec?.kind ?? kind,
      spec,
      area: "KUMA",
      origin: "operator",
      hosts: [host],
      local: world.knobs.taskPlacement === "local" && spec !== undefined,
      state: given.state ?? "pending",
    });
    ids.push(task.id);
  }
  return ids;
}

function truthOf(site: Site): Truth {
  const { world } = site;
  return {
    server: site.name,
    now: world.agenda.now(),
    serviceConsole: world.knobs.serviceConsole,
    knobs: world.knobs,
    incidents: [...world.incidents.values()].map(incidentTruth),
    tasks: [...world.tasks.values()].map(taskTruth),
    removedTasks: world.removedTasks.items(),
    effects: world.effects.items(),
    isolations: isolationTruth(world),
    preventionRules: [...world.preventionRules.values()].flat(),
    rotations: world.rotations.items(),
    sessions: site.sessions.size,
    calls: Object.fromEntries(site.calls),
  };
}
