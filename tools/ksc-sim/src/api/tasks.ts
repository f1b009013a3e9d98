import type { Reply } from "../http/envelope.ts";
import { notFound } from "../model/errors.ts";
import { cancelRun, restartRun, resumeRun, suspendRun } from "../model/execution.ts";
import { isWithinGroup } from "../model/groups.ts";
import type { HostRun, Task } from "../model/tasks.ts";
import { addHostToTask, createTask, removeTask } from "../model/tasks.ts";
import type { World } from "../model/world.ts";
import { addEventSet } from "./event-sets.ts";
import type { Call, Method, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { hostOf, seesTask, taskOf, visibleRuns } from "./scope.ts";
import { taskData, taskStatistics, taskSummary } from "./task-records.ts";
import { readNewTask, updateTaskSettings } from "./task-settings.ts";

/** Class Tasks: group tasks and tasks for sets of devices. Task ids are digit strings. */
export const taskMethods: MethodTable = {
  "Tasks.GetTask": reading((_call, task) => ({ PxgRetVal: taskSummary(task) })),
  "Tasks.GetTaskData": reading((_call, task) => ({ PxgRetVal: taskData(task) })),
  "Tasks.GetTaskStatistics": reading((call, task) => ({ PxgRetVal: taskStatistics(visibleRuns(call, task)) })),
  "Tasks.GetTaskStatistics2": reading((call, task) => ({ PxgRetVal: taskStatistics(visibleRuns(call, task)) })),
  "Tasks.GetTaskStartEvent": reading((_call, task) => ({ PxgRetVal: task.startEvent })),
  "Tasks.RunTask": acting((world, run) => restartRun(world, run)),
  "Tasks.SuspendTask": acting((_world, run) => suspendRun(run)),
  "Tasks.ResumeTask": acting((world, run) => resumeRun(world, run)),
  "Tasks.CancelTask": acting((world, run) => cancelRun(world, run)),
  "Tasks.DeleteTask": method({
    right: "tasks",
    args: { strTask: "string" },
    handle: (call, { strTask }) => {
      removeTask(call.world, taskOf(call, strTask), "api");
      return VOID;
    },
  }),
  "Tasks.AddTask": method({
    right: "tasks",
    args: { pData: "params" },
    handle: (call, { pData }) => ({ PxgRetVal: createTask(call.world, readNewTask(call, pData)).id }),
  }),
  "Tasks.UpdateTask": method({
    right: "tasks",
    args: { strTask: "string", pData: "params" },
    handle: (call, { strTask, pData }) => {
      updateTaskSettings(taskOf(call, strTask), pData);
      return VOID;
    },
  }),
  "Tasks.AddHostToTask": method({
    right: "tasks",
    args: { strTask: "string", strHostName: "string" },
    handle: (call, { strTask, strHostName }) => {
      addHostToTask(call.world, taskOf(call, strTask), hostOf(call, strHostName), "scheduled");
      return VOID;
    },
  }),
  "Tasks.SetTaskStartEvent": method({
    right: "tasks",
    args: { strTask: "string", pData: "params" },
    handle: (call, { strTask, pData }) => {
      taskOf(call, strTask).startEvent = pData;
      return VOID;
    },
  }),
  "Tasks.GetTaskHistory": method({
    right: "read",
    args: {
      strTask: "string",
      pFields2Return: "strings",
      pSortFields: "orders?",
      strHostName: "string?",
      pFilter: "params?",
    },
    handle: (call, { strTask, pFields2Return, pSortFields, strHostName, pFilter }) => {
      const task = taskOf(call, strTask);
      const events = call.world.events
        .ofTask(task.id)
        .filter((event) => strHostName === "" || event.hostId === strHostName);
      const filter = { ...pFilter, EVP_INCL_GNRL_EVENTS: true, EVP_INCL_TASK_STATES: true };
      return {
        strIteratorId: addEventSet(call, {
          events,
          filter,
          fields: pFields2Return,
          orders: pSortFields,
          lifetimeSeconds: HISTORY_SECONDS,
        }),
      };
    },
  }),
  "Tasks.GetAllTasksOfHost": method({
    right: "read",
    args: { strDomainName: "string?", strHostName: "string" },
    handle: (call, { strHostName }) => {
      const ids: string[] = [];
      for (const run of hostOf(call, strHostName).runs.values()) if (!run.task.local) ids.push(run.task.id);
      return { PxgRetVal: ids };
    },
  }),
  "Tasks.GetTaskGroup": method({
    right: "read",
    args: { strTaskId: "string" },
    handle: (call, { strTaskId }) => ({ PxgRetVal: taskOf(call, strTaskId).groupId ?? -1 }),
  }),
  "Tasks.ResolveTaskId": method({
    right: "read",
    args: { strPrtsTaskId: "string" },
    handle: (call, { strPrtsTaskId }) => {
      const task = call.world.tasksByGuid.get(strPrtsTaskId);
      if (task === undefined || task.local || !seesTask(call, task)) throw notFound("Task", strPrtsTaskId);
      return { PxgRetVal: task.id };
    },
  }),
  "Tasks.ResetTasksIterator": method({
    right: "read",
    args: {
      nGroupId: "int",
      bGroupIdSignificant: "bool",
      strProductName: "string?",
      strVersion: "string?",
      strComponentName: "string?",
      strInstanceId: "string?",
      strTaskName: "string?",
      bIncludeSupergroups: "bool",
    },
    handle: (call, args) => {
      const wanted = {
        TASKID_PRODUCT_NAME: args.strProductName,
        TASKID_VERSION: args.strVersion,
        TASKID_COMPONENT_NAME: args.strComponentName,
        TASK_NAME: args.strTaskName,
      };
      const items: Task[] = [];
      for (const task of call.world.tasks.values()) {
        if (task.local || !seesTask(call, task)) continue;
        if (args.bGroupIdSignificant && !inGroup(call.world, task, args.nGroupId, args.bIncludeSupergroups)) continue;
        if (Object.entries(wanted).every(([name, value]) => value === "" || task.settings[name] === value))
          items.push(task);
      }
      const id = call.session.results.add(
        { kind: "tasks", items, project: taskData, lifetimeSeconds: ITERATOR_SECONDS },
        call.now,
      );
      return { strTaskIteratorId: id };
    },
  }),
  "Tasks.GetNextTask": method({
    right: "read",
    args: { strTaskIteratorId: "string" },
    handle: ({ session, world, now }, { strTaskIteratorId }) => {
      const set = session.results.get(strTaskIteratorId, "tasks", now);
      for (;;) {
        const task = set.items[set.cursor++] as Task | undefined;
        // K10: the end is an empty object, not an error. What was deleted meanwhile is passed over.
        if (task === undefined) return { pTaskData: {} };
        if (world.tasks.has(task.id)) return { pTaskData: set.project(task) };
      }
    },
  }),
  "Tasks.ReleaseTasksIterator": method({
    right: "read",
    args: { strTaskIteratorId: "string" },
    handle: ({ session, now }, { strTaskIteratorId }) => {
      session.results.release(strTaskIteratorId, "tasks", now);
      return VOID;
    },
  }),
};

/** Iterators without a lifetime argument live this long after the last use. */
const ITERATOR_SECONDS = 3600;
const HISTORY_SECONDS = 600;

function reading(answer: (call: Call, task: Task) => Reply): Method {
  return method({
    right: "read",
    args: { strTask: "string" },
    handle: (call, { strTask }) => answer(call, taskOf(call, strTask)),
  });
}

function acting(act: (world: World, run: HostRun) => void): Method {
  return method({
    right: "tasks",
    args: { strTask: "string" },
    handle: (call, { strTask }) => {
      for (const run of visibleRuns(call, taskOf(call, strTask))) act(call.world, run);
      return VOID;
    },
  });
}

function inGroup(world: World, task: Task, groupId: number, includeSupergroups: boolean): boolean {
  if (task.groupId === undefined) return false;
  return task.groupId === groupId || (includeSupergroups && isWithinGroup(world, groupId, task.groupId));
}
