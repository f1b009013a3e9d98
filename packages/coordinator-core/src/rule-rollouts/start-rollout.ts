import type { Clock, Logger, Random, TenantId } from "@cordon/core/kernel";
import { placeSites, type RolloutPolicy, type RolloutSite, startRollout } from "@cordon/core/rollout";
import type { PlanCheck, PlannedTenant } from "../ports/plans.ts";
import type { RuleCompiler } from "../ports/rule-compiler.ts";
import type { RuleRolloutRecord, RuleRolloutStore } from "../ports/rule-rollouts.ts";
import type { RuleFile, RuleSetStore } from "../ports/rule-sets.ts";
import type { TenantStore } from "../ports/tenants.ts";
import type { ActiveRules } from "../rules/active-rules.ts";

export interface StartRequest {
  readonly planHash: string;
  readonly policy: RolloutPolicy;
  /** What the caller's files say, by `contentOf`; absent: not compared. */
  readonly contents?: readonly { readonly tenantId: TenantId; readonly contentHash: string }[];
  /** Rules that are in force and that the plan's sets do not have may go. */
  readonly prune: boolean;
  /** Why; kept with the first step. */
  readonly reason: string;
}

export type StartAnswer =
  | { readonly kind: "started"; readonly record: RuleRolloutRecord }
  | { readonly kind: "plan_not_found" }
  /** What has changed since the plan, in sentences; plan again. */
  | { readonly kind: "plan_stale"; readonly changes: readonly string[] }
  /** What the caller has before them is not what was planned. */
  | { readonly kind: "not_planned"; readonly problems: readonly string[] }
  /** Rules that are in force and would go, as `tenant: rule`. */
  | { readonly kind: "prune_needed"; readonly rules: readonly string[] }
  /** Every problem with the waves, or why there is nothing to roll out. */
  | { readonly kind: "refused"; readonly problems: readonly string[] }
  | {
      readonly kind: "busy";
      readonly tenantId: TenantId;
      readonly rolloutId: string;
      /** Who has it, since when. */
      readonly by?: Pick<RuleRolloutRecord, "createdBy" | "createdAt">;
    };

export interface StartDeps {
  readonly store: RuleRolloutStore;
  readonly ruleSets: Pick<RuleSetStore, "getRuleSet">;
  readonly tenants: Pick<TenantStore, "listSites">;
  readonly compiler: RuleCompiler;
  /** A digest of what the files say, however they are written and named; undefined: they cannot be read. */
  readonly contentOf: (files: readonly RuleFile[]) => string | undefined;
  readonly active: Pick<ActiveRules, "refresh" | "current">;
  /** Whether the plan with this hash may be applied now. */
  readonly checkPlan: (planHash: string) => Promise<PlanCheck>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** [R9] A plan becomes a rollout: only as it was computed, only where nothing else is under way, and all of it or nothing. */
export function createStart(deps: StartDeps): (request: StartRequest, by: string) => Promise<StartAnswer> {
  const { store, tenants, clock, random, logger } = deps;
  return async ({ planHash, contents, policy, prune, reason }, by) => {
    const checked = await deps.checkPlan(planHash);
    if (checked.kind === "not_found") return { kind: "plan_not_found" };
    if (checked.kind === "stale") return { kind: "plan_stale", changes: checked.changes };
    const unlike = contents === undefined ? [] : await compareContents(deps, checked.plan.tenants, contents);
    if (unlike.length > 0) return { kind: "not_planned", problems: unlike };
    const changing = checked.plan.tenants.filter(({ activeVersion, draftVersion }) => activeVersion !== draftVersion);
    if (changing.length === 0) {
      return {
        kind: "refused",
        problems: ["every tenant of this plan runs its set already: there is nothing to roll out"],
      };
    }
    const going = prune ? [] : (await Promise.all(changing.map((tenant) => rulesThatGo(deps, tenant)))).flat();
    if (going.length > 0) return { kind: "prune_needed", rules: going };

    const rolloutId = `rro_${random.uuid()}`;
    const sites = (await Promise.all(changing.map(({ tenantId }) => tenants.listSites(tenantId)))).flat();
    const placement = placeSites(policy.waves, sites, rolloutId);
    if (placement.kind === "refused") return placement;
    const placed = sites.map((site: RolloutSite, index) => ({ ...ref(site), wave: placement.waves[index] ?? 0 }));
    const perWave = policy.waves.map((_, wave) => placed.filter((site) => site.wave === wave).length);
    const move = startRollout(policy, perWave, clock.now());
    if (move === undefined) return { kind: "refused", problems: ["the tenants of this plan have no sites"] };

    const outcome = await store.start({
      rolloutId,
      planHash,
      policy,
      move: { ...move, reason: `${reason} (${move.reason})` },
      tenants: changing.map(({ tenantId, draftVersion, activeVersion }) => ({
        tenantId,
        version: draftVersion,
        ...(activeVersion === undefined ? {} : { fromVersion: activeVersion }),
      })),
      sites: placed,
      by,
    });
    if (outcome.kind === "busy") {
      const other = await store.get(outcome.rolloutId);
      const whose = other === undefined ? {} : { by: { createdBy: other.createdBy, createdAt: other.createdAt } };
      return { ...outcome, ...whose };
    }
    if (outcome.kind === "moved") {
      const { tenantId, version } = outcome;
      const now = version === undefined ? "no rule set" : `rule set ${version}`;
      return { kind: "plan_stale", changes: [`${now} became the active one of ${tenantId} in this moment`] };
    }
    await Promise.all(changing.map(({ tenantId }) => deps.active.refresh(tenantId)));
    logger.warn("rule_rollout.start", {
      rolloutId,
      planHash,
      tenants: changing.length,
      sites: placed.length,
      by,
      reason,
    });
    const record = await store.get(rolloutId);
    if (record === undefined) throw new TypeError("a rollout that was stored is gone");
    return { kind: "started", record };
  };
}

/** Both ways: what is planned and not in the files, and what is in the files and not planned. */
async function compareContents(
  { ruleSets, contentOf, active }: Pick<StartDeps, "ruleSets" | "contentOf" | "active">,
  planned: readonly PlannedTenant[],
  contents: NonNullable<StartRequest["contents"]>,
): Promise<readonly string[]> {
  const hashOf = async (tenantId: TenantId, version: number | undefined): Promise<string | undefined> => {
    const ruleSet = version === undefined ? undefined : await ruleSets.getRuleSet(tenantId, version);
    return ruleSet && contentOf(ruleSet.files);
  };
  const drafts = await Promise.all(
    planned.map(async ({ tenantId, draftVersion }): Promise<readonly string[]> => {
      const own = contents.find((each) => each.tenantId === tenantId);
      if (own === undefined) return [`${tenantId} is in the plan, but the files have nothing of it`];
      if (own.contentHash === (await hashOf(tenantId, draftVersion))) return [];
      return [`the rules of ${tenantId} are not those that were planned`];
    }),
  );
  const others = contents.filter(({ tenantId }) => !planned.some((each) => each.tenantId === tenantId));
  const unplanned = await Promise.all(
    others.map(async ({ tenantId, contentHash }): Promise<readonly string[]> => {
      const same = contentHash === (await hashOf(tenantId, active.current(tenantId)?.version));
      return same ? [] : [`the rules of ${tenantId} are others than those in force, but the plan has nothing of it`];
    }),
  );
  return [...drafts, ...unplanned].flat();
}

const ref = ({ tenantId, siteId }: RolloutSite) => ({ tenantId, siteId });

/** A rule that is in force and that nobody mentions any more is more likely forgotten than meant to go. */
async function rulesThatGo(
  { ruleSets, compiler }: Pick<StartDeps, "ruleSets" | "compiler">,
  { tenantId, activeVersion, draftVersion }: PlannedTenant,
): Promise<readonly string[]> {
  const idsOf = async (version: number | undefined): Promise<readonly string[]> => {
    const ruleSet = version === undefined ? undefined : await ruleSets.getRuleSet(tenantId, version);
    const compilation = ruleSet === undefined ? undefined : compiler.compile(ruleSet.files);
    return compilation?.ok === true ? compilation.compiled.rules.map(({ rule }) => rule.id) : [];
  };
  const [active, draft] = await Promise.all([idsOf(activeVersion), idsOf(draftVersion)]);
  return active.filter((id) => !draft.includes(id)).map((id) => `${tenantId}: ${id}`);
}
