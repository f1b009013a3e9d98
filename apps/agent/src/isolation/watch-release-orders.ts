import type { ReleaseAnswer } from "@cordon/agent-core";
import type { ActionId, Clock, Logger } from "@cordon/core/kernel";
import {
  listOrders,
  type OrderAnswer,
  putAnswer,
  type ReleaseOrder,
  readOrder,
  removeAnswers,
  removeOrder,
} from "./release-order.ts";

export const ORDERS_POLL_MS = 1_000;
/** Looked at in one turn; the next ones follow a second later. */
const ORDERS_PER_LOOK_MAX = 20;
/** Orders that could not be taken away again, on a disk that takes nothing, and must not be obeyed twice. */
const OBEYED_MAX = 1_000;

/**
 * Obeys releases that someone at the site asked for, with or without a coordinator. An order is taken away after its answer is there: a
 * crash in between obeys it again, which changes nothing (`SiteAgent.release`).
 */
export function watchReleaseOrders(deps: {
  readonly stateDir: string;
  readonly release: (actionId: ActionId, reason: string, by: string) => Promise<ReleaseAnswer>;
  readonly clock: Clock;
  readonly logger: Logger;
}): { stop(): void } {
  const { stateDir, clock, logger } = deps;
  const obeyed = new Set<string>();
  let cancel: (() => void) | undefined;
  let complained = false;

  function poll(): void {
    cancel = clock.after(ORDERS_POLL_MS, poll);
    try {
      for (const id of listOrders(stateDir, ORDERS_PER_LOOK_MAX)) if (!obeyed.has(id)) take(id);
      complained = false;
    } catch (error) {
      if (!complained) logger.warn("release_order.look", { error });
      complained = true;
    }
  }

  function take(id: string): void {
    if (obeyed.size >= OBEYED_MAX) return;
    obeyed.add(id);
    let order: ReleaseOrder;
    try {
      order = readOrder(stateDir, id);
    } catch (error) {
      logger.warn("release_order.refused", { order: id, reason: (error as Error).message });
      tidy(id);
      return;
    }
    obey(order).catch((error) => logger.error("release_order.obey", { order: id, error }));
  }

  async function obey({ id, actionIds, reason, by }: ReleaseOrder): Promise<void> {
    logger.info("release_order.taken", { order: id, actionIds, reason, by });
    const answers: OrderAnswer["answers"][number][] = [];
    for (const actionId of actionIds) answers.push({ actionId, ...(await deps.release(actionId, reason, by)) });
    putAnswer(stateDir, { id, answers });
    tidy(id);
  }

  /** What cannot be taken away stays remembered, so that it is not obeyed every second. */
  function tidy(id: string): void {
    removeOrder(stateDir, id);
    obeyed.delete(id);
  }

  try {
    removeAnswers(stateDir);
  } catch (error) {
    logger.warn("release_order.look", { error });
  }
  poll();
  return { stop: () => cancel?.() };
}
