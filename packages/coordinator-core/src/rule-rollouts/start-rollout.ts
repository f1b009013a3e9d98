import { assert, type Clock, type Logger, type Random, type TenantId } from "@cordon/core/kernel";
import { placeSites, type RolloutPolicy, type RolloutSite, startRollout } from "@cordon/core/rollout";
import type { Rule } from "@cordon/core/rules";
import type { PlanCheck, PlannedTenant } from "../ports/plans.ts";
import type { RuleCompiler } from "../ports/rule-compiler.ts";
import type { RolloutStart, RuleRolloutRecord, RuleRolloutStore } from "../ports/rule-rollouts.ts";
import type { RuleSetStore } from "../ports/rule-sets.ts";
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
  /** A digest of what rules say, in whatever files and order they are written. */
  readonly contentOf: (rules: readonly Rule[]) => string;
  readonly active: Pick<ActiveRules, "refresh" | "current">;
  /** Whether the plan with this hash may be applied now. */
  readonly checkPlan: (planHash: string) => Promise<PlanCheck>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** What an application of a plan would be. */
export interface RolloutPreview {
  readonly tenants: readonly PlannedTenant[];
  /** The very places that its rollout gives them. */
  readonly sites: readonly PlacedSite[];
  /** Rules that are in force and would go, as `tenant: rule`. */
  readonly goes: readonly string[];
}

export interface PlacedSite extends Pick<RolloutSite, "tenantId" | "siteId"> {
  readonly wave: number;
}

type Refusal = Exclude<StartAnswer, { readonly kind: "started" }>;

/** [R9] A plan becomes a rollout: only as it was computed, only where nothing else is under way, and all of it or nothing. */
export function createStart(deps: StartDeps): (request: StartRequest, by: string) => Promise<StartAnswer> {
  const { store, clock, random, logger } = deps;
  return async (request, by) => {
    const { planHash, policy, prune, reason } = request;
    const prepared = await previewStart(deps, request);
    if (prepared.kind !== "preview") return prepared;
    const { tenants, sites, goes } = prepared;
    if (goes.length > 0 && !prune) return { kind: "prune_needed", rules: goes };
    const perWave = policy.waves.map((_, wave) => sites.filter((site) => site.wave === wave).length);
    const move = startRollout(policy, perWave, clock.now());
    assert(move !== undefined, "sites were placed in no wave");

    const rolloutId = `rro_${random.uuid()}`;
    const outcome = await store.start({
      rolloutId,
      planHash,
      policy,
      move: { ...move, reason: saidOf(reason, goes, move.reason) },
      tenants: tenants.map(({ tenantId, draftVersion, activeVersion }) => ({
        tenantId,
        version: draftVersion,
        ...(activeVersion === undefined ? {} : { fromVersion: activeVersion }),
      })),
      sites,
      by,
    });
    if (outcome.kind === "busy") return busyWith(store, outcome);
    if (outcome.kind === "unmet") {
      return { kind: "plan_stale", changes: outcome.unmet.map((each) => `${outcome.tenantId}: ${each}`) };
    }
    if (outcome.kind === "moved") {
      const { tenantId, version } = outcome;
      const now = version === undefined ? "no rule set" : `rule set ${version}`;
      return { kind: "plan_stale", changes: [`${tenantId}: ${now} became the active one in this moment.`] };
    }
    await Promise.all(tenants.map(({ tenantId }) => deps.active.refresh(tenantId)));
    logger.warn("rule_rollout.start", {
      rolloutId,
      planHash,
      tenants: tenants.length,
      sites: sites.length,
      by,
      reason,
    });
    const record = await store.get(rolloutId);
    assert(record !== undefined, "a rollout that was stored is gone");
    return { kind: "started", record };
  };
}

/** Everything that an application would be refused for, but for what others do at the same time; begins nothing. */
export async function previewStart(
  deps: StartDeps,
  { planHash, contents, policy }: Pick<StartRequest, "planHash" | "contents" | "policy">,
): Promise<({ readonly kind: "preview" } & RolloutPreview) | Refusal> {
  const checked = await deps.checkPlan(planHash);
  if (checked.kind === "not_found") return { kind: "plan_not_found" };
  if (checked.kind === "stale") {
    // What another rollout changed is told as that: who wants to apply needs to know of it, not of its traces.
    const busy = await deps.store.findOpen(checked.plan.tenants.map(({ tenantId }) => tenantId));
    return busy === undefined ? { kind: "plan_stale", changes: checked.changes } : busyWith(deps.store, busy);
  }
  const planned = checked.plan.tenants;
  const unlike = contents === undefined ? [] : await compareContents(deps, planned, contents);
  if (unlike.length > 0) return { kind: "not_planned", problems: unlike };
  const changing = planned.filter(({ activeVersion, draftVersion }) => activeVersion !== draftVersion);
  if (changing.length === 0) {
    const nothing = "every tenant of this plan runs its set already: there is nothing to roll out";
    return { kind: "refused", problems: [nothing] };
  }
  const sites = (await Promise.all(changing.map(({ tenantId }) => deps.tenants.listSites(tenantId)))).flat();
  // The plan's hash draws the lots: what is shown is what comes, and another plan draws others.
  const placement = placeSites(policy.waves, sites, planHash);
  if (placement.kind === "refused") return placement;
  const goes = (await Promise.all(changing.map((tenant) => rulesThatGo(deps, tenant)))).flat();
  return {
    kind: "preview",
    tenants: changing,
    sites: sites.map(({ tenantId, siteId }, index) => ({ tenantId, siteId, wave: placement.waves[index] ?? 0 })),
    goes,
  };
}

async function busyWith(
  store: Pick<RuleRolloutStore, "get">,
  busy: Extract<RolloutStart, { readonly kind: "busy" }>,
): Promise<StartAnswer & { readonly kind: "busy" }> {
  const other = await store.get(busy.rolloutId);
  return other === undefined ? busy : { ...busy, by: { createdBy: other.createdBy, createdAt: other.createdAt } };
}

function saidOf(reason: string, goes: readonly string[], first: string): string {
  const went = goes.length === 0 ? "" : `; rules that go: ${goes.join(", ")}`;
  return `${reason} (${first}${went})`.slice(0, REASON_CHARS_MAX);
}

/** A step is a line to read. */
const REASON_CHARS_MAX = 2_000;

/** Both ways: what is planned and not in the files, and what is in the files and not planned. */
async function compareContents(
  deps: Pick<StartDeps, "ruleSets" | "compiler" | "contentOf" | "active">,
  planned: readonly PlannedTenant[],
  contents: NonNullable<StartRequest["contents"]>,
): Promise<readonly string[]> {
  const hashOf = async (tenantId: TenantId, version: number | undefined): Promise<string> =>
    deps.contentOf(await rulesOf(deps, tenantId, version));
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
      const same = contentHash === (await hashOf(tenantId, deps.active.current(tenantId)?.version));
      return same ? [] : [`the rules of ${tenantId} are others than those in force, but the plan has nothing of it`];
    }),
  );
  return [...drafts, ...unplanned].flat();
}

/** A rule that is in force and that nobody mentions any more is more likely forgotten than meant to go. */
async function rulesThatGo(
  deps: Pick<StartDeps, "ruleSets" | "compiler">,
  { tenantId, activeVersion, draftVersion }: PlannedTenant,
): Promise<readonly string[]> {
  const [active, draft] = await Promise.all(
    [activeVersion, draftVersion].map((version) => rulesOf(deps, tenantId, version)),
  );
  const kept = new Set(draft?.map(({ id }) => id));
  return (active ?? []).filter(({ id }) => !kept.has(id)).map(({ id }) => `${tenantId}: ${id}`);
}

async function rulesOf(
  { ruleSets, compiler }: Pick<StartDeps, "ruleSets" | "compiler">,
  tenantId: TenantId,
  version: number | undefined,
): Promise<readonly Rule[]> {
  const ruleSet = version === undefined ? undefined : await ruleSets.getRuleSet(tenantId, version);
  const compilation = ruleSet === undefined ? undefined : await compiler.compile(tenantId, ruleSet.files);
  return compilation?.ok === true ? compilation.compiled.rules.map(({ rule }) => rule) : [];
}
