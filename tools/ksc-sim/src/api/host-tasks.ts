import type { HostTasksObject } from "../http/sessions.ts";
import { notFound } from "../model/errors.ts";
import type { Task } from "../model/tasks.ts";
import { createTask, removeTask } from "../model/tasks.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { taskData } from "./task-records.ts";
import { readNewTask, updateTaskSettings } from "./task-settings.ts";

const TASK = { strSrvObjId: "string", strTask: "string" } as const;

/** Class HostTasks: tasks that live on one device. Their ids are the agent's storage ids. */
export const hostTaskMethods: MethodTable = {
  "HostTasks.ResetTasksIterator": method({
    right: "read",
    args: {
      strSrvObjId: "string",
      strProductName: "string?",
      strVersion: "string?",
      strComponentName: "string?",
      strInstanceId: "string?",
      strTaskName: "string?",
    },
    handle: (call, args) => {
      const object = objectOf(call, args.strSrvObjId);
      const wanted = {
        TASKID_PRODUCT_NAME: args.strProductName,
        TASKID_VERSION: args.strVersion,
        TASKID_COMPONENT_NAME: args.strComponentName,
        TASK_NAME: args.strTaskName,
      };
      object.items = [...object.host.runs.values()]
        .map((run) => run.task)
        .filter(
          (task) =>
            task.local &&
            Object.entries(wanted).every(([name, value]) => value === "" || task.settings[name] === value),
        )
        .map((task) => task.guid);
      object.cursor = 0;
      return VOID;
    },
  }),
  "HostTasks.GetNextTask": method({
    right: "read",
    args: { strSrvObjId: "string" },
    handle: (call, { strSrvObjId }) => {
      const object = objectOf(call, strSrvObjId);
      for (;;) {
        const guid = object.items[object.cursor++];
        if (guid === undefined) return { pTaskData: {} };
        const task = call.world.tasksByGuid.get(guid);
        if (task !== undefined) return { pTaskData: taskData(task) };
      }
    },
  }),
  "HostTasks.GetTaskData": method({
    right: "read",
    args: TASK,
    handle: (call, args) => ({ PxgRetVal: taskData(localTask(call, args)) }),
  }),
  "HostTasks.AddTask": method({
    right: "tasks",
    args: { strSrvObjId: "string", pData: "params" },
    handle: (call, { strSrvObjId, pData }) => {
      const { host } = objectOf(call, strSrvObjId);
      const task = createTask(call.world, {
        ...readNewTask(call, pData),
        groupId: undefined,
        hosts: [host],
        local: true,
      });
      return { PxgRetVal: task.guid };
    },
  }),
  "HostTasks.UpdateTask": method({
    right: "tasks",
    args: { ...TASK, pData: "params" },
    handle: (call, args) => {
      updateTaskSettings(localTask(call, args), args.pData);
      return VOID;
    },
  }),
  "HostTasks.DeleteTask": method({
    right: "tasks",
    args: TASK,
    handle: (call, args) => {
      removeTask(call.world, localTask(call, args), "api");
      return VOID;
    },
  }),
  "HostTasks.GetTaskStartEvent": method({
    right: "read",
    args: TASK,
    handle: (call, args) => ({ PxgRetVal: localTask(call, args).startEvent }),
  }),
  "HostTasks.SetTaskStartEvent": method({
    right: "tasks",
    args: { ...TASK, pData: "params" },
    handle: (call, args) => {
      localTask(call, args).startEvent = args.pData;
      return VOID;
    },
  }),
};

function objectOf(call: Call, id: string): HostTasksObject {
  const object = call.session.hostTaskObjects.get(id);
  if (object === undefined) throw notFound("Host tasks object", id);
  return object;
}

function localTask(call: Call, { strSrvObjId, strTask }: { strSrvObjId: string; strTask: string }): Task {
  const { host } = objectOf(call, strSrvObjId);
  const task = call.world.tasksByGuid.get(strTask);
  if (task === undefined || !task.local || !task.runs.has(host.id)) throw notFound("Task", strTask);
  return task;
}
