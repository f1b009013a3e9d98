import type {
  Edr,
  EdrEvent,
  EdrTask,
  HostState,
  SentOrder,
  SubmitOutcome,
  TaskRef,
  TaskState,
} from "@cordon/agent-core";
import type { Endpoint } from "@cordon/core/endpoint";
import { AppError, type Clock, type EndpointId, epochMs } from "@cordon/core/kernel";
import { parseResponseName } from "@cordon/ksc";
import { forceSync, type Host, knownState, removeTask, type Task, type World } from "@cordon/ksc-sim/model";
import { type Estate, registry } from "./estate.ts";
import type { StormPlan } from "./storm-plan.ts";
import type { StormRandom } from "./storm-random.ts";
import type { Tape } from "./tape.ts";
import type { VirtualTime } from "./virtual-time.ts";

/**
 * The port `Edr` straight onto the simulator's world: what the HTTP adapter does with calls, this does with its maps, in the
 * same words. Requests and answers take time, and go wrong as the plan says; what an answer tells was read when the request
 * arrived. A killed process hears no answer, but what it had sent arrives all the same.
 */
export function createStormEdr(deps: {
  readonly plan: StormPlan;
  readonly estate: Estate;
  readonly time: VirtualTime;
  readonly clock: Clock;
  readonly random: StormRandom;
  readonly tape: Tape;
  readonly isAlive: () => boolean;
}): Edr {
  const { plan, estate, time, clock, random, tape } = deps;
  const { ksc } = plan;
  const chance = (share: number) => time.elapsedMs() < plan.calmAtMs && random.float() < share;
  const pass = (ms: number) => new Promise<void>((resolve) => time.after(ms, resolve));

  /** The way there, the work, the way back; whoever asked may be dead by then. */
  async function call<T>(work: (world: World) => T): Promise<T> {
    try {
      await pass(random.whole(ksc.requestMs));
      if (!estate.kscIsUp) throw new AppError("ksc.unreachable", "the storm has taken KSC down");
      const result = work(estate.now());
      await pass(random.whole(ksc.answerMs));
      return result;
    } finally {
      if (!deps.isAlive()) await new Promise(() => {});
    }
  }

  const read = <T>(work: (world: World) => T): Promise<T> =>
    call((world) => {
      if (chance(ksc.readRefused)) throw new AppError(random.pick(REFUSALS), "the storm refuses a read");
      return work(world);
    });

  async function submit(order: SentOrder, mayGo: () => boolean): Promise<SubmitOutcome> {
    const { body } = registry.render(order);
    // The way to a free session.
    await pass(random.whole(ksc.requestMs));
    if (!deps.isAlive()) return new Promise(() => {});
    if (!mayGo()) return { kind: "rejected", code: "agent.not_acting", message: "what it rested on has changed" };
    const addedMs = Math.floor(clock.now() / 1_000) * 1_000;
    const send = tape.sends(order, clock.now());
    const store = () => {
      estate.now();
      send.arrives();
      const incidentId = estate.store(order.endpointId, body, addedMs, "cordon");
      send.stored(incidentId);
      return incidentId;
    };
    return call((): SubmitOutcome => {
      if (chance(ksc.rejected)) return { kind: "rejected", code: "ksc.access_denied", message: "the storm refuses" };
      if (chance(ksc.busy)) return { kind: "rejected", code: "ksc.unavailable", message: "the storm keeps KSC busy" };
      if (chance(ksc.lostBeforeCommit)) return LOST;
      if (chance(ksc.storedLate)) {
        time.after(random.float() * plan.settings.doubt.settleMs, store);
        return LOST;
      }
      const incidentId = store();
      return chance(ksc.lostAfterCommit) ? LOST : { kind: "stored", incidentId };
    });
  }

  async function tasksOf(endpointId: EndpointId): Promise<readonly EdrTask[]> {
    let readAtMs = 0;
    const tasks = await read((world) => {
      readAtMs = time.elapsedMs();
      const found = [...(world.hosts.get(endpointId)?.runs.values() ?? [])].map(({ task }) => task);
      return found.map((task) => toEdrTask(task, endpointId));
    });
    tape.looked(endpointId, readAtMs);
    return tasks;
  }

  return {
    submit: (order, _signal, mayGo = () => true) => submit(order, mayGo),
    findIncident: (order, notBefore) =>
      read((world) => {
        const from = Math.floor(notBefore / 1_000) * 1_000;
        for (const incident of world.incidentsByHost.get(order.endpointId) ?? []) {
          const sent = incident.addedMs < from ? undefined : tape.sentAs(incident.id);
          if (sent === undefined) continue;
          if (sent.actionId !== order.actionId && sent.serves?.includes(order.actionId) !== true) continue;
          return { incidentId: incident.id, addedAt: epochMs(incident.addedMs), serves: sent.serves ?? [] };
        }
        return undefined;
      }),
    consoleAvailable: () => read((world) => world.knobs.serviceConsole === "up"),
    tasksOf,
    taskStates: (refs) => read((world) => new Map(refs.map((ref) => [ref.taskId, stateOf(world, ref)]))),
    deleteTask: (ref) =>
      call((world) => {
        if (chance(ksc.busy)) throw new AppError("ksc.unavailable", "the storm keeps KSC busy");
        const task = taskOf(world, ref);
        if (task === undefined) return "gone";
        removeTask(world, task, "api");
        if (chance(ksc.lostAfterCommit)) throw new AppError("ksc.answer_lost", "the storm loses the answer");
        return "deleted";
      }),
    hostStates: (ids) =>
      read((world) => {
        const known = ids.flatMap((id): [EndpointId, HostState][] => {
          const host = world.hosts.get(id);
          return host === undefined ? [] : [[id, hostState(host, world.clock.now())]];
        });
        return new Map(known);
      }),
    eventsAfter: (cursor, limit) =>
      read((world) => {
        const found: EdrEvent[] = [];
        for (const event of world.events.all()) {
          if (event.id <= cursor || !event.taskName.startsWith("[Response]")) continue;
          found.push({
            eventDbId: event.id,
            endpointId: event.hostId as EndpointId,
            taskDisplayName: event.taskName,
            description: event.description,
            newState: event.taskNewState,
            at: epochMs(event.riseMs),
          });
          if (found.length === limit) break;
        }
        return found;
      }),
    signals: async () => ({ kind: "absent" }),
    syncHosts: (ids) =>
      call((world) => {
        for (const id of ids) {
          const host = world.hosts.get(id);
          if (host !== undefined) forceSync(world, host);
        }
      }),
    preventionPolicy: () => read(() => ({ kind: "unknown", reason: "a storm tells nobody its policy" })),
    async *inventory() {
      yield await read((world) => [...world.hosts.values()].map(toEndpoint));
    },
    findEndpoints: (_by, value) =>
      read((world) =>
        [...world.hosts.values()].filter(({ id, name }) => id === value || name === value).map(toEndpoint),
      ),
    serverInfo: () =>
      read((world) => ({
        name: world.name,
        version: world.version,
        virtualServer: undefined,
        clockSkewMs: world.clock.now() - clock.now(),
      })),
    capabilities: () =>
      read((world) => ({
        kscVersion: world.version,
        consoleAvailable: world.knobs.serviceConsole === "up",
        missingRights: [],
        missingMethods: [],
      })),
    quarantineItems: () => read(() => []),
    quarantineFile: () =>
      read(() => {
        throw new AppError("ksc.not_found", "a storm keeps no files");
      }),
    close: async () => {},
  };
}

const REFUSALS = ["ksc.access_denied", "ksc.unavailable", "ksc.timeout", "ksc.unexpected_reply"] as const;
const LOST = { kind: "answer_lost", message: "the storm loses the answer" } as const;

/** A task's name never changes, and each has one host here. */
const edrTasks = new WeakMap<Task, EdrTask>();

function toEdrTask(task: Task, endpointId: EndpointId): EdrTask {
  const known = edrTasks.get(task);
  if (known !== undefined) return known;
  const response = parseResponseName(task.name, registry);
  const made: EdrTask = {
    taskId: task.local ? task.guid : task.id,
    endpointId,
    scope: task.local ? "local" : "global",
    displayName: task.name,
    createdAt: epochMs(Math.floor(task.createdMs / 1_000) * 1_000),
    ...(response === undefined ? {} : { response }),
  };
  edrTasks.set(task, made);
  return made;
}

function taskOf(world: World, ref: TaskRef): Task | undefined {
  return ref.scope === "local" ? world.tasksByGuid.get(ref.taskId) : world.tasks.get(ref.taskId);
}

/** Host task state masks (KSCAPI a00181). */
const STATE_MASK = { scheduled: 32, pending: 1, running: 2, paused: 64, ok: 4, warning: 8, failed: 16 } as const;
/** `task_new_state` of an event as such a mask. */
const MASK_OF_EVENT: Readonly<Record<number, number>> = { 1: 2, 3: 16, 4: 4 };

function stateOf(world: World, ref: TaskRef): TaskState {
  const task = taskOf(world, ref);
  const run = task?.runs.get(ref.endpointId);
  if (task === undefined || run === undefined) return { kind: "gone" };
  // Class HostTasks knows that a local task exists; how it goes is in the newest of its events.
  if (task.local) {
    const newest = world.events.ofTask(task.id).at(-1);
    return {
      kind: "present",
      hostState: MASK_OF_EVENT[newest?.taskNewState ?? -1] ?? STATE_MASK.pending,
      description: newest?.description ?? "",
    };
  }
  return { kind: "present", hostState: STATE_MASK[knownState(run)], description: run.description };
}

function hostState(host: Host, nowMs: number): HostState {
  const online = host.behaviour !== "offline";
  if (online) host.lastSeenMs = nowMs;
  return { statusMask: online ? 29 : 20, lastSeenAt: epochMs(Math.floor(host.lastSeenMs)), agentRunning: online };
}

function toEndpoint(host: Host): Endpoint {
  return {
    endpointId: host.id as EndpointId,
    displayName: host.name,
    addresses: [],
    statusMask: host.behaviour === "offline" ? 20 : 29,
    ...(host.kesVersion === undefined ? {} : { kesVersion: host.kesVersion }),
  };
}
