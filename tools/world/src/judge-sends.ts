import { classOf } from "@cordon/core/action";
import type { ActionId } from "@cordon/core/kernel";
import { capOf } from "@cordon/core/ledger";
import { bornAfterLook, isBlind } from "./judge-rotations.ts";
import type { Scene } from "./scene.ts";
import type { Send } from "./tape.ts";
import type { TaskHistory } from "./task-history.ts";

/** [D4] [D6] [L2] [L3]: what was sent, how often, when and on what knowledge. */
export function judgeSends(scene: Scene, broken: string[]) {
  const counts = { forgotten: 0, mistaken: 0 };
  const { ledger } = scene.storm.plan.settings;
  // A clock that was set back makes knowledge look younger than it is, by so much at most.
  const setBackMs = scene.storm.plan.happenings.reduce(
    (sum, one) => sum + (one.kind === "clockJump" ? Math.max(0, -one.ms) : 0),
    0,
  );
  const incidents = new Map<string, number>();
  for (const send of scene.sendOf.values()) {
    for (const actionId of [send.order.actionId, ...(send.order.serves ?? [])]) {
      incidents.set(actionId, (incidents.get(actionId) ?? 0) + 1);
    }
  }
  const forgot = scene.storm.tape.forgotAtMs.length > 0;
  for (const [actionId, count] of incidents) {
    if (count === 1) continue;
    // A renewal is the agent's own order: no coordinator offers it again, so a new ledger cannot know of it.
    if (forgot && !scene.storm.records.has(actionId as ActionId)) counts.forgotten++;
    else broken.push(`[D4] ${actionId} reached KSC ${count} times`);
  }
  for (const send of scene.storm.tape.all) {
    const { actionId, deadline, spec, endpointId } = send.order;
    if (send.agentNow >= deadline)
      broken.push(`[D6] ${actionId} was sent ${send.agentNow - deadline} ms past its deadline`);
    const actionClass = classOf(spec.kind);
    if (actionClass === "contain" || send.arrivedAtMs === undefined) continue;
    if (isBlind(send, ledger.occupancyMaxAgeMs + setBackMs))
      broken.push(`[L2] ${actionId} ${spec.kind} was sent to an endpoint not looked at`);
    const used = knownTasks(scene, send, (task) => task.host === endpointId);
    const cap = capOf(ledger, ledger.endpoint.limit, actionClass);
    if (used + 1 <= cap) continue;
    // Where names do not tell, another's task may have been taken for ours, and then two count as one.
    if (couldTell(scene, send))
      broken.push(`[L3] ${actionId} ${spec.kind} was sent with ${used} tasks there, and may fill ${cap}`);
    else counts.mistaken++;
  }
  return counts;
}

/** Names carry incident ids here, the ledger had seen that, and it is still the same ledger. */
function couldTell({ storm }: Scene, send: Send): boolean {
  const learned = storm.namesLearnedAtMs ?? Number.POSITIVE_INFINITY;
  const { taskNameId } = storm.plan.knobs;
  return taskNameId === "incident" && send.sentAtMs > learned && send.ledgerLife === storm.tape.forgotAtMs.length;
}

/** Tasks there, and those still to come of what we had sent before, as far as the agent was in a position to know. */
function knownTasks(scene: Scene, send: Send, inScope: (task: TaskHistory) => boolean): number {
  const atMs = send.sentAtMs;
  return scene.history.tasks.filter((task) => {
    if (!inScope(task) || task.goneMs <= atMs || task.incidentId === send.incidentId) return false;
    if (task.incidentId === undefined)
      return !scene.mistaken.has(task) && task.bornMs <= (send.lookedAtMs.get(task.host) ?? Number.NEGATIVE_INFINITY);
    const own = scene.sendOf.get(task.incidentId);
    if (own === undefined || (own.arrivedAtMs ?? Number.POSITIVE_INFINITY) >= atMs) return false;
    return own.ledgerLife === send.ledgerLife || !bornAfterLook(task, send);
  }).length;
}
