import type { SiteId } from "@cordon/core/kernel";
import type { RuleSetRef } from "@cordon/core/planning";
import { type CompiledRuleSet, type ListFacts, NO_FACTS } from "@cordon/core/rules";

export interface ActiveRuleSet extends RuleSetRef {
  readonly compiled: CompiledRuleSet;
}

/**
 * Which rules a tenant's sites run at one moment: the baseline, and while a rollout is under way the new set at the sites that it
 * has reached. Never changed; a change is another object.
 */
export interface RulesInUse {
  /** What a site runs that no rollout has reached; it also decides when no site is known. Absent: nothing. */
  readonly baseline?: ActiveRuleSet;
  /** Sites that run another set than the baseline; empty when nothing rolls out. */
  readonly bySite: ReadonlyMap<SiteId, ActiveRuleSet>;
  /** Each set once, the baseline first: an event meets each of them, for which site it means is not known before. */
  readonly sets: readonly ActiveRuleSet[];
  /** The tenant's lists as they were at that moment. */
  readonly lists: ListFacts;
}

export function rulesInUse(
  baseline: ActiveRuleSet | undefined,
  bySite: ReadonlyMap<SiteId, ActiveRuleSet> = new Map(),
  lists: ListFacts = NO_FACTS.lists,
): RulesInUse {
  const sets = new Set([...(baseline === undefined ? [] : [baseline]), ...bySite.values()]);
  return { ...(baseline === undefined ? {} : { baseline }), bySite, sets: [...sets], lists };
}

/** What the site runs; without a site, what counts for a target that was not found. */
export function ruleSetAt({ baseline, bySite }: RulesInUse, site: SiteId | undefined): ActiveRuleSet | undefined {
  return (site === undefined ? undefined : bySite.get(site)) ?? baseline;
}
