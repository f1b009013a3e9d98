import type { EndpointMinimums } from "@cordon/core/endpoint";
import {
  addMs,
  asAppError,
  type Clock,
  type EpochMs,
  type Logger,
  type Random,
  type TenantId,
} from "@cordon/core/kernel";
import type { ActiveLists } from "../lists/active-lists.ts";
import type { PlanCheck, PlanFilter, PlanReport, PlanStore, StoredPlan } from "../ports/plans.ts";
import type { EventRange, ReplayStore } from "../ports/replay-store.ts";
import type { RuleCompiler, RuleSourceProblem } from "../ports/rule-compiler.ts";
import type { RuleFile, RuleSetStore } from "../ports/rule-sets.ts";
import { changesSince } from "./changes-since.ts";
import { computePlan } from "./compute-plan.ts";
import { readPlannedTenant } from "./planned-tenant.ts";

export interface PlanRequest {
  readonly purpose: StoredPlan["purpose"];
  /** Each tenant once. */
  readonly tenants: readonly PlanRequestTenant[];
  /** `PLAN_LIMITS.rangeMs` before `to` when absent. */
  readonly from?: EpochMs;
  /** Now when absent. */
  readonly to?: EpochMs;
}

export interface PlanRequestTenant {
  readonly tenantId: TenantId;
  /** A numbered set; files that nobody has published can be replayed and not planned. */
  readonly draft: { readonly version: number } | { readonly files: readonly RuleFile[] };
}

export type PlanStart =
  | { readonly kind: "started"; readonly plan: StoredPlan }
  /** One of its tenants has one that runs. */
  | { readonly kind: "busy"; readonly tenantId: TenantId; readonly planId: string }
  /** This coordinator computes as many as it may at the same time. */
  | { readonly kind: "too_many"; readonly running: number }
  | { readonly kind: "bad_range"; readonly field: "from" | "to"; readonly message: string }
  | { readonly kind: "no_tenant"; readonly tenantId: TenantId }
  | { readonly kind: "no_set"; readonly tenantId: TenantId; readonly version: number }
  | { readonly kind: "invalid"; readonly tenantId: TenantId; readonly problems: readonly RuleSourceProblem[] };

/** Plans and replays: computed in the background, one at a time per tenant, kept with what they rest on. */
export interface PlanDesk {
  start(request: PlanRequest, by: string): Promise<PlanStart>;
  get(planId: string): Promise<StoredPlan | undefined>;
  getByHash(planHash: string): Promise<StoredPlan | undefined>;
  report(planId: string): Promise<PlanReport | undefined>;
  list(filter: PlanFilter): Promise<readonly StoredPlan[]>;
  /** False: it has ended already. Undefined: there is no such plan. */
  cancel(planId: string): Promise<boolean | undefined>;
  /** Whether the plan may be applied now. */
  check(planHash: string): Promise<PlanCheck>;
  /** From now on plans whose process is gone are reported as interrupted. */
  watch(): void;
  /** Ends those that run as interrupted. */
  stop(): Promise<void>;
}

export interface PlanDeskDeps {
  readonly store: PlanStore;
  readonly replay: ReplayStore;
  readonly ruleSets: Pick<RuleSetStore, "getRuleSet" | "listInUse">;
  readonly compiler: RuleCompiler;
  readonly lists: Pick<ActiveLists, "factsFor">;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly minimums?: EndpointMinimums;
}

export const PLAN_LIMITS = {
  rangeMs: 7 * 86_400_000,
  rangeMsMax: 92 * 86_400_000,
  /** What was right a day ago is looked at again. */
  validMs: 24 * 3_600_000,
  keptMax: 500,
  /** In this process: each keeps an inventory and two pasts in memory, and a processor busy. */
  runningMax: 2,
  beatMs: 1_000,
  /** So long without a word, and the process that computes it is gone. */
  silentMsMax: 30_000,
} as const;

export function createPlanDesk(deps: PlanDeskDeps): PlanDesk {
  const { store, replay, clock, random, logger } = deps;
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  const stopping = new AbortController();

  const run = async (plan: StoredPlan, files: ReadonlyMap<TenantId, readonly RuleFile[]>, signal: AbortSignal) => {
    const startedMs = clock.monotonicMs();
    const { planId, purpose } = plan;
    try {
      const end = await computePlan(deps, plan, files, signal);
      await store.endPlan(planId, end);
      const durationMs = Math.round(clock.monotonicMs() - startedMs);
      logger.info("plan.compute", { planId, purpose, outcome: end.state, events: end.done, durationMs });
    } catch (thrown) {
      const error = asAppError(thrown);
      const at = clock.now();
      if (stopping.signal.aborted) await store.endPlan(planId, { state: "interrupted", at }).catch(() => false);
      // Cancelled by a person, or taken for dead by another process: the record says so already.
      if (signal.aborted || error.code === "plan.ended") return;
      logger.error("plan.compute", { planId, purpose, outcome: "failed", code: error.code, error: error.message });
      await store.endPlan(planId, { state: "failed", at, failure: error.spec.text }).catch(() => false);
    }
  };

  const launch = (plan: StoredPlan, files: ReadonlyMap<TenantId, readonly RuleFile[]>) => {
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, stopping.signal]);
    const done = run(plan, files, signal).finally(() => running.delete(plan.planId));
    running.set(plan.planId, { abort, done });
  };

  const interruptSilent = () => store.interruptPlans(addMs(clock.now(), -PLAN_LIMITS.silentMsMax), clock.now());

  return {
    async start({ purpose, tenants: asked, ...wanted }, by) {
      const range = readRange(wanted, clock.now());
      if ("kind" in range) return range;
      const { from, to } = range;
      if (running.size >= PLAN_LIMITS.runningMax) return { kind: "too_many", running: running.size };
      const tenants: StoredPlan["tenants"][number][] = [];
      const files = new Map<TenantId, readonly RuleFile[]>();
      let total = 0;
      for (const each of asked.toSorted((left, right) => (left.tenantId < right.tenantId ? -1 : 1))) {
        const read = await readPlannedTenant(deps, each);
        if (read.kind !== "read") return read;
        tenants.push(read.tenant);
        if ("files" in each.draft) files.set(each.tenantId, each.draft.files);
        total += await replay.countEvents(each.tenantId, { from, to });
      }
      const createdAt = clock.now();
      const plan: StoredPlan = {
        planId: random.uuid(),
        purpose,
        state: "running",
        from,
        to,
        tenants,
        progress: { done: 0, total },
        createdAt,
        createdBy: by,
        expiresAt: addMs(createdAt, PLAN_LIMITS.validMs),
      };
      await interruptSilent();
      const added = await store.addPlan(plan, PLAN_LIMITS.keptMax);
      if (added.kind === "busy") return added;
      launch(plan, files);
      return { kind: "started", plan };
    },
    get: (planId) => store.getPlan(planId),
    getByHash: (planHash) => store.findPlan(planHash),
    report: (planId) => store.getReport(planId),
    list: (filter) => store.listPlans(filter),
    async cancel(planId) {
      if ((await store.getPlan(planId)) === undefined) return undefined;
      const ended = await store.endPlan(planId, { state: "cancelled", at: clock.now() });
      running.get(planId)?.abort.abort();
      return ended;
    },
    async check(planHash) {
      const plan = await store.findPlan(planHash);
      if (plan === undefined) return { kind: "not_found" };
      const changes = await changesSince(deps, plan);
      return changes.length === 0 ? { kind: "current", plan } : { kind: "stale", plan, changes };
    },
    watch() {
      const look = async () => {
        for (;;) {
          await interruptSilent().catch((error: unknown) => {
            logger.warn("plan.watch", { outcome: "failed", code: asAppError(error).code });
          });
          await clock.sleep(PLAN_LIMITS.silentMsMax, stopping.signal);
        }
      };
      // Ends by the stop signal only.
      void look().catch(() => {});
    },
    async stop() {
      stopping.abort();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

function readRange(
  { from, to }: Pick<PlanRequest, "from" | "to">,
  now: EpochMs,
): EventRange | Extract<PlanStart, { kind: "bad_range" }> {
  const end = to ?? now;
  const start = from ?? addMs(end, -PLAN_LIMITS.rangeMs);
  // What comes in from now on would be in it or not by chance.
  if (end > now) return { kind: "bad_range", field: "to", message: "lies ahead" };
  if (start >= end) return { kind: "bad_range", field: "from", message: "must be before `to`" };
  if (end - start > PLAN_LIMITS.rangeMsMax) {
    return { kind: "bad_range", field: "from", message: "is more than 92 days before `to`" };
  }
  return { from: start, to: end };
}
