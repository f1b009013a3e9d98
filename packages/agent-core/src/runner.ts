import { ACTION_CLASSES, classOf, isSettled } from "@cordon/core/action";
import type { ActionId, Clock, EndpointId, Logger } from "@cordon/core/kernel";
import { entryKey, isUnsent, type LedgerEntry, waitingOf } from "./entry.ts";
import { createRunQueue } from "./run-queue.ts";
import type { SiteHealth } from "./site-health.ts";
import type { SiteLedger } from "./site-ledger.ts";
import { expiredUnsent } from "./status-words.ts";
import type { Attempt } from "./submit-action.ts";
import type { Unproven } from "./unproven.ts";

/**
 * Brings what is admitted to KSC: the most urgent first [D7], one action at a time per endpoint up to its submission, as many
 * at once as KSC has sessions for us. While KSC as a whole is in trouble everything waits here, and expires here [D6].
 */
export interface Runner {
  add(entry: LedgerEntry): void;
  remove(entry: LedgerEntry): void;
  /** One that is to end, while KSC may have it: KSC is asked, whatever else it waits for [L8]. */
  prove(entry: LedgerEntry): void;
  /** Work that is ready or under way: the watcher then asks less. */
  readonly load: number;
  start(): void;
  /** What held everything back may be over. */
  kick(): void;
  /** Takes nothing new; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

export function createRunner(deps: {
  readonly ledger: SiteLedger;
  readonly health: Pick<SiteHealth, "problem" | "pausedMs">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Attempts under way, of a class and those above it: lower ones do not keep a higher one from beginning [D7]. */
  readonly attemptsMax: () => number;
  /** Requests that KSC takes at once. */
  readonly sessions: number;
  readonly sweepMs: number;
  readonly attempt: (entry: LedgerEntry) => Promise<Attempt>;
  readonly unproven: Pick<Unproven, "has">;
  readonly signal: AbortSignal;
}): Runner {
  const { ledger, health, clock } = deps;
  const queue = createRunQueue();
  const delayed = new Map<ActionId, () => void>();
  const proving = new Set<ActionId>();
  const underWay = new Set<Promise<void>>();
  /** Attempts under way, per rank of their class. */
  const attempts = ACTION_CLASSES.map(() => 0);
  let wake: (() => void) | undefined;
  let sweep: (() => void) | undefined;
  let running = false;

  function add(entry: LedgerEntry): void {
    queue.add(entry.order.endpointId, {
      key: entryKey(entry),
      actionClass: classOf(entry.order.spec.kind),
      heldAt: entry.admittedAt,
    });
    pump();
  }

  function pump(): void {
    if (!running || wake !== undefined) return;
    const pausedMs = health.pausedMs();
    if (pausedMs > 0) {
      wake = clock.after(pausedMs, () => {
        wake = undefined;
        pump();
      });
      return;
    }
    // After a trouble of the whole site one goes first and finds out.
    const attemptsMax = health.problem === undefined ? deps.attemptsMax() : 1;
    // Those that begin together share the commit of their intents: they wait until half of what is made ready has left.
    let rankMax = lowestRank(Math.min(attemptsMax, Math.ceil((deps.sessions + attemptsMax) / 2)));
    for (;;) {
      const taken = queue.take(rankMax);
      if (taken === undefined) return;
      attempts[taken.rank] = (attempts[taken.rank] ?? 0) + 1;
      const work: Promise<void> = run(taken.endpointId, taken.actionId).finally(() => {
        attempts[taken.rank] = (attempts[taken.rank] ?? 0) - 1;
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
      rankMax = lowestRank(attemptsMax);
    }
  }

  /** The lowest class of which another attempt may begin; -1 for none. */
  function lowestRank(attemptsMax: number): number {
    let counted = 0;
    const full = attempts.findIndex((count) => {
      counted += count;
      return counted >= attemptsMax;
    });
    return full === -1 ? attempts.length - 1 : full - 1;
  }

  async function run(endpointId: EndpointId, actionId: ActionId): Promise<void> {
    const entry = ledger.find(actionId);
    // It may have been cancelled or have expired since it was queued.
    if (entry === undefined || !isDue(entry)) return queue.release(endpointId);
    let next: Attempt;
    try {
      next = await deps.attempt(entry);
    } catch (error) {
      // Shutting down, or a broken invariant: the entry stays as it is on disk and is reconciled at the next start.
      if (!deps.signal.aborted) deps.logger.error("action.attempt", { actionId, endpointId, error });
      return queue.release(endpointId);
    }
    if (next.kind === "done") {
      proving.delete(actionId);
      return queue.release(endpointId);
    }
    // The next request must not overtake one that may still be on its way to the same endpoint.
    const reserved = ledger.find(actionId)?.inDoubt === true;
    if (!reserved) queue.release(endpointId);
    const cancel = clock.after(next.afterMs, () => {
      delayed.delete(actionId);
      if (reserved) queue.release(endpointId);
      const due = ledger.find(actionId);
      if (due !== undefined && isDue(due)) add(due);
    });
    delayed.set(actionId, cancel);
  }

  /** [D6] What was not sent by its deadline never is. */
  function expire(): void {
    sweep = clock.after(deps.sweepMs, expire);
    const now = clock.now();
    const late = [...ledger.openEntries()].filter((entry) => entry.order.deadline <= now && isUnsent(entry));
    // Those that ride first: a carrier that leaves then has only those to hand over that may still be sent.
    for (const entry of late.sort((a, b) => Number(b.servedBy !== undefined) - Number(a.servedBy !== undefined))) {
      if (deps.unproven.has(entry)) {
        prove(entry);
        continue;
      }
      remove(entry);
      ledger.move(entryKey(entry), "expired", expiredUnsent);
    }
  }

  function prove(entry: LedgerEntry): void {
    const carrier = entry.servedBy === undefined ? entry : ledger.find(entry.servedBy);
    if (carrier === undefined || proving.has(entryKey(carrier)) || delayed.has(entryKey(carrier))) return;
    proving.add(entryKey(carrier));
    add(carrier);
  }

  const isDue = (entry: LedgerEntry) => mayRun(entry) || (proving.has(entryKey(entry)) && isUnsent(entry));

  function remove(entry: LedgerEntry): void {
    queue.remove(entry.order.endpointId, entryKey(entry));
    delayed.get(entryKey(entry))?.();
    delayed.delete(entryKey(entry));
  }

  return {
    add,
    remove,
    prove,
    get load() {
      return queue.size + underWay.size;
    },
    start() {
      running = true;
      sweep = clock.after(deps.sweepMs, expire);
      pump();
    },
    kick() {
      wake?.();
      wake = undefined;
      pump();
    },
    async stop() {
      running = false;
      wake?.();
      sweep?.();
      for (const cancel of delayed.values()) cancel();
      await Promise.all(underWay);
    },
  };
}

/** Still to be sent, or sent with an answer that was lost. */
export function mayRun(entry: LedgerEntry): boolean {
  if (entry.servedBy !== undefined || isSettled(entry.state)) return false;
  if (entry.state === "submitting" || (entry.inDoubt && entry.state === "delivered")) return true;
  return isUnsent(entry) && waitingOf(entry) === undefined;
}
