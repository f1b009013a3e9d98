import type { Clock, Logger } from "@cordon/core/kernel";
import type { ActionStore } from "../ports/action-store.ts";
import type { DispatchQueue, SiteRef } from "../ports/dispatch-queue.ts";
import type { SiteLink } from "../ports/site-link.ts";

export interface DispatchLimits {
  /** Offers of one site that wait for their receipt. */
  readonly inFlightMax: number;
  /** How often a connected site looks for work without being told. */
  readonly lookMs: number;
}

export const DEFAULT_DISPATCH_LIMITS: DispatchLimits = { inFlightMax: 64, lookMs: 5_000 };

/** Moves the jobs of this process's connected sites to their agents. One per process. */
export interface Dispatcher {
  /** The site's socket is welcome; a second call for the site replaces the first link. */
  attach(site: SiteRef, link: SiteLink): Promise<void>;
  /** The socket is gone: jobs without a receipt go back. Only the attached link can detach itself. */
  detach(site: SiteRef, link: SiteLink): Promise<void>;
  /** The link of a site that is attached here. */
  linkOf(site: SiteRef): SiteLink | undefined;
  stats(): { readonly sites: number; readonly inFlight: number };
  close(): Promise<void>;
}

export declare function createDispatcher(deps: {
  readonly queue: DispatchQueue;
  readonly store: Pick<ActionStore, "loadForDispatch" | "move">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits?: Partial<DispatchLimits>;
}): Dispatcher;
