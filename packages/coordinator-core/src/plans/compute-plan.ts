import { AppError, type EpochMs, type TenantId } from "@cordon/core/kernel";
import type { PlanEnd, PlannedTenant, PlanReport, StoredPlan } from "../ports/plans.ts";
import type { RuleFile } from "../ports/rule-sets.ts";
import { replayRange } from "../replay/replay-range.ts";
import type { ActiveRuleSet } from "../rules/rules-in-use.ts";
import { type DiffedSet, diffRuleSets } from "./diff-rule-sets.ts";
import { digestOf } from "./digest.ts";
import { PLAN_LIMITS, type PlanDeskDeps } from "./plan-desk.ts";

type Done = Extract<PlanEnd, { state: "done" }>;

/** Computes a plan, tenant by tenant, and says how far it is. Throws the signal's reason; so it does when the record ended the plan. */
export async function computePlan(
  deps: PlanDeskDeps,
  plan: StoredPlan,
  files: ReadonlyMap<TenantId, readonly RuleFile[]>,
  signal: AbortSignal,
): Promise<Done> {
  const { planId, from, to } = plan;
  const { clock, store } = deps;
  const reports: PlanReport["tenants"][number][] = [];
  let before = 0;
  let beatAtMs = Number.NEGATIVE_INFINITY;
  const beat = async (done: number): Promise<void> => {
    const nowMs = clock.monotonicMs();
    if (nowMs - beatAtMs < PLAN_LIMITS.beatMs) return;
    beatAtMs = nowMs;
    if (!(await store.beatPlan(planId, done, clock.now()))) throw new AppError("plan.ended", planId);
  };
  for (const tenant of plan.tenants) {
    const done = before;
    const report = await replayTenant(deps, plan, tenant, files.get(tenant.tenantId), {
      signal,
      onProgress: (events) => beat(done + events),
    });
    reports.push(report);
    before += report.replay.events;
  }
  const report: PlanReport = { tenants: reports };
  const planHash = digestOf({ tenants: plan.tenants, from, to, report });
  return { state: "done", at: clock.now(), planHash, report, done: before };
}

async function replayTenant(
  deps: PlanDeskDeps,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  { tenantId, activeVersion, draftVersion }: PlannedTenant,
  files: readonly RuleFile[] | undefined,
  run: { readonly signal: AbortSignal; readonly onProgress: (events: number) => Promise<void> },
): Promise<PlanReport["tenants"][number]> {
  const { replay, clock, lists, minimums } = deps;
  const estate = await replay.readEstate(tenantId);
  if (estate === undefined) throw new AppError("tenant.not_found", tenantId);
  const active = activeVersion === undefined ? undefined : await loadSet(deps, tenantId, activeVersion, undefined);
  const draft = await loadSet(deps, tenantId, draftVersion, files);
  const needs = [active, draft].flatMap((ruleSet) => ruleSet?.compiled.lists ?? []);
  const report = await replayRange(
    {
      tenantId,
      lists: await lists.factsFor(tenantId, needs, clock.now()),
      from,
      to,
      ...(active === undefined ? {} : { active }),
      draft,
      estate,
      ...(minimums === undefined ? {} : { minimums }),
    },
    { store: replay, clock, ...run },
  );
  return { tenantId, rules: diffRuleSets(active, draft), replay: report };
}

async function loadSet(
  { ruleSets, compiler }: PlanDeskDeps,
  tenantId: TenantId,
  version: number,
  given: readonly RuleFile[] | undefined,
): Promise<ActiveRuleSet & DiffedSet> {
  const files = given ?? (await ruleSets.getRuleSet(tenantId, version))?.files;
  if (files === undefined) throw new AppError("rules.not_found", `version ${version} of ${tenantId}`);
  const compilation = await compiler.compile(tenantId, files);
  // Published by another release, or what it names is gone by now.
  if (!compilation.ok)
    throw new AppError("rules.invalid", `version ${version} of ${tenantId} does not compile any more`);
  return { version, hash: digestOf(files), files, compiled: compilation.compiled };
}
