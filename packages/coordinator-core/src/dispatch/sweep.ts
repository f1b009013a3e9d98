import type { Clock, Logger } from "@cordon/core/kernel";
import type { SweepStore } from "../ports/action-store.ts";
import type { DispatchQueue } from "../ports/dispatch-queue.ts";
import type { SessionStore } from "../ports/sessions.ts";

export interface SweepReport {
  /** False: another process is sweeping. */
  readonly ran: boolean;
  readonly requeued: number;
  readonly expired: number;
  readonly silentSites: number;
}

export interface Sweep {
  runOnce(): Promise<SweepReport>;
  /** Runs at once and then on the interval, until stopped; failures are logged and tried again at the next turn. */
  start(): void;
  stop(): Promise<void>;
}

export declare function createSweep(deps: {
  readonly store: SweepStore;
  readonly sessions: Pick<SessionStore, "markSilent">;
  readonly queue: Pick<DispatchQueue, "add" | "remove" | "stats">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default 15 s. */
  readonly intervalMs?: number;
  /** A session unheard of for so long is silent; default 90 s. */
  readonly silentMs?: number;
}): Sweep;
