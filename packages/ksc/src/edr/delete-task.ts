import type { TaskRef } from "@cordon/agent-core";
import { AppError } from "@cordon/core/kernel";
import { createHostGroup } from "../api/host-group.ts";
import { createHostTasks } from "../api/host-tasks.ts";
import { createTasks } from "../api/tasks.ts";
import type { EdrContext } from "./context.ts";

/** See port `Edr.deleteTask`. */
export async function deleteTaskOf(
  context: EdrContext,
  ref: TaskRef,
  signal: AbortSignal,
): Promise<"deleted" | "gone"> {
  try {
    if (ref.scope === "global") {
      await createTasks(context.client).deleteTask(ref.taskId, { signal });
    } else {
      const session = context.client.session();
      const hostObject = await createHostGroup(session).getHostTasks(ref.endpointId, { signal });
      await createHostTasks(session).deleteTask(hostObject, ref.taskId, { signal });
    }
    return "deleted";
  } catch (error) {
    if (error instanceof AppError && error.code === "ksc.not_found") return "gone";
    throw error;
  }
}
