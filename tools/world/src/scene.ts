import type { CordonStorm } from "./play-cordon.ts";
import type { Send } from "./tape.ts";
import { type EstateHistory, historyOf, type TaskHistory } from "./task-history.ts";

/** A storm that is over, with what belongs together found: requests of ours, their incidents and the tasks made of them. */
export interface Scene {
  readonly storm: CordonStorm;
  readonly history: EstateHistory;
  /** By incident. */
  readonly sendOf: ReadonlyMap<number, Send>;
  readonly taskOf: ReadonlyMap<number, TaskHistory>;
  /** Others' tasks that the ledger took for ours by their kind and time, where names did not tell. */
  readonly mistaken: ReadonlySet<TaskHistory>;
}

export function sceneOf(storm: CordonStorm): Scene {
  const sendOf = new Map<number, Send>();
  for (const send of storm.tape.all) if (send.incidentId !== undefined) sendOf.set(send.incidentId, send);
  const history = historyOf(storm.world, storm.kscStartsAt, new Set(sendOf.keys()));
  const taskOf = new Map<number, TaskHistory>();
  for (const task of history.tasks) if (task.incidentId !== undefined) taskOf.set(task.incidentId, task);
  const mistaken = new Set<TaskHistory>();
  for (const { task } of storm.entries.values()) {
    const taken = task === undefined ? undefined : taskById(history, task.taskId);
    if (taken !== undefined && taken.incidentId === undefined) mistaken.add(taken);
  }
  return { storm, history, sendOf, taskOf, mistaken };
}

export function nameOf({ sendOf }: Scene, task: TaskHistory): string {
  const send = task.incidentId === undefined ? undefined : sendOf.get(task.incidentId);
  return `${send?.order.actionId ?? "another's"} ${task.truth.kind} (task ${task.truth.id} on ${task.host})`;
}

export function taskById({ tasks }: EstateHistory, taskId: string): TaskHistory | undefined {
  return tasks.find(({ truth }) => truth.id === taskId || truth.guid === taskId);
}
