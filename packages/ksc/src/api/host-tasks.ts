import type { CallOptions, KscCaller } from "../session/caller.ts";
import { anyParams, readNothing, returning, text } from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";
import { nextTask, type TaskFilter } from "./tasks.ts";

/** Class HostTasks: a host's local tasks (kaspersky.md 4.11). `hostObject` comes from `HostGroup.GetHostTasks`, same session. */
export function createHostTasks(caller: KscCaller) {
  return {
    resetTasksIterator: (
      hostObject: string,
      filter: Omit<TaskFilter, "groupId" | "includeSupergroups">,
      options?: CallOptions,
    ): Promise<void> =>
      caller.call(
        "HostTasks.ResetTasksIterator",
        {
          strSrvObjId: hostObject,
          strProductName: filter.product ?? "",
          strVersion: filter.version ?? "",
          strComponentName: filter.component ?? "",
          strInstanceId: filter.instance ?? "",
          strTaskName: filter.taskName ?? "",
        },
        "reads",
        readNothing,
        options,
      ),

    /** Undefined at the end. "Changes": a repeat after a lost answer would skip an entry. */
    getNextTask: (hostObject: string, options?: CallOptions): Promise<KscParams | undefined> =>
      caller.call("HostTasks.GetNextTask", { strSrvObjId: hostObject }, "changes", nextTask, options),

    getTaskData: (hostObject: string, task: string, options?: CallOptions): Promise<KscParams> =>
      caller.call(
        "HostTasks.GetTaskData",
        { strSrvObjId: hostObject, strTask: task },
        "reads",
        returning(anyParams),
        options,
      ),

    /** The new task's storage id. */
    addTask: (hostObject: string, data: KscParams, options?: CallOptions): Promise<string> =>
      caller.call("HostTasks.AddTask", { strSrvObjId: hostObject, pData: data }, "changes", returning(text), options),

    updateTask: (hostObject: string, task: string, data: KscParams, options?: CallOptions): Promise<void> =>
      caller.call(
        "HostTasks.UpdateTask",
        { strSrvObjId: hostObject, strTask: task, pData: data },
        "changes",
        readNothing,
        options,
      ),

    deleteTask: (hostObject: string, task: string, options?: CallOptions): Promise<void> =>
      caller.call("HostTasks.DeleteTask", { strSrvObjId: hostObject, strTask: task }, "changes", readNothing, options),

    getTaskStartEvent: (hostObject: string, task: string, options?: CallOptions): Promise<KscParams> =>
      caller.call(
        "HostTasks.GetTaskStartEvent",
        { strSrvObjId: hostObject, strTask: task },
        "reads",
        returning(anyParams),
        options,
      ),

    setTaskStartEvent: (hostObject: string, task: string, schedule: KscParams, options?: CallOptions): Promise<void> =>
      caller.call(
        "HostTasks.SetTaskStartEvent",
        { strSrvObjId: hostObject, strTask: task, pData: schedule },
        "changes",
        readNothing,
        options,
      ),
  };
}
