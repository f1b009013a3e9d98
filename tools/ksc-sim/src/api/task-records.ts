import { knownState } from "../model/execution.ts";
import type { HostRun, Task } from "../model/tasks.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { datetime, params, paramsOf } from "../model/values.ts";
import type { TaskState } from "../types.ts";

/** Host task state bitmask (KSCAPI a00181). */
export const STATE_CODES: Readonly<Record<TaskState, number>> = {
  pending: 1,
  running: 2,
  ok: 4,
  warning: 8,
  failed: 16,
  scheduled: 32,
  paused: 64,
};

/** What GetTask answers. */
export function taskSummary(task: Task): KscParams {
  return {
    DisplayName: task.name,
    TASK_NAME: task.settings.TASK_NAME ?? task.kind,
    TASK_UNIQUE_ID: task.id,
    PRTS_TASK_CREATION_DATE: datetime(task.createdMs),
    TASKID_PRODUCT_NAME: task.settings.TASKID_PRODUCT_NAME ?? "",
    TASKID_VERSION: task.settings.TASKID_VERSION ?? "",
    TASKID_COMPONENT_NAME: task.settings.TASKID_COMPONENT_NAME ?? "",
  };
}

/** Everything: what GetTaskData and the task iterators give. A local task shows its agent-side id, a global one its number. */
export function taskData(task: Task): KscParams {
  const info = paramsOf(task.settings.TASK_INFO_PARAMS) ?? {};
  return {
    ...task.settings,
    TASK_UNIQUE_ID: task.local ? task.guid : task.id,
    TASK_INFO_PARAMS: params({ ...info, DisplayName: task.name, PRTS_TASK_CREATION_DATE: datetime(task.createdMs) }),
    PRTS_TASK_CREATION_DATE: datetime(task.createdMs),
  };
}

export function taskStatistics(runs: readonly HostRun[]): KscParams {
  const counters: KscParams = { "1": 0, "2": 0, "4": 0, "8": 0, "16": 0, "32": 0, "64": 0 };
  let percent = 0;
  for (const run of runs) {
    const code = String(STATE_CODES[knownState(run)]);
    counters[code] = Number(counters[code]) + 1;
    percent += knownState(run) === run.state ? run.percent : 50;
  }
  return {
    ...counters,
    GNRL_COMPLETED_PERCENT: runs.length === 0 ? 0 : Math.floor(percent / runs.length),
    KLTSK_NEED_RBT_CNT: 0,
  };
}

export const HOST_STATUS_ATTRIBUTES = [
  "domain_name",
  "hostname",
  "hostdn",
  "state_code",
  "try_count",
  "state_descr",
  "start_time",
  "finish_time",
  "completed_percent",
  "src_event_id",
];

/** One device's state in a task, as the server knows it (KSCAPI a00182). */
export function readHostStatus(run: HostRun, name: string): KscValue | undefined {
  const state = knownState(run);
  const told = state === run.state;
  switch (name) {
    case "domain_name":
      return "";
    case "hostname":
      return run.host.id;
    case "hostdn":
      return run.host.name;
    case "state_code":
      return STATE_CODES[state];
    case "try_count":
      return run.tries;
    case "state_descr":
      return told ? run.description : "";
    case "start_time":
      return run.startedMs === undefined ? undefined : datetime(run.startedMs);
    case "finish_time":
      return run.finishedMs === undefined || !told ? undefined : datetime(run.finishedMs);
    case "completed_percent":
      return told ? run.percent : 50;
    case "src_event_id":
      return run.lastEventId === 0 ? undefined : run.lastEventId;
    default:
      return undefined;
  }
}
