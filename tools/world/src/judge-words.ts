import type { LedgerEntry } from "@cordon/agent-core";
import { type ActionState, isSettled } from "@cordon/core/action";
import type { EpochMs } from "@cordon/core/kernel";
import type { Scene } from "./scene.ts";
import type { ActionRecord } from "./storm-coordinator.ts";
import type { TaskHistory } from "./task-history.ts";

/** [T1] [D1]: what was accepted ends, its end is true, and the coordinator was told. */
export function judgeWords(scene: Scene, broken: string[]) {
  const counts = { misnamed: 0, mistaken: 0 };
  const tasksOf = new Map<string, TaskHistory[]>();
  const incidentsOf = new Set<string>();
  for (const [incidentId, send] of scene.sendOf) {
    const task = scene.taskOf.get(incidentId);
    for (const actionId of [send.order.actionId, ...(send.order.serves ?? [])]) {
      incidentsOf.add(actionId);
      if (task !== undefined) tasksOf.set(actionId, [...(tasksOf.get(actionId) ?? []), task]);
    }
  }
  const namesTell = scene.storm.plan.knobs.taskNameId === "incident";
  for (const record of scene.storm.records.values()) {
    const { actionId } = record.order;
    const entry = scene.storm.entries.get(actionId);
    const tasks = tasksOf.get(actionId) ?? [];
    const carrier = entry?.servedBy === undefined ? entry : scene.storm.entries.get(entry.servedBy);
    const taskId = carrier?.task?.taskId;
    const known = scene.history.tasks.find(({ truth }) => truth.id === taskId || truth.guid === taskId);
    const say = (what: string) => broken.push(`${actionId} ${record.order.spec.kind} is ${record.state}: ${what}`);
    judgeEnd(record, entry, known === undefined ? tasks : [known], scene.storm.agentNow, say);
    if (NEVER_SENT.has(record.state) && incidentsOf.has(actionId)) say("[T1] it reached KSC");
    const [task] = tasks;
    if (record.state === "succeeded" && !tasks.some(({ done }) => done)) {
      const believed = known !== undefined && !tasks.includes(known) && known.done;
      const couldTell = namesTell && (known?.bornMs ?? 0) > (scene.storm.namesLearnedAtMs ?? Number.POSITIVE_INFINITY);
      if (believed && !couldTell) counts.mistaken++;
      else say(`[T1] its task was never done (${task?.goneWhy ?? "no task"})`);
    }
    if (record.state === "rotated" && namesTell && (task === undefined || task.goneWhy === undefined)) {
      say("[T1] its task was not rotated out");
    }
    const wrongWord = task?.goneWhy === "operator" ? "rotated" : task?.goneWhy === "rotated" ? "deleted_by_operator" : "";
    if (record.state === wrongWord) counts.misnamed++;
  }
  return counts;
}

/** Nothing of these ever came to KSC. */
const NEVER_SENT: ReadonlySet<ActionState> = new Set<ActionState>(["expired", "cancelled", "refused"]);

/** Not sent yet, or perhaps sent: its deadline will end it. */
const ON_THE_WAY: ReadonlySet<ActionState> = new Set<ActionState>(["delivered", "deferred", "submitting"]);

/** Deadlines are looked at so often, at least. */
const SWEEP_MS_MAX = 60_000;

function judgeEnd(
  record: ActionRecord,
  entry: LedgerEntry | undefined,
  tasks: readonly TaskHistory[],
  agentNow: EpochMs,
  say: (what: string) => void,
): void {
  const { verdict, state } = record;
  if (verdict === undefined || verdict.kind === "refused") {
    if (record.timeline.length > 0 && verdict?.kind === "refused") say("[D1] it was refused, and told of all the same");
    return;
  }
  if (entry === undefined) {
    if (!isSettled(state)) say("[D1] accepted, and the ledger does not know it");
    return;
  }
  if (entry.state !== state && !isSettled(state))
    say(`[D5] the ledger says ${entry.state}, and the coordinator was not told`);
  if (isSettled(entry.state)) return;
  const mayStillGo = ON_THE_WAY.has(entry.state) && entry.order.deadline > agentNow - SWEEP_MS_MAX;
  if (mayStillGo && entry.state === "deferred" && entry.message === undefined) say("[L4] it waits without a reason");
  const waits = mayStillGo || tasks.some((task) => task.goneWhy === undefined && !task.told);
  if (!waits) say(`[D1] it is ${entry.state} for ever, and nothing of it is waited for`);
}
