import type { EpochMs, TenantId } from "@cordon/core/kernel";
import type { RuleSetDiff } from "../plans/diff-rule-sets.ts";
import type { ReplayReport } from "../replay/report.ts";

/** What a rule set would have done, kept with what it was computed on, so that nobody applies it to another world. */
export interface StoredPlan {
  readonly planId: string;
  /** SHA-256 over the tenants, their worlds, the range and the whole report, 64 hex digits. Absent until it is done. */
  readonly planHash?: string;
  /** `plan` may be applied; `replay` only answers what a set would have done. */
  readonly purpose: "plan" | "replay";
  readonly state: PlanState;
  /** Stored events from `from` on and before `to`, by when they were received. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** By tenant id, each once; at least one. */
  readonly tenants: readonly PlannedTenant[];
  readonly progress: PlanProgress;
  /** `failed`: what went wrong, in one sentence for a person. */
  readonly failure?: string;
  readonly createdAt: EpochMs;
  readonly createdBy: string;
  /** When it was done, had failed or was cancelled. */
  readonly endedAt?: EpochMs;
  /** From then on it cannot be applied any more, whatever else is the same. */
  readonly expiresAt: EpochMs;
}

/** `interrupted`: the coordinator that computed it ended before it was done; it is asked for anew. */
export const PLAN_STATES = ["running", "done", "failed", "cancelled", "interrupted"] as const;

export type PlanState = (typeof PLAN_STATES)[number];

export interface PlannedTenant {
  readonly tenantId: TenantId;
  /** The set that was active. Absent: none was. */
  readonly activeVersion?: number;
  readonly activeHash?: string;
  /** The set that is to become active; immutable like every numbered set. */
  readonly draftVersion: number;
  /** `RuleSet.contentHash` of the draft. */
  readonly draftHash: string;
  readonly world: PlanWorld;
}

/** What else the outcome rests on: a digest each, equal as long as nothing of it has changed. */
export interface PlanWorld {
  /** Which versions the sites run: the active one, and those of rollouts under way. */
  readonly versions: string;
  /** All brakes in force. */
  readonly brakes: string;
  /** What the tenant's lists are; what stands in them comes and goes by itself, and is no part. */
  readonly lists: string;
  /** Endpoints with what rules and brakes can know them by, their labels, and the sites. What changes by the minute is no part. */
  readonly inventory: string;
}

export const PLAN_WORLD_PARTS = [
  "versions",
  "brakes",
  "lists",
  "inventory",
] as const satisfies readonly (keyof PlanWorld)[];

export interface PlanProgress {
  /** Events done, over all tenants. */
  readonly done: number;
  /** Events of the range as counted at the start; more may be done when some come late. */
  readonly total: number;
}

/** Whether a plan may be applied now. */
export type PlanCheck =
  | { readonly kind: "current"; readonly plan: StoredPlan }
  | { readonly kind: "not_found" }
  /** What has changed since, in sentences for a person; at least one. Plan again. */
  | { readonly kind: "stale"; readonly plan: StoredPlan; readonly changes: readonly string[] };

/** Of each tenant, by tenant id: the difference in words and what it would have done. */
export interface PlanReport {
  readonly tenants: readonly {
    readonly tenantId: TenantId;
    readonly rules: RuleSetDiff;
    readonly replay: ReplayReport;
  }[];
}

export type NewPlan = Omit<StoredPlan, "planHash" | "state" | "failure" | "endedAt">;

export type PlanEnd =
  | {
      readonly state: "done";
      readonly at: EpochMs;
      readonly planHash: string;
      readonly report: PlanReport;
      readonly done: number;
    }
  | { readonly state: "failed"; readonly at: EpochMs; readonly failure: string }
  | { readonly state: "cancelled" | "interrupted"; readonly at: EpochMs };

export interface PlanFilter {
  readonly tenantId?: TenantId;
  /** Keyset, newest first: the last row of the page before. */
  readonly after?: { readonly createdAt: EpochMs; readonly planId: string };
  readonly limit: number;
}

export interface PlanStore {
  /** `busy`: one of its tenants has one that runs. Of those that have ended only the newest `keptMax` stay. */
  addPlan(
    plan: NewPlan,
    keptMax: number,
  ): Promise<
    { readonly kind: "added" } | { readonly kind: "busy"; readonly tenantId: TenantId; readonly planId: string }
  >;
  getPlan(planId: string): Promise<StoredPlan | undefined>;
  getReport(planId: string): Promise<PlanReport | undefined>;
  /** The newest one that is done and has this hash. */
  findPlan(planHash: string): Promise<StoredPlan | undefined>;
  listPlans(filter: PlanFilter): Promise<readonly StoredPlan[]>;
  /** Says that it is still computed, and how far. False: it does not run any more. */
  beatPlan(planId: string, done: number, at: EpochMs): Promise<boolean>;
  /** False: it had ended already, and stays as it is. */
  endPlan(planId: string, end: PlanEnd): Promise<boolean>;
  /** Those of which nobody has said anything since `before` are `interrupted` from now on; answers how many. */
  interruptPlans(before: EpochMs, at: EpochMs): Promise<number>;
}
