import { findEdrTask } from "../model/edr-tasks.ts";
import { badArgument, KscError } from "../model/errors.ts";
import { hostsOfGroup } from "../model/groups.ts";
import type { Host } from "../model/host.ts";
import type { NewTask, Task } from "../model/tasks.ts";
import type { KscParams } from "../model/values.ts";
import { params, paramsOf } from "../model/values.ts";
import type { Call } from "./method.ts";
import { groupOf } from "./scope.ts";

const REQUIRED_TEXT = ["TASKID_PRODUCT_NAME", "TASKID_VERSION", "TASKID_COMPONENT_NAME", "TASK_NAME"] as const;
const REQUIRED_PARAMS = ["TASK_ADDITIONAL_PARAMS", "TASK_INFO_PARAMS"] as const;
const UNIQUE_ID_MAX = 100;
const DISPLAY_NAME_MAX = 100;
/** So many tasks a server holds before it refuses more (the real bound is not documented). */
const TASKS_MAX = 100_000;

/** Checks the settings given to AddTask (KSCAPI a00030) and makes of them what the model needs. */
export function readNewTask(call: Call, pData: KscParams): NewTask {
  if (call.world.tasks.size >= TASKS_MAX) throw new KscError("limit", "Too many tasks", { subcode: -1 });
  for (const name of REQUIRED_TEXT) {
    if (typeof pData[name] !== "string") throw badArgument(`pData.${name}`, "is required and must be a string");
  }
  for (const name of REQUIRED_PARAMS) {
    if (paramsOf(pData[name]) === undefined)
      throw badArgument(`pData.${name}`, "is required and must be wrapped params");
  }
  if (!Number.isInteger(pData.TASKSCH_TYPE))
    throw badArgument("pData.TASKSCH_TYPE", "is required and must be an integer");
  const info = paramsOf(pData.TASK_INFO_PARAMS) ?? {};
  const name = info.DisplayName;
  if (typeof name !== "string" || name.length > DISPLAY_NAME_MAX) {
    throw badArgument(
      "pData.TASK_INFO_PARAMS.DisplayName",
      `is required and has at most ${DISPLAY_NAME_MAX} characters`,
    );
  }
  const guid = pData.TASK_UNIQUE_ID;
  if (guid !== undefined && (typeof guid !== "string" || guid.length > UNIQUE_ID_MAX)) {
    throw badArgument("pData.TASK_UNIQUE_ID", `must be a string of at most ${UNIQUE_ID_MAX} characters`);
  }
  const kind = String(pData.TASK_NAME);
  const groupId = info.PRTS_TASK_GROUPID;
  const group = typeof groupId === "number" && groupId >= 0 ? groupOf(call, groupId) : undefined;
  const hosts: Host[] = group === undefined ? [] : hostsOfGroup(call.world, group.id);
  return {
    name,
    kind: findEdrTask(kind)?.kind ?? kind,
    spec: findEdrTask(kind),
    origin: "api",
    groupId: group?.id,
    hosts,
    guid: guid === undefined ? undefined : String(guid),
    settings: pData,
    state: "scheduled",
  };
}

/** UpdateTask: the given settings replace those of the same name. */
export function updateTaskSettings(task: Task, pData: KscParams): void {
  const info = paramsOf(pData.TASK_INFO_PARAMS);
  const name = info?.DisplayName;
  if (typeof name === "string" && name.length > DISPLAY_NAME_MAX) {
    throw badArgument("pData.TASK_INFO_PARAMS.DisplayName", `has at most ${DISPLAY_NAME_MAX} characters`);
  }
  const mergedInfo = { ...paramsOf(task.settings.TASK_INFO_PARAMS), ...info };
  task.settings = { ...task.settings, ...pData, TASK_INFO_PARAMS: params(mergedInfo) };
  if (typeof name === "string") task.name = name;
}
