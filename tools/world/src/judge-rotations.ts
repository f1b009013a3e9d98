import { classRank } from "@cordon/core/action";
import { nameOf, type Scene } from "./scene.ts";
import type { Send } from "./tape.ts";
import { holdsAt, type Rotation, type TaskHistory } from "./task-history.ts";

/** [L1] No task of ours rotates out what must not be lost. */
export function judgeRotations(scene: Scene, broken: string[]) {
  const counts = { ownRotations: 0, lostToOthers: 0, lostBeyondMargin: 0, lostAfterForgetting: 0 };
  for (const rotation of scene.history.rotations) {
    const { victim, maker, atMs } = rotation;
    if (victim.incidentId === undefined) continue;
    const unfinished = !victim.finished;
    const contains = victim.actionClass === "contain";
    const lost = (contains && unfinished) || holdsAt(victim, atMs);
    if (maker.incidentId === undefined) {
      if (lost) counts.lostToOthers++;
      continue;
    }
    counts.ownRotations++;
    const higher =
      unfinished &&
      victim.actionClass !== undefined &&
      maker.actionClass !== undefined &&
      classRank(victim.actionClass) <= classRank(maker.actionClass);
    if (!lost && !higher) continue;
    const why = excuse(scene, rotation);
    if (why === "margin") counts.lostBeyondMargin++;
    else if (why === "forgotten") counts.lostAfterForgetting++;
    else
      broken.push(
        `[L1] at ${Math.round(atMs)} ms our ${nameOf(scene, maker)} rotated out our ${nameOf(scene, victim)}, ${unfinished ? "unfinished" : "which still held"}`,
      );
  }
  return counts;
}

/**
 * The premises of [L1] in the world's own numbers: at the last time we sent anything into this scope, no more tasks of others
 * had come unseen than the margin is for, and the ledger remembered all that we had sent before.
 */
function excuse(scene: Scene, { atMs, maker, victim }: Rotation): "margin" | "forgotten" | undefined {
  const { knobs, settings } = scene.storm.plan;
  const inScope = (task: TaskHistory): boolean => {
    if (knobs.scope === "host") return task.host === maker.host;
    return knobs.scope === "server" || task.truth.kind === "ioCScan";
  };
  const alive = scene.history.tasks.filter((task) => inScope(task) && task.bornMs <= atMs && task.goneMs >= atMs);
  const sent = [...scene.sendOf.values()].filter((send) => {
    const task = scene.taskOf.get(send.incidentId as number);
    return task !== undefined && inScope(task) && (send.arrivedAtMs ?? 0) <= atMs && task.goneMs >= atMs;
  });
  const last = sent.reduce<Send | undefined>(
    (a, b) => ((a?.arrivedAtMs ?? -1) > (b.arrivedAtMs ?? -1) ? a : b),
    undefined,
  );
  if (last === undefined) return undefined;
  const forgotten = sent.some(
    (send) => send.ledgerLife < last.ledgerLife && bornAfterLook(scene.taskOf.get(send.incidentId as number), last),
  );
  if (forgotten) return "forgotten";
  // Sent without a look, it may go only where we know of nothing that could be lost.
  if (last.incidentId === maker.incidentId && isBlind(last, settings.ledger.occupancyMaxAgeMs)) {
    const victimSend = scene.sendOf.get(victim.incidentId as number);
    if (victimSend !== undefined && victimSend.ledgerLife === last.ledgerLife) return undefined;
  }
  const unseenBy = (send: Send) =>
    alive.filter(
      (task) =>
        task.incidentId === undefined && task !== maker && (bornAfterLook(task, send) || scene.mistaken.has(task)),
    ).length;
  const assumed = knobs.scope === "server" ? (settings.ledger.server?.foreignAssumed ?? 0) : 0;
  const most = settings.ledger.foreignMargin + assumed;
  return unseenBy(last) > most ? "margin" : undefined;
}

export function bornAfterLook(task: TaskHistory | undefined, send: Send): boolean {
  return task !== undefined && task.bornMs > (send.lookedAtMs.get(task.host) ?? Number.NEGATIVE_INFINITY);
}

export function isBlind(send: Send, maxAgeMs: number): boolean {
  const lookedAtMs = send.lookedAtMs.get(send.order.endpointId);
  return lookedAtMs === undefined || send.sentAtMs - lookedAtMs > maxAgeMs + 1_000;
}

/** [L7] What we delete has finished, and is neither an isolation nor a prevention. */
export function judgeDeletions(scene: Scene, broken: string[]): void {
  for (const task of scene.history.tasks) {
    if (task.goneWhy !== "api") continue;
    const spared =
      task.finished && (task.actionClass === "scan" || task.actionClass === "collect") && task.incidentId !== undefined;
    if (!spared) broken.push(`[L7] we deleted ${nameOf(scene, task)}${task.finished ? "" : ", unfinished"}`);
  }
}
