import type { EpochMs, SiteId, TenantId } from "../kernel/index.ts";
import type { Gates } from "./gates.ts";

/** Sites that get a new rule set together. */
export interface Wave {
  /** `tenant/site`: these for certain. */
  readonly sites?: readonly string[];
  /** Sites that have every one of these labels. */
  readonly labels?: readonly string[];
  /** 0 to 1. With `labels`: this part of those that have them. Without: this part of all sites, drawn by lot. */
  readonly share?: number;
  /** For so long the wave is looked at before the next one may begin. */
  readonly soakMs: number;
}

/** What a rollout goes by; fixed when it starts. */
export interface RolloutPolicy {
  readonly waves: readonly Wave[];
  readonly gates: Gates;
  /** What a gate that says no leads to. */
  readonly onBad: "pause" | "rollback";
  /** A soak that ends without enough to judge goes on for its own length again and again, altogether for so long. */
  readonly extendMsMax: number;
}

/**
 * - `running`: the waves up to `wave` run the new set, and its soak is under way.
 * - `paused`: as it was when it stopped; nothing moves until a person says so.
 * - `aborted`: no further wave; what runs the new set goes on doing so, until it is rolled back or another set is activated.
 * - `rolled_back`: every site runs what it ran before. `done`: the new set is the baseline of its tenants.
 */
export const RULE_ROLLOUT_STATES = ["running", "paused", "aborted", "rolled_back", "done"] as const;
export type RuleRolloutState = (typeof RULE_ROLLOUT_STATES)[number];

/** `inconclusive`: what was seen was too little to judge, however long it was waited. */
export const PAUSE_CAUSES = ["person", "gate", "inconclusive"] as const;
export type PauseCause = (typeof PAUSE_CAUSES)[number];

/** Where a rollout of rule sets stands. Never changed; each step is another object. */
export interface RuleRollout {
  readonly state: RuleRolloutState;
  /** The newest wave that runs the new set, from 0. It never falls. */
  readonly wave: number;
  readonly waveSince: EpochMs;
  /** The gates look at what happened since. */
  readonly evidenceSince: EpochMs;
  readonly soakUntil: EpochMs;
  /** By how much this wave's soak was prolonged. */
  readonly extendedMs: number;
  /** Only while it is paused. */
  readonly pausedFor?: PauseCause;
  readonly changedAt: EpochMs;
}

/** A site, as waves choose it. */
export interface RolloutSite {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly labels: readonly string[];
}

/** [R2] Whether a site of the wave runs the rollout's set. `done`: it does, because its tenant's baseline is that set. */
export function runsNewSet({ state, wave }: Pick<RuleRollout, "state" | "wave">, siteWave: number): boolean {
  if (state === "done") return true;
  return state !== "rolled_back" && siteWave <= wave;
}
