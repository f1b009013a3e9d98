import { ACTION_CLASSES, type ActionClass, classOf, classRank } from "../action/index.ts";
import { AppError } from "../kernel/index.ts";
import type { CleanUpPolicy } from "./clean-up.ts";
import type { MergePolicy } from "./merge.ts";
import type { PacingPolicy } from "./pace.ts";
import { classesIn, TASK_GROUPS, type TaskGroup } from "./scope.ts";

/** How many tasks may exist in one scope, and how long one lives (kaspersky.md 2.6: 100 tasks, 30 days). */
export interface SlotLimits {
  readonly limit: number;
  readonly lifespanMs: number;
}

/** A limit over all endpoints of the KSC server. `foreignAssumed`: tasks of others on endpoints that were not looked at. */
export interface SharedLimits extends SlotLimits {
  readonly foreignAssumed: number;
}

/** The site's rules for slots. All of it comes from the agent's configuration. What is absent is switched off. */
export interface LedgerPolicy {
  readonly endpoint: SlotLimits;
  /** Also count per KSC server: the scope of the limit of 100 is not documented (kaspersky.md 2.6). */
  readonly server?: SharedLimits;
  /** Also count per group of tasks that KSC creates by itself; a group without limits is unlimited. */
  readonly groups?: Readonly<Partial<Record<TaskGroup, SharedLimits>>>;
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
  /** [L5] */
  readonly merging?: MergePolicy;
  /** [L6] */
  readonly pacing?: PacingPolicy;
  /** [L7] Off by default. */
  readonly cleanUp?: CleanUpPolicy;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const DEFAULT_LEDGER_POLICY = {
  endpoint: { limit: 100, lifespanMs: 30 * DAY_MS },
  containReserve: 25,
  remediateReserve: 10,
  foreignMargin: 2,
  occupancyMaxAgeMs: 10 * MINUTE_MS,
  deferredPerEndpointMax: 200,
  merging: { ridersMax: 100 },
  // A critical-areas scan takes minutes and loads the device (kaspersky.md 2.6): one at a time, and not the whole hour.
  pacing: { heavy: ["onDemandScan", "iocScan"], gapMs: 10 * MINUTE_MS, perHourMax: 4 },
} as const satisfies LedgerPolicy;

/** Refuses a policy under which something could never be placed or would be lost: a mistake in the configuration, not a choice. */
export function checkLedgerPolicy(policy: LedgerPolicy): LedgerPolicy {
  for (const { name, limits, classes } of scopesOfPolicy(policy)) {
    const lowest = classes.reduce((a, b) => (classRank(a) > classRank(b) ? a : b));
    if (capOf(policy, limits.limit, lowest, classes) < 1 || policy.foreignMargin >= limits.limit) {
      const reserves = `${policy.containReserve} + ${policy.remediateReserve}`;
      throw new AppError(
        "config.invalid",
        `ledger: the reserves (${reserves}) leave no slot of the ${name}'s ${limits.limit}; lower them or raise the limit`,
      );
    }
  }
  const contain = policy.pacing?.heavy.find((kind) => classOf(kind) === "contain");
  if (contain !== undefined) {
    throw new AppError(
      "config.invalid",
      `ledger: ${contain} contains and can never be paced; take it off the heavy list`,
    );
  }
  const { cleanUp, endpoint } = policy;
  if (cleanUp !== undefined && (cleanUp.watermark < 1 || cleanUp.watermark > endpoint.limit)) {
    throw new AppError(
      "config.invalid",
      `ledger: a clean-up above ${cleanUp.watermark} tasks makes no sense with a limit of ${endpoint.limit}`,
    );
  }
  return policy;
}

/** Whether any limit counts over all endpoints of the server. */
export function isShared(policy: LedgerPolicy): boolean {
  return policy.server !== undefined || policy.groups?.IOC !== undefined || policy.groups?.IRP !== undefined;
}

function scopesOfPolicy(policy: LedgerPolicy) {
  const scopes = [
    { name: "endpoint", limits: policy.endpoint, classes: ACTION_CLASSES as readonly ActionClass[] },
    { name: "server", limits: policy.server, classes: ACTION_CLASSES as readonly ActionClass[] },
    ...TASK_GROUPS.map((group) => ({
      name: `group ${group}`,
      limits: policy.groups?.[group],
      classes: classesIn(group),
    })),
  ];
  return scopes.flatMap(({ limits, ...rest }) => (limits === undefined ? [] : [{ ...rest, limits }]));
}

/**
 * [L3] How many slots of `limit` a class may fill without touching the reserve of a higher one. `classes`: those that occur in the
 * scope; a reserve for a class that never comes there would only lie idle.
 */
export function capOf(
  policy: LedgerPolicy,
  limit: number,
  actionClass: ActionClass,
  classes: readonly ActionClass[] = ACTION_CLASSES,
): number {
  const rank = classRank(actionClass);
  const reserve = (of: ActionClass, slots: number) => (rank > classRank(of) && classes.includes(of) ? slots : 0);
  const reserved = reserve("contain", policy.containReserve) + reserve("remediate", policy.remediateReserve);
  return limit - Math.max(reserved, policy.foreignMargin);
}
