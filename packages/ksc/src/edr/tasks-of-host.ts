import type { EdrTask } from "@cordon/agent-core";
import { AppError, type EndpointId, sideBySide } from "@cordon/core/kernel";
import { createTasks, iteratedTask, type TaskSummary } from "../api/tasks.ts";
import { listHostTasks } from "../paging/task-lists.ts";
import { parseResponseName } from "../registry/task-name.ts";
import { unexpectedReply } from "../values/reply-schemas.ts";
import { type EdrContext, lanesOf, pagingIn } from "./context.ts";
import { createTaskScopes } from "./task-scopes.ts";

/** A task's name and birth never change, so each is asked for once. Two hundred hosts with a hundred tasks each. */
const KNOWN_TASKS_MAX = 20_000;

/** See port `Edr.tasksOf`. */
export function createTaskReader(context: EdrContext) {
  const { client, settings, registry, clock } = context;
  const known = new Map<string, EdrTask | "other_product">();
  const scopes = createTaskScopes(settings.taskScopes, clock);

  function remember(key: string, task: EdrTask | "other_product"): EdrTask | "other_product" {
    if (known.size >= KNOWN_TASKS_MAX) {
      const oldest = known.keys().next();
      if (!oldest.done) known.delete(oldest.value);
    }
    known.set(key, task);
    return task;
  }

  function toTask(
    summary: TaskSummary,
    displayName: string,
    ref: Pick<EdrTask, "taskId" | "endpointId" | "scope">,
  ): EdrTask | "other_product" {
    const response = parseResponseName(displayName, registry);
    const product = summary.TASKID_PRODUCT_NAME;
    if (response === undefined && product !== undefined && !counts(product)) return "other_product";
    return {
      ...ref,
      displayName,
      // A local task may come without its birth: then it is counted from when it was first seen, which errs to the safe side.
      createdAt: summary.PRTS_TASK_CREATION_DATE ?? clock.now(),
      ...(response === undefined ? {} : { response }),
    };
  }

  /** An empty product says nothing, so such a task counts [L2]. */
  function counts(product: string): boolean {
    if (settings.taskProducts.length === 0 || product === "") return true;
    return settings.taskProducts.some((counted) => counted.toLowerCase() === product.toLowerCase());
  }

  async function globalTasks(endpointId: EndpointId, signal: AbortSignal): Promise<readonly EdrTask[]> {
    const tasks = createTasks(client);
    const ids = await tasks.getAllTasksOfHost(endpointId, { signal });
    const asked = await sideBySide(ids, lanesOf(context), async (taskId) => {
      const remembered = known.get(`global/${taskId}`);
      if (remembered !== undefined) return remembered;
      const summary = await tasks.getTask(taskId, { signal }).catch(undefinedWhenGone);
      if (summary === undefined) return "gone";
      const ref = { taskId, endpointId, scope: "global" } as const;
      return remember(`global/${taskId}`, toTask(summary, summary.DisplayName ?? "", ref));
    });
    // A global task may concern several hosts; the ref is of the one that was asked about.
    return asked.flatMap((task) => (typeof task === "string" ? [] : [{ ...task, endpointId }]));
  }

  async function localTasks(endpointId: EndpointId, signal: AbortSignal): Promise<readonly EdrTask[]> {
    const found: EdrTask[] = [];
    for (const raw of await listHostTasks(pagingIn(context, signal), endpointId)) {
      const parsed = iteratedTask.safeParse(raw);
      const taskId = parsed.data?.TASK_UNIQUE_ID;
      if (!parsed.success || taskId === undefined) {
        throw unexpectedReply("HostTasks.GetNextTask", "pTaskData", "does not fit a task with TASK_UNIQUE_ID");
      }
      const key = `local/${endpointId}/${taskId}`;
      const displayName = parsed.data.TASK_INFO_PARAMS?.DisplayName ?? parsed.data.DisplayName ?? "";
      const task =
        known.get(key) ?? remember(key, toTask(parsed.data, displayName, { taskId, endpointId, scope: "local" }));
      if (task !== "other_product") found.push(task);
    }
    return found;
  }

  return async function tasksOf(endpointId: EndpointId, signal: AbortSignal): Promise<readonly EdrTask[]> {
    const asked = scopes.ask();
    const global = asked.includes("global") ? await globalTasks(endpointId, signal) : [];
    const local = asked.includes("local") ? await localTasks(endpointId, signal) : [];
    for (const { scope, response } of [...global, ...local]) if (response !== undefined) scopes.saw(scope);
    // Should a server list one response task in both classes, it still fills one slot; its name carries its own id.
    const names = new Set(
      global.flatMap((task) => (task.response?.incidentId === undefined ? [] : [task.displayName])),
    );
    return [...global, ...local.filter((task) => !names.has(task.displayName))];
  };
}

/** Deleted between the list and the question. */
function undefinedWhenGone(error: unknown): undefined {
  if (error instanceof AppError && error.code === "ksc.not_found") return undefined;
  throw error;
}
