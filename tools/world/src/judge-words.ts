import type { LedgerEntry } from "@cordon/agent-core";
import { type ActionState, isSettled } from "@cordon/core/action";
import type { CordonStorm } from "./play-cordon.ts";
import { type Scene, taskById } from "./scene.ts";
import type { ActionRecord } from "./storm-coordinator.ts";
import type { TaskHistory } from "./task-history.ts";

/** [T1] [D1]: what was accepted ends, its end is true, and the coordinator was told. */
export function judgeWords(scene: Scene, broken: string[]) {
  const counts = { misnamed: 0, mistaken: 0, lingering: 0, forgotten: 0 };
  const forgot = scene.storm.tape.forgotAtMs.length > 0;
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
    // What an earlier ledger took for it is in what it told.
    const taskId = carrier?.task?.taskId ?? record.timeline.at(-1)?.detail.evidence.taskId;
    const known = taskId === undefined ? undefined : taskById(scene.history, taskId);
    const say = (what: string) => broken.push(`${actionId} ${record.order.spec.kind} is ${record.state}: ${what}`);
    const end = judgeEnd(record, entry, known === undefined ? tasks : [known], scene.storm);
    if (end === "lingers") counts.lingering++;
    else if (end !== undefined && forgot) counts.forgotten++;
    else if (end !== undefined) say(end);
    if (NEVER_SENT.has(record.state) && incidentsOf.has(actionId)) say("[T1] it reached KSC");
    const [task] = tasks;
    // What was taken for its task is another's, or was made for another action of ours.
    const isMistaken = known !== undefined && !tasks.includes(known);
    const couldTell = namesTell && (known?.bornMs ?? 0) > (scene.storm.namesLearnedAtMs ?? Number.POSITIVE_INFINITY);
    const isExcused = isMistaken && !couldTell;
    if (record.state === "succeeded" && !tasks.some(({ done }) => done)) {
      if (isExcused && known.done) counts.mistaken++;
      else if (forgot) counts.forgotten++;
      else say(`[T1] its task was never done (${task?.goneWhy ?? "no task"})`);
    }
    if (record.state === "rotated" && namesTell && (task === undefined || task.goneWhy === undefined)) {
      if (isExcused) counts.mistaken++;
      else say("[T1] its task was not rotated out");
    }
    const wrongWord =
      task?.goneWhy === "operator" ? "rotated" : task?.goneWhy === "rotated" ? "deleted_by_operator" : "";
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

/** What is wrong with how it ended; `lingers`: it has not ended, and nothing is left that it could wait for. */
function judgeEnd(
  record: ActionRecord,
  entry: LedgerEntry | undefined,
  tasks: readonly TaskHistory[],
  { agentNow, endedAtMs, plan }: CordonStorm,
): string | undefined {
  const { verdict, state } = record;
  if (verdict === undefined || verdict.kind === "refused") return undefined;
  if (entry === undefined) return isSettled(state) ? undefined : "[D1] accepted, and the ledger does not know it";
  if (entry.state !== state && !isSettled(state)) return "lingers";
  if (isSettled(entry.state)) return undefined;
  if (ON_THE_WAY.has(entry.state) && entry.order.deadline > agentNow - SWEEP_MS_MAX) {
    return entry.state === "deferred" && entry.message === undefined ? "[L4] it waits without a reason" : undefined;
  }
  if (ON_THE_WAY.has(entry.state)) return `[D6] it is still ${entry.state} past its deadline`;
  // A clock that was set back lengthens what is counted by it.
  const { taskDeadlineMs } = plan.settings.watch;
  const waitsForTask = entry.state === "submitted" && entry.changedAt > agentNow - taskDeadlineMs - SWEEP_MS_MAX;
  // What happened a moment ago the watcher has not come round to.
  const { pollMaxMs } = plan.settings.watch;
  const isOpen = ({ goneWhy, goneMs, told }: TaskHistory) =>
    goneWhy === undefined ? !told : goneMs > endedAtMs - pollMaxMs - SWEEP_MS_MAX;
  return waitsForTask || tasks.some(isOpen) ? undefined : "lingers";
}
