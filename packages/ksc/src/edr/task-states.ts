import type { TaskRef, TaskState } from "@cordon/agent-core";
import { AppError, sideBySide } from "@cordon/core/kernel";
import * as z from "zod";
import { createHostGroup } from "../api/host-group.ts";
import { createHostTasks } from "../api/host-tasks.ts";
import { createTasks, HOST_TASK_STATES, iteratedTask } from "../api/tasks.ts";
import { withEvents } from "../paging/record-pages.ts";
import { walkHostStatuses } from "../paging/task-lists.ts";
import type { KscParams } from "../values/wire-types.ts";
import { sortBy } from "../values/wire-types.ts";
import { type EdrContext, lanesOf, pagingIn } from "./context.ts";

const hostStatus = z.looseObject({
  hostname: z.string(),
  state_code: z.int(),
  state_descr: z.string().optional(),
});
const STATUS_FIELDS = ["hostname", "state_code", "state_descr"];
const GONE: TaskState = { kind: "gone" };
const EVENT_LIFETIME_SECONDS = 120;

/** See port `Edr.taskStates`; the map's keys are task ids. KSC has no question for many tasks, so they are asked side by side. */
export async function readTaskStates(
  context: EdrContext,
  refs: readonly TaskRef[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TaskState>> {
  const states = await sideBySide(refs, lanesOf(context), async (ref): Promise<[string, TaskState]> => {
    const state = ref.scope === "global" ? globalState(context, ref, signal) : localState(context, ref, signal);
    return [ref.taskId, await state.catch(goneWhenNotFound)];
  });
  return new Map(states);
}

/** A task of one host, at work or well ended, is told by its statistics alone; otherwise the host's own status is looked up. */
async function globalState(context: EdrContext, ref: TaskRef, signal: AbortSignal): Promise<TaskState> {
  const statistics = await createTasks(context.client).getTaskStatistics(ref.taskId, { signal });
  const only = onlyState(statistics);
  // Why it did not end well is said only in the host's status.
  if (only !== undefined && !endedBadly(only)) return { kind: "present", hostState: only, description: "" };
  let found: TaskState | undefined;
  await walkHostStatuses(pagingIn(context, signal), { task: ref.taskId, fields: STATUS_FIELDS }, (raw) => {
    const status = hostStatus.safeParse(raw);
    if (!status.success || status.data.hostname !== ref.endpointId) return false;
    const { state_code: hostState, state_descr: description = "" } = status.data;
    found = { kind: "present", hostState, description };
    return true;
  }).catch((error: unknown) => {
    // The task may go between the two questions; the statistics were true a moment ago.
    if (!(error instanceof AppError) || error.code !== "ksc.not_found") throw error;
    found = GONE;
  });
  return found ?? { kind: "present", hostState: only ?? HOST_TASK_STATES.pending, description: "" };
}

/** The state bit of a task that concerns exactly one host. */
function onlyState(statistics: KscParams): number | undefined {
  const counted = Object.values(HOST_TASK_STATES).filter((bit) => Number(statistics[String(bit)] ?? 0) > 0);
  const [bit] = counted;
  return bit !== undefined && counted.length === 1 && Number(statistics[String(bit)]) === 1 ? bit : undefined;
}

function endedBadly(state: number): boolean {
  return (state & (HOST_TASK_STATES.warning | HOST_TASK_STATES.failed)) !== 0;
}

/** `task_new_state` of events (KSCAPI a00029) as the bit of a host's state. */
const STATE_OF_EVENT: Readonly<Record<number, number>> = {
  0: HOST_TASK_STATES.pending,
  1: HOST_TASK_STATES.running,
  2: HOST_TASK_STATES.paused,
  3: HOST_TASK_STATES.failed,
  4: HOST_TASK_STATES.ok,
  5: HOST_TASK_STATES.failed,
  6: HOST_TASK_STATES.pending,
  7: HOST_TASK_STATES.pending,
};

const stateEvent = z.looseObject({ task_new_state: z.int(), GNRL_EA_DESCRIPTION: z.string().optional() });

/** Class HostTasks knows that a local task exists, not how it goes: that is in the newest of its events. */
async function localState(context: EdrContext, ref: TaskRef, signal: AbortSignal): Promise<TaskState> {
  const paging = pagingIn(context, signal);
  const hostObject = await createHostGroup(paging.session).getHostTasks(ref.endpointId, { signal });
  const data = await createHostTasks(paging.session).getTaskData(hostObject, ref.taskId, { signal });
  const parsed = iteratedTask.safeParse(data);
  const name = parsed.data?.TASK_INFO_PARAMS?.DisplayName ?? parsed.data?.DisplayName;
  const unknown: TaskState = { kind: "present", hostState: HOST_TASK_STATES.pending, description: "" };
  if (name === undefined) return unknown;
  const search = {
    hostId: ref.endpointId,
    fields: ["event_db_id", "task_new_state", "GNRL_EA_DESCRIPTION"],
    filter: { EVP_INCL_TASK_STATES: true, EVP_INCL_GNRL_EVENTS: false, KLEVP_EVENT_TASK_NAME: name },
    orderBy: [sortBy(context.settings.eventOrder, "descending")],
    lifetimeSeconds: EVENT_LIFETIME_SECONDS,
  };
  return withEvents(paging, search, async ({ range }) => {
    const [newest] = await range(0, 0);
    const event = stateEvent.safeParse(newest);
    const hostState = event.success ? STATE_OF_EVENT[event.data.task_new_state] : undefined;
    if (hostState === undefined) return unknown;
    return { kind: "present", hostState, description: event.data?.GNRL_EA_DESCRIPTION ?? "" };
  });
}

function goneWhenNotFound(error: unknown): TaskState {
  if (error instanceof AppError && error.code === "ksc.not_found") return GONE;
  throw error;
}
