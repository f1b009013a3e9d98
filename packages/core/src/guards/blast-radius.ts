import type { EpochMs, RuleId } from "../kernel/index.ts";
import { type Attempt, attemptKey, countWith, EMPTY_WINDOW } from "./attempts.ts";
import type { Guard, GuardFacts, GuardSubject, GuardVerdict } from "./guard.ts";
import { type ReachLimit, reachLimitsFor } from "./reach-limits.ts";
import { endpointKey } from "./traits.ts";

/** A rule that went past a limit: it holds all it asks for until a person re-arms it. */
export interface RuleHold {
  readonly ruleId: RuleId;
  readonly code: ReachLimit["code"];
  /** The brake's id, or the member of the rule's limits. */
  readonly limitedBy: string;
  /** One sentence: what was counted, and what is allowed. */
  readonly message: string;
  readonly trippedAt: EpochMs;
}

/** [S3] Holds everything of a rule that has tripped and was not re-armed. */
export const RULE_HOLD_GUARD: Guard = {
  name: "rule-hold",
  stage: "reach",
  check({ rule }, { ruleHolds }) {
    const hold = ruleHolds.get(rule.id);
    if (hold === undefined) return { kind: "pass" };
    const message = `Rule "${rule.id}" has been in hold since ${new Date(hold.trippedAt).toISOString()}, until a person re-arms it. ${hold.message}`;
    return { kind: "hold", code: "guard.rule_hold", message, details: { limitedBy: hold.limitedBy } };
  },
};

/** [S3] Trips when a rule asks for more, or on more endpoints, than a limit allows in its window. */
export const BLAST_RADIUS_GUARD = reachGuard("blast-radius", "guard.blast_radius");

/** The same for one rule that hits many hosts of one site within minutes. */
export const STORM_GUARD = reachGuard("storm", "guard.storm");

function reachGuard(name: string, code: ReachLimit["code"]): Guard {
  return {
    name,
    stage: "reach",
    check(subject, facts) {
      // It waits for a person already: nothing more is to be found out.
      if (facts.ruleHolds.has(subject.rule.id)) return { kind: "pass" };
      for (const limit of reachLimitsFor(subject, facts.brakes)) {
        const passed = limit.code === code ? beyond(limit, subject, facts) : undefined;
        if (passed !== undefined) return tripped(limit, subject, passed);
      }
      return { kind: "pass" };
    },
  };
}

/** What was counted, this attempt included, when it is more than the limit allows. */
function beyond({ key, bounds }: ReachLimit, subject: GuardSubject, facts: GuardFacts): string | undefined {
  const stored = facts.windows.get(attemptKey(key)) ?? EMPTY_WINDOW;
  const { attempts, endpoints: reached } = countWith(stored, key, [...facts.earlier, attemptOf(subject)]);
  const { attemptsMax, endpointsMax, shareMax } = bounds;
  if (attemptsMax !== undefined && attempts > attemptsMax) {
    return `${attempts} actions were asked for, ${attemptsMax} are allowed`;
  }
  if (endpointsMax !== undefined && reached > endpointsMax) {
    return `${reached} endpoints were to be touched, ${endpointsMax} are allowed`;
  }
  if (shareMax === undefined) return undefined;
  const known = stored.inventory ?? 0;
  const allowed = Math.max(1, Math.floor(shareMax * known));
  if (reached <= allowed) return undefined;
  return `${reached} of ${known} endpoints were to be touched, ${allowed} (${Number((shareMax * 100).toFixed(2))} %) are allowed`;
}

export function attemptOf({ rule, endpoint, kind }: GuardSubject): Attempt {
  const { siteId, endpointId } = endpoint;
  return { ruleId: rule.id, siteId, endpointId, kind, observed: rule.mode === "observe" };
}

function tripped({ by, code, key }: ReachLimit, { rule, endpoint, now }: GuardSubject, counted: string): GuardVerdict {
  const where = [
    key.kinds === undefined ? "" : ` for ${key.kinds.join(", ")}`,
    key.ruleId === undefined ? "" : ` by rule "${key.ruleId}"`,
    key.siteId === undefined ? "" : ` at site ${key.siteId}`,
  ].join("");
  const message = `Within ${printWindow(key.windowMs)} ${counted}${where} (${by}); ${endpoint.name} was the one too many.`;
  const hold: RuleHold = { ruleId: rule.id, code, limitedBy: by, message, trippedAt: now };
  return {
    kind: "hold",
    code,
    message: `${message} The rule is in hold until a person re-arms it.`,
    details: { limitedBy: by, endpoint: endpointKey(endpoint).replace("\n", "/") },
    trips: hold,
  };
}

function printWindow(ms: number): string {
  if (ms % 86_400_000 === 0) return `${ms / 86_400_000} d`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}
