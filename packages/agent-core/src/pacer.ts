import type { ActionId, Clock, EpochMs } from "@cordon/core/kernel";
import { entryKey, isUnsent, type LedgerEntry } from "./entry.ts";

/** [L6] Those that wait for their turn, and one timer for the first of them: nobody asks before it is time. */
export interface Pacer {
  /** Its turn, or another turn than before. */
  add(entry: LedgerEntry): void;
  start(): void;
  stop(): void;
}

/** A wall clock that was set is noticed after this long. */
const CHECK_MS_MAX = 60_000;

export function createPacer(deps: {
  readonly clock: Clock;
  readonly find: (actionId: ActionId) => LedgerEntry | undefined;
  readonly onTurn: (entry: LedgerEntry) => void;
}): Pacer {
  const { clock } = deps;
  const turns = new Map<ActionId, EpochMs>();
  let timer: { readonly at: number; readonly cancel: () => void } | undefined;
  let running = false;

  function plan(): void {
    if (!running || turns.size === 0) return;
    const at = Math.min(...turns.values());
    if (timer !== undefined && timer.at <= at) return;
    timer?.cancel();
    const cancel = clock.after(Math.min(Math.max(0, at - clock.now()), CHECK_MS_MAX), () => {
      timer = undefined;
      takeUp();
      plan();
    });
    timer = { at, cancel };
  }

  function takeUp(): void {
    const now = clock.now();
    for (const [actionId, at] of turns) {
      if (at > now) continue;
      turns.delete(actionId);
      const entry = deps.find(actionId);
      if (entry?.pacedUntil !== undefined && isUnsent(entry)) deps.onTurn(entry);
    }
  }

  return {
    add(entry) {
      if (entry.pacedUntil === undefined) return;
      turns.set(entryKey(entry), entry.pacedUntil);
      plan();
    },
    start() {
      running = true;
      plan();
    },
    stop() {
      running = false;
      timer?.cancel();
    },
  };
}
