import * as z from "zod";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import {
  anyParams,
  datetime,
  int,
  params,
  paramsList,
  reading,
  readNothing,
  returning,
  text,
  texts,
} from "../values/reply-schemas.ts";
import type { KscParams, KscWrapped } from "../values/wire-types.ts";

/** `Tasks.GetTask`: what names a task. */
export const taskSummary = z.looseObject({
  DisplayName: z.string().optional(),
  TASK_NAME: z.string().optional(),
  TASK_UNIQUE_ID: z.string().optional(),
  PRTS_TASK_CREATION_DATE: datetime.optional(),
  TASKID_PRODUCT_NAME: z.string().optional(),
  TASKID_VERSION: z.string().optional(),
});
export type TaskSummary = z.infer<typeof taskSummary>;

/** What the iterators of Tasks and HostTasks give; the display name lies one level deeper than in `GetTask`. */
export const iteratedTask = taskSummary.extend({
  TASK_INFO_PARAMS: params({ DisplayName: z.string().optional() }).optional(),
});

/** Bits of a task's state on a host (KSCAPI a00181). */
export const HOST_TASK_STATES = {
  pending: 1,
  running: 2,
  ok: 4,
  warning: 8,
  failed: 16,
  scheduled: 32,
  paused: 64,
} as const;
export const ANY_HOST_TASK_STATE = 127;

export interface TaskFilter {
  /** Absent: any group. */
  readonly groupId?: number;
  readonly product?: string;
  readonly version?: string;
  readonly component?: string;
  readonly instance?: string;
  readonly taskName?: string;
  readonly includeSupergroups?: boolean;
}

const stringId = returning(text);
const hostStatuses = params({ statuses: paramsList.optional() });
const historyIterator = reading(z.looseObject({ strIteratorId: text }).transform((reply) => reply.strIteratorId));
const tasksIterator = reading(z.looseObject({ strTaskIteratorId: text }).transform((reply) => reply.strTaskIteratorId));
const hostIterator = reading(z.looseObject({ strHostIteratorId: text }).transform((reply) => reply.strHostIteratorId));
const nextStatuses = reading(
  z
    .looseObject({ nActual: int, pHostStatus: hostStatuses.optional() })
    .transform((reply): readonly KscParams[] => reply.pHostStatus?.statuses ?? []),
);
const statusRange = reading(
  z
    .looseObject({ pParHostStatus: hostStatuses })
    .transform((reply): readonly KscParams[] => reply.pParHostStatus.statuses ?? []),
);

/** One entry of an iterator; KSC ends the list with an empty object. */
export const nextTask = reading(
  z
    .looseObject({ pTaskData: anyParams })
    .transform((reply): KscParams | undefined =>
      Object.keys(reply.pTaskData).length === 0 ? undefined : reply.pTaskData,
    ),
);

/** Class Tasks: group and global tasks (kaspersky.md 4.8). `task` is a digit string such as `"45"`. */
export function createTasks(caller: KscCaller) {
  const act = (method: string) => (task: string, options?: CallOptions) =>
    caller.call<void>(`Tasks.${method}`, { strTask: task }, "changes", readNothing, options);

  return {
    addTask: (data: KscParams, options?: CallOptions): Promise<string> =>
      caller.call("Tasks.AddTask", { pData: data }, "changes", stringId, options),

    updateTask: (task: string, data: KscParams, options?: CallOptions): Promise<void> =>
      caller.call("Tasks.UpdateTask", { strTask: task, pData: data }, "changes", readNothing, options),

    deleteTask: act("DeleteTask"),
    runTask: act("RunTask"),
    suspendTask: act("SuspendTask"),
    resumeTask: act("ResumeTask"),
    cancelTask: act("CancelTask"),

    /** KSC 15 and later. */
    addHostToTask: (task: string, hostId: string, options?: CallOptions): Promise<void> =>
      caller.call("Tasks.AddHostToTask", { strTask: task, strHostName: hostId }, "changes", readNothing, options),

    getTask: (task: string, options?: CallOptions): Promise<TaskSummary> =>
      caller.call("Tasks.GetTask", { strTask: task }, "reads", returning(taskSummary), options),

    getTaskData: (task: string, options?: CallOptions): Promise<KscParams> =>
      caller.call("Tasks.GetTaskData", { strTask: task }, "reads", returning(anyParams), options),

    /** Number of hosts by state bit: `"1"`, `"2"` … and `GNRL_COMPLETED_PERCENT`, `KLTSK_NEED_RBT_CNT`. */
    getTaskStatistics: (task: string, options?: CallOptions): Promise<KscParams> =>
      caller.call("Tasks.GetTaskStatistics", { strTask: task }, "reads", returning(anyParams), options),

    /** KSC 15 and later. */
    getTaskStatistics2: (task: string, options?: CallOptions): Promise<KscParams> =>
      caller.call("Tasks.GetTaskStatistics2", { strTask: task }, "reads", returning(anyParams), options),

    /** An iterator for class EventProcessing. */
    getTaskHistory: (
      of: {
        readonly task: string;
        readonly fields: readonly string[];
        readonly orderBy?: readonly KscWrapped[];
        /** Absent: all hosts. */
        readonly hostId?: string;
        readonly filter?: KscParams;
      },
      options?: CallOptions,
    ): Promise<string> =>
      caller.call(
        "Tasks.GetTaskHistory",
        {
          strTask: of.task,
          pFields2Return: of.fields,
          pSortFields: of.orderBy ?? [],
          strHostName: of.hostId ?? "",
          pFilter: of.filter ?? {},
        },
        "reads",
        historyIterator,
        options,
      ),

    /** Ids of the group and global tasks that concern the host. */
    getAllTasksOfHost: (hostId: string, options?: CallOptions): Promise<readonly string[]> =>
      caller.call(
        "Tasks.GetAllTasksOfHost",
        { strDomainName: "", strHostName: hostId },
        "reads",
        returning(texts),
        options,
      ),

    getTaskGroup: (task: string, options?: CallOptions): Promise<number> =>
      caller.call("Tasks.GetTaskGroup", { strTaskId: task }, "reads", returning(int), options),

    /** The task id for the Network Agent's GUID of it. */
    resolveTaskId: (prtsTaskId: string, options?: CallOptions): Promise<string> =>
      caller.call("Tasks.ResolveTaskId", { strPrtsTaskId: prtsTaskId }, "reads", stringId, options),

    resetTasksIterator: (filter: TaskFilter, options?: CallOptions): Promise<string> =>
      caller.call(
        "Tasks.ResetTasksIterator",
        {
          nGroupId: filter.groupId ?? 0,
          bGroupIdSignificant: filter.groupId !== undefined,
          strProductName: filter.product ?? "",
          strVersion: filter.version ?? "",
          strComponentName: filter.component ?? "",
          strInstanceId: filter.instance ?? "",
          strTaskName: filter.taskName ?? "",
          bIncludeSupergroups: filter.includeSupergroups ?? true,
        },
        "reads",
        tasksIterator,
        options,
      ),

    /** Undefined at the end. "Changes": a repeat after a lost answer would skip an entry. */
    getNextTask: (iterator: string, options?: CallOptions): Promise<KscParams | undefined> =>
      caller.call("Tasks.GetNextTask", { strTaskIteratorId: iterator }, "changes", nextTask, options),

    releaseTasksIterator: (iterator: string, options?: CallOptions): Promise<void> =>
      caller.call("Tasks.ReleaseTasksIterator", { strTaskIteratorId: iterator }, "reads", readNothing, options),

    /** Hosts of the task whose state is in `stateMask`. */
    resetHostIteratorForTaskStatus: (
      of: {
        readonly task: string;
        readonly fields: readonly string[];
        readonly stateMask: number;
        readonly lifetimeSeconds: number;
        /** Given: method `…Ex`, which sorts. */
        readonly orderBy?: readonly KscWrapped[];
      },
      options?: CallOptions,
    ): Promise<string> =>
      caller.call(
        of.orderBy === undefined ? "Tasks.ResetHostIteratorForTaskStatus" : "Tasks.ResetHostIteratorForTaskStatusEx",
        {
          strTask: of.task,
          pFields2Return: of.fields,
          ...(of.orderBy === undefined ? {} : { pFields2Order: of.orderBy }),
          nHostStateMask: of.stateMask,
          nLifetime: of.lifetimeSeconds,
        },
        "reads",
        hostIterator,
        options,
      ),

    /** The next at most `count` statuses; none at the end. */
    getNextHostStatus: (iterator: string, count: number, options?: CallOptions): Promise<readonly KscParams[]> =>
      caller.call(
        "Tasks.GetNextHostStatus",
        { strHostIteratorId: iterator, nCount: count },
        "changes",
        nextStatuses,
        options,
      ),

    getHostStatusRecordsCount: (iterator: string, options?: CallOptions): Promise<number> =>
      caller.call("Tasks.GetHostStatusRecordsCount", { strHostIteratorId: iterator }, "reads", returning(int), options),

    getHostStatusRecordRange: (
      iterator: string,
      range: { readonly start: number; readonly end: number },
      options?: CallOptions,
    ): Promise<readonly KscParams[]> =>
      caller.call(
        "Tasks.GetHostStatusRecordRange",
        { strHostIteratorId: iterator, nStart: range.start, nEnd: range.end },
        "reads",
        statusRange,
        options,
      ),

    releaseHostStatusIterator: (iterator: string, options?: CallOptions): Promise<void> =>
      caller.call("Tasks.ReleaseHostStatusIterator", { strHostIteratorId: iterator }, "reads", readNothing, options),

    getTaskStartEvent: (task: string, options?: CallOptions): Promise<KscParams> =>
      caller.call("Tasks.GetTaskStartEvent", { strTask: task }, "reads", returning(anyParams), options),

    setTaskStartEvent: (task: string, schedule: KscParams, options?: CallOptions): Promise<void> =>
      caller.call("Tasks.SetTaskStartEvent", { strTask: task, pData: schedule }, "changes", readNothing, options),
  };
}
