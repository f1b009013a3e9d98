import type { Brake, BrakeScope } from "@cordon/core/guards";
import type { Clock, Logger, Random, RuleId, TenantId } from "@cordon/core/kernel";
import type { BrakeFilter, BrakeOwner, BrakeRecord, BrakeStore } from "../ports/brakes.ts";
import type {
  CoolDownReset,
  CoolDownResetFilter,
  CoolDownResetRecord,
  CoolDownResetStore,
} from "../ports/cool-down-resets.ts";
import type { RuleHoldFilter, RuleHoldRecord, RuleHoldStore } from "../ports/rule-holds.ts";
import type { ActiveRules } from "../rules/active-rules.ts";

/** A brake as a person asks for it. */
export type BrakeRequest = DistributiveOmit<Brake, "brakeId" | "setBy" | "setAt">;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type SetAnswer =
  | {
      readonly kind: "set";
      readonly brake: BrakeRecord;
      /** Actions in its scope that no agent has yet. */
      readonly unsent: number;
      /** What may be a slip, with the mend. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: "refused"; readonly code: "tenant.not_found" | "site.not_found" | "brake.too_many" };

/** What people put in force and lift again. */
export interface BrakeDesk {
  set(request: BrakeRequest, actor: string): Promise<SetAnswer>;
  /** Undefined: the owner has no such brake. Lifting one that is lifted answers it as it is. */
  lift(owner: BrakeOwner, brakeId: string, actor: string, reason: string): Promise<BrakeRecord | undefined>;
  get(owner: BrakeOwner, brakeId: string): Promise<BrakeRecord | undefined>;
  list(owner: BrakeOwner, filter: BrakeFilter): Promise<readonly BrakeRecord[]>;
  /** Rules that went past a limit. */
  listHolds(tenantId: TenantId, filter: RuleHoldFilter): Promise<readonly RuleHoldRecord[]>;
  /** [S3] The rule acts again, and its windows begin anew. Undefined: it is not in hold. */
  rearm(tenantId: TenantId, ruleId: RuleId, actor: string, reason: string): Promise<RuleHoldRecord | undefined>;
  /** The rule's cool-downs begin anew. Undefined: the tenant has no such site. */
  resetCoolDown(
    tenantId: TenantId,
    reset: Omit<CoolDownReset, "resetAt" | "resetBy">,
    actor: string,
  ): Promise<CoolDownResetRecord | undefined>;
  listResets(tenantId: TenantId, filter: CoolDownResetFilter): Promise<readonly CoolDownResetRecord[]>;
}

/** Per tenant, and for those that name every tenant. All of them are read for every plan. */
export const BRAKES_IN_FORCE_MAX = 200;

export function createBrakeDesk(deps: {
  readonly store: BrakeStore;
  readonly holds: RuleHoldStore;
  readonly resets: CoolDownResetStore;
  readonly rules: Pick<ActiveRules, "inUse">;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): BrakeDesk {
  const { store, holds, resets, rules, clock, random, logger } = deps;
  return {
    async set(request, actor) {
      const brake: Brake = { ...request, brakeId: `brk_${random.uuid()}`, setBy: actor, setAt: clock.now() };
      const added = await store.addBrake(brake, BRAKES_IN_FORCE_MAX);
      if (added !== "added") return { kind: "refused", code: REFUSALS[added] };
      const { brakeId, type, scope, reason } = brake;
      logger.warn("brake.set", { brakeId, type, ...scope, actor, reason });
      const unsent = await store.countUnsent(scope);
      return { kind: "set", brake, unsent, warnings: warningsOf(scope, rules) };
    },
    async lift(owner, brakeId, actor, reason) {
      if (await store.liftBrake(owner, brakeId, { at: clock.now(), by: actor, reason })) {
        logger.warn("brake.lift", { brakeId, owner, actor, reason });
      }
      return store.getBrake(owner, brakeId);
    },
    get: (owner, brakeId) => store.getBrake(owner, brakeId),
    list: (owner, filter) => store.listBrakes(owner, filter),
    async resetCoolDown(tenantId, reset, actor) {
      const made = await resets.addReset(tenantId, { ...reset, resetAt: clock.now(), resetBy: actor });
      if (made !== undefined) logger.warn("rule.reset_cool_down", { tenantId, ...made });
      return made;
    },
    listResets: (tenantId, filter) => resets.listResets(tenantId, filter),
    listHolds: (tenantId, filter) => holds.listHolds(tenantId, filter),
    async rearm(tenantId, ruleId, actor, reason) {
      const rearmed = await holds.rearm(tenantId, ruleId, { at: clock.now(), by: actor, reason });
      if (rearmed !== undefined) logger.warn("rule.rearm", { tenantId, ruleId, actor, reason });
      return rearmed;
    },
  };
}

const REFUSALS = {
  no_tenant: "tenant.not_found",
  no_site: "site.not_found",
  too_many: "brake.too_many",
} as const;

/** A rule that no set in use has may still have queued actions, so its brake is set all the same. */
function warningsOf({ tenantId, ruleId }: BrakeScope, rules: Pick<ActiveRules, "inUse">): readonly string[] {
  if (tenantId === undefined || ruleId === undefined || hasRule(rules, tenantId, ruleId)) return [];
  return [
    `The tenant's active rule set has no rule "${ruleId}": check the id. It stops what such a rule asked for before.`,
  ];
}

function hasRule(rules: Pick<ActiveRules, "inUse">, tenantId: TenantId, ruleId: string): boolean {
  const sets = rules.inUse(tenantId)?.sets ?? [];
  return sets.some(({ compiled }) => compiled.rules.some(({ rule }) => rule.id === ruleId));
}
