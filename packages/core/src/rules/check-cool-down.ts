import type { Report } from "./compile-context.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import type { RuleLimits } from "./rule.ts";

/** A growth that could not grow, or that would be forgotten before its longest cool-down has ended, is a mistake. */
export function checkCoolDown({ coolDownMs, coolDownGrowth }: RuleLimits, report: Report): void {
  if (coolDownMs !== undefined && (coolDownMs < 0 || coolDownMs > LIMITS.coolDownMsMax)) {
    report(["limits", "coolDown"], "limit", "must be between 0 and 30 days");
  }
  if (coolDownGrowth === undefined) return;
  const at = ["limits", "coolDownGrowth"];
  const { factor, maxMs, forgetAfterMs } = coolDownGrowth;
  if (coolDownMs === undefined) report(at, "limit", "needs a `coolDown` beside it that it makes longer");
  if (!(factor >= LIMITS.growthFactorMin && factor <= LIMITS.growthFactorMax)) {
    report([...at, "factor"], "limit", `must be between ${LIMITS.growthFactorMin} and ${LIMITS.growthFactorMax}`);
  }
  if (maxMs < (coolDownMs ?? 0) || maxMs > LIMITS.coolDownMsMax) {
    report([...at, "upTo"], "limit", "must be at least `coolDown` and at most 30 days");
  }
  if (forgetAfterMs <= maxMs || forgetAfterMs > LIMITS.forgetAfterMsMax) {
    report(
      [...at, "forgetAfter"],
      "limit",
      "must be longer than `upTo`, or nothing would ever grow, and at most 90 days",
    );
  }
}
