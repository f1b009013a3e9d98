import type { SiteId } from "../kernel/index.ts";
import type { AttemptKey } from "./attempts.ts";
import { type BlastRadius, type Brake, covers, type Storm } from "./brake.ts";
import type { GuardedRule, GuardSubject } from "./guard.ts";

/** What is counted together: everything of one rule, of one rule at one site, of one site, or of the tenant. */
export const REACHES = ["rule", "ruleAtSite", "site", "tenant"] as const;

export type Reach = (typeof REACHES)[number];

/** At least one of the three. */
export interface ReachBounds {
  /** What was asked for, whatever came of it. */
  readonly attemptsMax?: number;
  /** Different endpoints. */
  readonly endpointsMax?: number;
  /** Different endpoints as a share (0-1] of those that the site, or without a site the tenant, has; one is always allowed. */
  readonly shareMax?: number;
}

export interface ReachLimit {
  readonly code: "guard.blast_radius" | "guard.storm";
  /** For people: the brake's id, or the member of the rule's limits. */
  readonly by: string;
  readonly key: AttemptKey;
  readonly bounds: ReachBounds;
}

/** [S3] Every limit that counts what the rule wants here: those in force, and the rule's own. */
export function reachLimitsFor(subject: GuardSubject, brakes: readonly Brake[]): readonly ReachLimit[] {
  const { tenantId, rule, kind } = subject;
  const { siteId } = subject.endpoint;
  const inForce = brakes.flatMap((brake): readonly ReachLimit[] => {
    if (brake.type !== "blastRadius" && brake.type !== "storm") return [];
    if (!covers(brake.scope, { tenantId, siteId, ruleId: rule.id, kind })) return [];
    const key = keyOf(brake, rule, siteId);
    // An observing rule acts on nothing, so it uses up nobody else's room.
    if (rule.mode === "observe" && key.ruleId === undefined) return [];
    const code = brake.type === "storm" ? "guard.storm" : "guard.blast_radius";
    return [{ code, by: brake.brakeId, key, bounds: brake.bounds }];
  });
  return [...inForce, ...ownLimits(rule, siteId)];
}

function keyOf(brake: BlastRadius | Storm, rule: GuardedRule, siteId: SiteId): AttemptKey {
  const { scope, windowMs } = brake;
  const per = brake.type === "storm" ? "ruleAtSite" : brake.per;
  return {
    windowMs,
    ...(per === "rule" || per === "ruleAtSite" || scope.ruleId !== undefined ? { ruleId: rule.id } : {}),
    ...(per === "site" || per === "ruleAtSite" || scope.siteId !== undefined ? { siteId } : {}),
    ...(scope.kinds === undefined ? {} : { kinds: scope.kinds }),
  };
}

function ownLimits({ id: ruleId, limits }: GuardedRule, siteId: SiteId): readonly ReachLimit[] {
  const { maxActions, maxSiteShare } = limits;
  const own: ReachLimit[] = [];
  if (maxActions !== undefined) {
    const key = { ruleId, windowMs: maxActions.windowMs };
    own.push({ code: "guard.blast_radius", by: "limits.maxActions", key, bounds: { attemptsMax: maxActions.count } });
  }
  if (maxSiteShare !== undefined) {
    const key = { ruleId, siteId, windowMs: maxSiteShare.windowMs };
    own.push({ code: "guard.blast_radius", by: "limits.maxSiteShare", key, bounds: { shareMax: maxSiteShare.share } });
  }
  return own;
}
