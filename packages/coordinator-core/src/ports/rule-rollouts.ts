import type { ActionKind, ActionState } from "@cordon/core/action";
import type { ActionId, EndpointId, EpochMs, SiteId, TenantId } from "@cordon/core/kernel";
import type { RolloutEvidence, RolloutMove, RolloutPolicy, RolloutSite, RuleRollout } from "@cordon/core/rollout";
import type { UnmetLists } from "./rule-sets.ts";

/** A tenant's part in a rollout. */
export interface RolloutTenant {
  readonly tenantId: TenantId;
  readonly version: number;
  /** What its sites ran before; absent: nothing. */
  readonly fromVersion?: number;
  /** Its sites may run two sets. */
  readonly open: boolean;
}

export interface RuleRolloutRecord {
  readonly rolloutId: string;
  readonly planHash: string;
  readonly policy: RolloutPolicy;
  readonly rollout: RuleRollout;
  /** Why it is as it is: the reason of its last move. */
  readonly reason: string;
  /** Rises with every move. */
  readonly revision: number;
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  readonly changedBy: string;
  readonly tenants: readonly RolloutTenant[];
  readonly sitesPerWave: readonly number[];
}

export interface NewRuleRollout {
  readonly rolloutId: string;
  readonly planHash: string;
  readonly policy: RolloutPolicy;
  /** Its first move. */
  readonly move: RolloutMove;
  readonly tenants: readonly Omit<RolloutTenant, "open">[];
  readonly sites: readonly (Pick<RolloutSite, "tenantId" | "siteId"> & { readonly wave: number })[];
  readonly by: string;
}

export type RolloutStart =
  | { readonly kind: "started" }
  /** Another rollout has this tenant, and has not ended for it. */
  | { readonly kind: "busy"; readonly tenantId: TenantId; readonly rolloutId: string }
  /** The tenant's lists are not as the rules need them. */
  | ({ readonly kind: "unmet"; readonly tenantId: TenantId } & UnmetLists)
  /** Another set than `fromVersion` is active by now. */
  | { readonly kind: "moved"; readonly tenantId: TenantId; readonly version?: number };

export interface RolloutStep {
  readonly at: EpochMs;
  readonly by: string;
  /** A move, or `withdrawn`, `compensated`. */
  readonly kind: string;
  readonly state: RuleRollout["state"];
  /** From 0. */
  readonly wave: number;
  readonly reason: string;
}

export interface RolloutSiteRow {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly wave: number;
  readonly since?: EpochMs;
  readonly until?: EpochMs;
}

/** What the set of a rollout ordered and what is still there. */
export interface RolloutEffect {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly endpointName: string;
  readonly actionId: ActionId;
  readonly kind: ActionKind;
  readonly state: ActionState;
  readonly createdAt: EpochMs;
  /** Until when an isolation holds by itself, as far as it is known. */
  readonly until?: EpochMs;
  /** When its end was last asked for. */
  readonly askedAt?: EpochMs;
  readonly ruleId: string;
  /** Another set wants it as well: one action serves both. */
  readonly alsoWanted: boolean;
}

/** What a site runs, and since when. */
export interface RunningVersion {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  /** Absent: nothing. */
  readonly version?: number;
  readonly contentHash?: string;
  readonly since?: EpochMs;
  /** The tenant's other sites run this as long as no rollout reaches them. */
  readonly baseline?: number;
  /** The rollout that has the site's tenant, with the wave of the site and what it is to run in the end. */
  readonly rolloutId?: string;
  readonly wave?: number;
  readonly wanted?: number;
  readonly connected: boolean;
  /** Actions that wait for the site; those of another version than its own are from before the change. */
  readonly queued: number;
}

/** A rollout is the provider's and spans tenants. Every change is one transaction with its step in the record. */
export interface RuleRolloutStore {
  /** All or nothing, also against another start and against an activation. */
  start(rollout: NewRuleRollout): Promise<RolloutStart>;
  get(rolloutId: string): Promise<RuleRolloutRecord | undefined>;
  /** A rollout that has one of these tenants and has not ended for it. */
  findOpen(tenantIds: readonly TenantId[]): Promise<Extract<RolloutStart, { readonly kind: "busy" }> | undefined>;
  /** Newest first. */
  list(filter: {
    readonly after?: { readonly createdAt: EpochMs; readonly rolloutId: string };
    readonly limit: number;
  }): Promise<readonly RuleRolloutRecord[]>;
  /** Oldest first: what it did, who and why. */
  steps(rolloutId: string): Promise<readonly RolloutStep[]>;
  sites(rolloutId: string): Promise<readonly RolloutSiteRow[]>;
  /** Those that run, or whose rollback has something left to do. */
  listAtWork(): Promise<readonly string[]>;
  /**
   * Makes the move, and with it what its sites run. `stale`: somebody moved it since it was read; `busy`: to go back, a newer rollout
   * of one of its tenants is in the way. Nothing was written then.
   */
  move(before: RuleRolloutRecord, move: RolloutMove, by: string): Promise<"moved" | "stale" | "busy">;
  /** A step that changes nothing of the rollout itself. */
  note(rolloutId: string, step: Pick<RolloutStep, "at" | "by" | "kind" | "reason">): Promise<void>;
  measure(rolloutId: string, since: EpochMs, releasedWithinMs: number): Promise<RolloutEvidence>;
  /** Actions that the rollout's set alone ordered and that no agent has, oldest first. */
  listUnsent(rolloutId: string, limit: number): Promise<readonly RolloutEffect[]>;
  /** False: it was done before. */
  markWithdrawn(rolloutId: string, at: EpochMs): Promise<boolean>;
  /** Isolations and preventions of the rollout's set that are in effect or on the way to it, oldest first. */
  listEffects(rolloutId: string, now: EpochMs, limit: number): Promise<readonly RolloutEffect[]>;
  /** By tenant and site, of all or of one tenant. */
  listRunning(filter: {
    readonly tenantId?: TenantId;
    readonly after?: { readonly tenantId: string; readonly siteId: string };
    readonly limit: number;
  }): Promise<readonly RunningVersion[]>;
}
