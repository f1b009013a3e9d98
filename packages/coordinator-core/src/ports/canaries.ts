import type { ActionArgs, ActionKind, ActionState, StatusDetail } from "@cordon/core/action";
import type { ActionId, EndpointId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { SiteRef } from "./dispatch-queue.ts";

/** What is probed at a site, and how often. */
export interface CanarySetting {
  readonly endpointId: EndpointId;
  readonly spec: ActionArgs;
  readonly everyMs: number;
  readonly lateAfterMs: number;
  readonly slots: number;
}

export interface Canary extends CanarySetting, SiteRef {
  /** Absent: its site's inventory has the endpoint no more. */
  readonly endpointName?: string;
  readonly nextAt: EpochMs;
  readonly changedAt: EpochMs;
  readonly changedBy: string;
  /** Absent: no probe of it has failed or is late. */
  readonly alarm?: { readonly reason: string; readonly since: EpochMs };
  readonly lastPassedAt?: EpochMs;
  /** Since it was set up. */
  readonly passed: number;
  readonly failed: number;
  /** The last one that ended, however. */
  readonly last?: Probe;
  /** For its times. */
  readonly lastPassed?: Probe;
}

/**
 * `planned`: claimed, its action is not ordered yet. `late`: in alarm, and still watched. `skipped`: people or the allowance kept it from
 * being asked for; it says nothing of the site.
 */
export const PROBE_STATES = ["planned", "ordered", "late", "passed", "failed", "skipped"] as const;

export type ProbeState = (typeof PROBE_STATES)[number];

export interface ProbeStage {
  /** The state that the action came to. */
  readonly stage: ActionState | "total";
  /** Since the stage before. */
  readonly ms: number;
}

export interface Probe {
  readonly siteId: SiteId;
  readonly dueAt: EpochMs;
  readonly endpointId: EndpointId;
  readonly kind: ActionKind;
  readonly state: ProbeState;
  readonly actionId?: ActionId;
  readonly orderedAt?: EpochMs;
  readonly lateAt?: EpochMs;
  readonly endedAt?: EpochMs;
  readonly code?: string;
  readonly reason?: string;
  readonly stages?: readonly ProbeStage[];
}

/** A probe that waits to be ordered. */
export interface ClaimedProbe extends SiteRef, CanarySetting {
  readonly dueAt: EpochMs;
  /** Probes of the site that were sent to the endpoint lately: each may hold a slot still. */
  readonly sentLately: number;
}

/** A probe with how far its action is. */
export interface WatchedProbe extends SiteRef {
  readonly dueAt: EpochMs;
  readonly state: "ordered" | "late";
  readonly orderedAt: EpochMs;
  readonly lateAfterMs: number;
  readonly everyMs: number;
  readonly action: {
    readonly actionId: ActionId;
    readonly state: ActionState;
    readonly detail?: StatusDetail;
    /** Every state that it moved to, in order, by the coordinator's clock. */
    readonly steps: readonly { readonly state: ActionState; readonly at: EpochMs }[];
  };
}

export type ProbeEnd =
  | { readonly state: "ordered"; readonly at: EpochMs; readonly actionId: ActionId }
  | { readonly state: "late"; readonly at: EpochMs; readonly reason: string }
  | { readonly state: "passed"; readonly at: EpochMs; readonly stages: readonly ProbeStage[] }
  | { readonly state: "failed"; readonly at: EpochMs; readonly code: string; readonly reason: string }
  | { readonly state: "skipped"; readonly at: EpochMs; readonly code: string; readonly reason: string };

export interface CanaryStore {
  /** `no_site`, `no_endpoint`: the tenant has no such thing. */
  putCanary(
    site: SiteRef,
    setting: CanarySetting,
    change: { readonly nextAt: EpochMs; readonly at: EpochMs; readonly by: string },
  ): Promise<"put" | "no_site" | "no_endpoint">;
  /** Its probes stay on record for a time; one under way is forgotten. False: there was none. */
  removeCanary(site: SiteRef): Promise<boolean>;
  getCanary(site: SiteRef): Promise<Canary | undefined>;
  /** Of one tenant, or of all. */
  listCanaries(tenantId?: TenantId): Promise<readonly Canary[]>;
  /** Newest first. */
  listProbes(site: SiteRef, limit: number): Promise<readonly Probe[]>;
  /** Makes the next one due now. False: there is none. */
  makeDue(site: SiteRef, now: EpochMs): Promise<boolean>;
  /**
   * Claims what is due and answers what waits to be ordered: what was just claimed, and what another process claimed before
   * `claimedBefore` and did not order. A site with a probe under way has to wait for its end. Each probe is made once, however
   * many processes ask.
   */
  claimDue(now: EpochMs, claimedBefore: EpochMs, sentSince: EpochMs, limit: number): Promise<readonly ClaimedProbe[]>;
  listOpen(limit: number): Promise<readonly WatchedProbe[]>;
  /** Moves a probe on, and its site's alarm with it. False: another process was first. */
  moveProbe(site: SiteRef, dueAt: EpochMs, from: ProbeState, end: ProbeEnd): Promise<boolean>;
  /** Removes probes that ended before then, at most so many. */
  removeProbes(before: EpochMs, limit: number): Promise<number>;
}
