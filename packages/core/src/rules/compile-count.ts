import type { Report, RuleContext } from "./compile-context.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import { type CountCondition, kinded, type WhenNode } from "./when.ts";

/** [R19] What is beside `of`; that one is compiled like any tree. */
export function checkCount(count: CountCondition["count"], context: RuleContext, report: Report): void {
  const { of, windowMs, by = [], distinct, atLeast } = count;
  if (containsCount(of)) {
    report(["of"], "bad_operand", "a count of counts has no meaning; put the two side by side under `all`");
  }
  if (!Number.isInteger(windowMs) || windowMs < LIMITS.countWindowMsMin || windowMs > LIMITS.countWindowMsMax) {
    report(["within"], "limit", "must be between 1 second and 7 days");
  }
  if (!Number.isInteger(atLeast) || atLeast < 1 || atLeast > LIMITS.countAtLeastMax) {
    report(["atLeast"], "limit", `must be a whole number from 1 to ${LIMITS.countAtLeastMax}`);
  }
  if (by.length > LIMITS.countFieldsMax) {
    report(["by"], "limit", `${by.length} fields; at most ${LIMITS.countFieldsMax}`);
  }
  for (const [index, field] of by.entries()) context.fieldType(field, ["by", index], report);
  if (distinct !== undefined) context.fieldType(distinct, ["distinct"], report);
}

/** Not looking deeper than the tree may be. */
function containsCount(node: WhenNode, depthLeft: number = LIMITS.depthMax): boolean {
  if (depthLeft === 0) return false;
  const known = kinded(node);
  switch (known.kind) {
    case "all":
    case "any":
      return known.nodes.some((child) => containsCount(child, depthLeft - 1));
    case "not":
      return containsCount(known.node, depthLeft - 1);
    default:
      return known.kind === "count";
  }
}
