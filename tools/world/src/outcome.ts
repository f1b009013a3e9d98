import type { World } from "@cordon/ksc-sim/model";
import type { CordonStorm } from "./play-cordon.ts";
import { historyOf, holdsAt } from "./task-history.ts";

/** What became of the orders of one side, told by the world's own truth alone. */
export interface StormOutcome {
  readonly orders: number;
  /** Orders whose task ended well on the device. */
  readonly done: number;
  /** Containments that were rotated out before they had run, by a task of the same side and by tasks of others. */
  readonly rotatedByUs: number;
  readonly rotatedByOthers: number;
  /** Isolations and preventions whose task was rotated out while they should have held, likewise. */
  readonly undoneByUs: number;
  readonly undoneByOthers: number;
}

/** `ordersOf`: which orders each incident of this side serves. */
export function tallyOutcome(
  world: World,
  kscStartsAt: number,
  ordersOf: ReadonlyMap<number, readonly string[]>,
  orders: number,
): StormOutcome {
  const { tasks, rotations } = historyOf(world, kscStartsAt, new Set(ordersOf.keys()));
  const done = new Set<string>();
  for (const task of tasks) {
    if (task.incidentId === undefined || !task.done) continue;
    for (const order of ordersOf.get(task.incidentId) ?? []) done.add(order);
  }
  const counts = { rotatedByUs: 0, rotatedByOthers: 0, undoneByUs: 0, undoneByOthers: 0 };
  for (const { victim, maker, atMs } of rotations) {
    if (victim.incidentId === undefined) continue;
    const byUs = maker.incidentId !== undefined;
    if (victim.actionClass === "contain" && !victim.finished) counts[byUs ? "rotatedByUs" : "rotatedByOthers"]++;
    if (holdsAt(victim, atMs)) counts[byUs ? "undoneByUs" : "undoneByOthers"]++;
  }
  return { orders, done: done.size, ...counts };
}

/** The same of a storm that Cordon's agent has lived through; an isolation's renewals are no orders of their own. */
export function outcomeOf(storm: CordonStorm): StormOutcome {
  const ordersOf = new Map<number, readonly string[]>();
  for (const { incidentId, order } of storm.tape.all) {
    if (incidentId === undefined) continue;
    const served = [order.actionId, ...(order.serves ?? [])].filter((actionId) => storm.records.has(actionId));
    ordersOf.set(incidentId, served);
  }
  return tallyOutcome(storm.world, storm.kscStartsAt, ordersOf, storm.records.size);
}
