import { type ActionClass, classRank } from "../action/index.ts";
import { AppError } from "../kernel/index.ts";

/** How many tasks may exist in one scope, and how long one lives (kaspersky.md 2.6: 100 tasks, 30 days). */
export interface SlotLimits {
  readonly limit: number;
  readonly lifespanMs: number;
}

/** The site's rules for slots. All of it comes from the agent's configuration. */
export interface LedgerPolicy {
  readonly endpoint: SlotLimits;
  /**
   * Also count per KSC server: the scope of the limit of 100 is not documented (kaspersky.md 2.6). `foreignAssumed` stands for
   * the tasks of others on endpoints that the ledger has not looked at.
   */
  readonly server?: SlotLimits & { readonly foreignAssumed: number };
  /** [L3] Slots that only `contain` may use. */
  readonly containReserve: number;
  /** [L3] Further slots that only `contain` and `remediate` may use. */
  readonly remediateReserve: number;
  /** Slots left free for tasks of others that appear between the look at the endpoint and the creation of our task. */
  readonly foreignMargin: number;
  /** A look at an endpoint's tasks counts as knowledge for this long [L2]. */
  readonly occupancyMaxAgeMs: number;
  /** Bound of what may wait for a slot on one endpoint; more is refused. */
  readonly deferredPerEndpointMax: number;
}

const DAY_MS = 86_400_000;

export const DEFAULT_LEDGER_POLICY: LedgerPolicy = {
  endpoint: { limit: 100, lifespanMs: 30 * DAY_MS },
  containReserve: 25,
  remediateReserve: 10,
  foreignMargin: 2,
  occupancyMaxAgeMs: 10 * 60_000,
  deferredPerEndpointMax: 200,
};

/** Refuses a policy under which no scan could ever be placed: a mistake in the configuration, not a choice. */
export function checkLedgerPolicy(policy: LedgerPolicy): LedgerPolicy {
  for (const [scope, limits] of [["endpoint", policy.endpoint] as const, ["server", policy.server] as const]) {
    if (limits === undefined) continue;
    const free = limits.limit - policy.containReserve - policy.remediateReserve;
    if (free < 1 || policy.foreignMargin >= limits.limit) {
      const reserves = `${policy.containReserve} + ${policy.remediateReserve}`;
      throw new AppError(
        "config.invalid",
        `ledger: the reserves (${reserves}) leave no slot of the ${scope}'s ${limits.limit}; lower them or raise the limit`,
      );
    }
  }
  return policy;
}

/** [L3] How many slots of `limit` a class may fill without touching the reserve of a higher one. */
export function capOf(policy: LedgerPolicy, limit: number, actionClass: ActionClass): number {
  const rank = classRank(actionClass);
  if (rank === classRank("contain")) return limit - policy.foreignMargin;
  const reserved = policy.containReserve + (rank > classRank("remediate") ? policy.remediateReserve : 0);
  return limit - Math.max(reserved, policy.foreignMargin);
}
