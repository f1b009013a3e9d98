import type { ActionClass } from "@cordon/core/action";
import type { ActionId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";

export interface SiteRef {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
}

/** A job says only which action is to be offered: what it is, the record knows. So a queue dump holds ids only. */
export interface DispatchJob extends SiteRef {
  readonly actionId: ActionId;
  readonly actionClass: ActionClass;
  readonly createdAt: EpochMs;
}

/** A job that this process holds until it settles it. */
export interface TakenJob extends SiteRef {
  readonly actionId: ActionId;
  /** How often it was taken before, from 0. */
  readonly attempt: number;
}

export type JobSettlement =
  | { readonly kind: "done" }
  /** Offered again after the delay; never counted towards a limit that would drop it. */
  | { readonly kind: "again"; readonly delayMs: number };

export interface QueueStats {
  readonly waiting: number;
  readonly delayed: number;
  readonly active: number;
}

/**
 * The motion of actions towards their sites: one queue per site. It may be lost at any time; the record refills it [D2].
 * Throws `queue.unavailable` when the server behind it cannot be reached.
 */
export interface DispatchQueue {
  /** Adding an action that is already queued, delayed or held changes nothing [D4]. */
  add(jobs: readonly DispatchJob[]): Promise<void>;
  /** At most `max` jobs, never blocking: the higher class first [D7]; within `contain` the newest first [D8], otherwise the oldest. */
  take(site: SiteRef, max: number): Promise<readonly TakenJob[]>;
  settle(job: TakenJob, settlement: JobSettlement): Promise<void>;
  /** Gives back every job of the site that this process holds and has not settled: its socket is gone. */
  giveBack(site: SiteRef): Promise<void>;
  /** Takes actions out that were cancelled or expired; unknown ids are ignored. */
  remove(site: SiteRef, actionIds: readonly ActionId[]): Promise<void>;
  stats(site: SiteRef): Promise<QueueStats>;
  /** Only sites that this process watches are announced to `onWork`; watching costs no connection. */
  watch(site: SiteRef): Promise<void>;
  unwatch(site: SiteRef): Promise<void>;
  /** Called soon after a watched site got work. May be missed (server restart) or spurious: callers also look on their own, slowly. */
  onWork(listener: (site: SiteRef) => void): () => void;
  close(): Promise<void>;
}
