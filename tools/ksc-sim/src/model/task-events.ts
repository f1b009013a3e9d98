import { responseEventDescription } from "./response-request.ts";
import type { HostRun, Task } from "./tasks.ts";
import { isResponse, KES_INTERNAL_VERSION } from "./tasks.ts";
import type { World } from "./world.ts";
import { after } from "./world.ts";

/** Values of `task_new_state`: 1 running, 3 failed, 4 completed. */
export type EventTaskState = 1 | 3 | 4;

/** K18, K19: a device tells of a task's new state; the event may be late or lost on its way. */
export function emitTaskState(world: World, run: HostRun, newState: EventTaskState): void {
  const { knobs, random } = world;
  if (knobs.dropEvents > 0 && random.chance(knobs.dropEvents)) return;
  const { task, host } = run;
  const riseMs = world.agenda.now();
  const description = isResponse(task) ? responseDescription(world, task) : run.description;
  const store = (): void => {
    if (knobs.conTaskEvents && world.consoleEvents.heard) {
      world.consoleEvents.publish({
        type: "KLPRCI_TaskState",
        params: { hostname: host.id, task_new_state: newState },
        bornMs: world.agenda.now(),
      });
    }
    run.lastEventId = world.events.add({
      type: "KLPRCI_TaskState",
      typeDisplayName: "Task state changed",
      severity: newState === 3 ? 3 : 1,
      description,
      riseMs,
      registeredMs: world.agenda.now(),
      hostId: host.id,
      hostName: host.name,
      virtualServer: host.virtualServer,
      groupId: host.groupId,
      groupName: world.groups.get(host.groupId)?.name ?? "",
      product: "KES",
      productVersion: KES_INTERNAL_VERSION,
      productDisplayVersion: host.kesVersion ?? "",
      taskName: task.name,
      taskId: task.id,
      taskNewState: newState,
      percent: run.percent,
      param1: run.description,
    });
  };
  if (knobs.eventDelay === 0) store();
  else after(world, knobs.eventDelay, store);
}

function responseDescription(world: World, task: Task): string {
  task.eventDescription ??= responseEventDescription({
    area: task.area === "" ? "kuma" : task.area,
    kind: task.kind,
    atMs: task.createdMs,
    utcOffsetMinutes: world.knobs.consoleUtcOffsetMinutes,
  });
  return task.eventDescription;
}
