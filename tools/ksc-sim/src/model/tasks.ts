import type { TaskState, TaskTruth } from "../types.ts";
import type { EdrTaskSpec } from "./edr-tasks.ts";
import { undoEffect } from "./effects.ts";
import { queueRun } from "./execution.ts";
import type { Host } from "./host.ts";
import { isResponseName } from "./response-request.ts";
import { makeRoomFor } from "./rotation.ts";
import type { KscParams } from "./values.ts";
import { params } from "./values.ts";
import type { World } from "./world.ts";
import { scaledMs } from "./world.ts";

/** Version that KES reports to KSC for its policies and tasks (KES 11.5 showed 11.0.0.0; 12.x is not documented). */
export const KES_INTERNAL_VERSION = "12.0.0.0";
const DAY_SECONDS = 86_400;

/** One device's part in a task. */
export interface HostRun {
  readonly task: Task;
  readonly host: Host;
  state: TaskState;
  startedMs: number | undefined;
  finishedMs: number | undefined;
  percent: number;
  tries: number;
  description: string;
  /** `event_db_id` of the last state event. */
  lastEventId: number;
  /** Rises with every change, so that a continuation on the agenda knows that it is stale. */
  epoch: number;
}

export interface Task {
  readonly id: string;
  readonly guid: string;
  /** Local tasks live on one device and are seen only through class HostTasks. */
  readonly local: boolean;
  name: string;
  readonly kind: string;
  readonly spec: EdrTaskSpec | undefined;
  readonly area: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly origin: TaskTruth["origin"];
  readonly incidentId: number | undefined;
  readonly createdMs: number;
  /** Administration group of a group task; undefined for a set of devices. */
  readonly groupId: number | undefined;
  /** Everything GetTaskData shows. */
  settings: KscParams;
  startEvent: KscParams;
  readonly runs: Map<string, HostRun>;
  removed: TaskTruth["removed"];
  /** Description of the events that KES sends for a response task; made when the first one is sent. */
  eventDescription: string | undefined;
}

export interface NewTask {
  readonly name: string;
  readonly kind: string;
  readonly spec?: EdrTaskSpec | undefined;
  readonly area?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly origin: TaskTruth["origin"];
  readonly incidentId?: number | undefined;
  readonly groupId?: number | undefined;
  readonly hosts: readonly Host[];
  readonly local?: boolean;
  readonly guid?: string | undefined;
  /** Settings as given to AddTask; made up when absent. */
  readonly settings?: KscParams;
  /** `scheduled` waits for RunTask, `pending` for the next synchronisation. */
  readonly state: TaskState;
}

export function createTask(world: World, given: NewTask): Task {
  const now = world.agenda.now();
  const id = String(world.nextTaskId++);
  const guid = given.guid ?? world.random.guid();
  const task: Task = {
    id,
    guid,
    local: given.local ?? false,
    name: given.name,
    kind: given.kind,
    spec: given.spec,
    area: given.area ?? "",
    params: given.params ?? {},
    origin: given.origin,
    incidentId: given.incidentId,
    createdMs: now,
    groupId: given.groupId,
    settings: given.settings ?? responseSettings(given),
    startEvent: {},
    runs: new Map(),
    removed: undefined,
    eventDescription: undefined,
  };
  if (isResponse(task)) makeRoomFor(world, task, given.hosts);
  world.tasks.set(id, task);
  world.tasksByGuid.set(guid, task);
  if (isResponse(task)) world.responseTasks.set(id, task);
  for (const host of given.hosts) addHostToTask(world, task, host, given.state);
  return task;
}

export function addHostToTask(world: World, task: Task, host: Host, state: TaskState): void {
  if (task.runs.has(host.id)) return;
  const run: HostRun = {
    task,
    host,
    state,
    startedMs: undefined,
    finishedMs: undefined,
    percent: 0,
    tries: 0,
    description: "",
    lastEventId: 0,
    epoch: 0,
  };
  task.runs.set(host.id, run);
  host.runs.set(task.id, run);
  if (isResponse(task)) {
    const own = world.responseTasksByHost.get(host.id);
    if (own === undefined) world.responseTasksByHost.set(host.id, new Set([task]));
    else own.add(task);
  }
  if (state === "pending") queueRun(world, run);
}

export function removeTask(world: World, task: Task, why: NonNullable<TaskTruth["removed"]>["why"]): void {
  if (task.removed !== undefined) return;
  task.removed = { at: world.agenda.now(), why };
  world.tasks.delete(task.id);
  world.tasksByGuid.delete(task.guid);
  world.responseTasks.delete(task.id);
  for (const run of task.runs.values()) {
    run.epoch += 1;
    run.host.runs.delete(task.id);
    run.host.waiting.delete(run);
    run.host.untold.delete(run);
    world.responseTasksByHost.get(run.host.id)?.delete(task);
    if (world.knobs.deleteUndoesEffect) undoEffect(world, run.host, task.id);
  }
  world.removedTasks.push(taskTruth(task));
}

/** A device that leaves takes its tasks along; a task for several devices loses one. */
export function removeHost(world: World, host: Host): void {
  for (const run of [...host.runs.values()]) {
    if (run.task.runs.size === 1) removeTask(world, run.task, "host_removed");
    else run.task.runs.delete(host.id);
    run.epoch += 1;
  }
  host.waiting.clear();
  host.untold.clear();
  world.hosts.delete(host.id);
  world.responseTasksByHost.delete(host.id);
  world.isolated.delete(host.id);
  world.preventionRules.delete(host.id);
}

/** K17: response tasks older than the lifespan are deleted. The oldest come first, so this usually looks at one task. */
export function expireOldTasks(world: World, now: number): void {
  const lifespanMs = scaledMs(world, world.knobs.lifespanDays * DAY_SECONDS);
  for (const task of world.responseTasks.values()) {
    if (now - task.createdMs < lifespanMs) return;
    removeTask(world, task, "expired");
  }
}

export function isResponse(task: Task): boolean {
  return isResponseName(task.name);
}

export function taskTruth(task: Task): TaskTruth {
  return {
    id: task.id,
    guid: task.guid,
    name: task.name,
    kind: task.kind,
    origin: task.origin,
    incidentId: task.incidentId,
    createdAt: task.createdMs,
    hosts: [...task.runs.values()].map((run) => ({
      hostId: run.host.id,
      state: run.state,
      startedAt: run.startedMs,
      finishedAt: run.finishedMs,
      description: run.description,
    })),
    removed: task.removed,
  };
}

function responseSettings(given: NewTask): KscParams {
  return {
    TASKID_PRODUCT_NAME: "KES",
    TASKID_VERSION: KES_INTERNAL_VERSION,
    TASKID_COMPONENT_NAME: "edr",
    TASK_NAME: given.spec?.taskName ?? given.kind,
    TASKSCH_TYPE: 0,
    TASK_ADDITIONAL_PARAMS: params({}),
    TASK_INFO_PARAMS: params({ DisplayName: given.name, PRTS_TASK_GROUPID: -1, "klprts-TaskScheduleSubtype": 256 }),
  };
}
