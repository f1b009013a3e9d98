import type { Report } from "./compile-context.ts";
import type { RuleFeature } from "./facts.ts";
import type { RulePath } from "./problem.ts";
import type { Rule } from "./rule.ts";
import { kinded, type WhenNode } from "./when.ts";

/** Refuses what the caller would not carry out: a rule is never run as less than it says. */
export function checkFeatures(rule: Rule, features: ReadonlySet<RuleFeature>, report: Report): void {
  const need = (feature: RuleFeature, path: RulePath, what: string): void => {
    if (!features.has(feature)) {
      report(path, "not_supported", `${what} is part of the language, but this installation does not carry it out yet`);
    }
  };
  if (rule.mode === "hold") need("hold", ["mode"], "the mode `hold`");
  if (rule.chain !== undefined) need("chains", ["chain"], "a chain of actions");
  if (rule.limits.maxActions !== undefined) need("windowLimits", ["limits", "maxActions"], "a limit in a window");
  if (rule.limits.maxSiteShare !== undefined) need("windowLimits", ["limits", "maxSiteShare"], "a limit in a window");
  visit(rule.when, ["when"], need);
}

type Need = (feature: RuleFeature, path: RulePath, what: string) => void;

const LIST_OPERATORS: readonly string[] = ["inCategory", "inActiveDirectoryGroup", "TIDetect"];

/** Bounded in depth by the compiler's own limit, which reports what is beyond it. */
function visit(node: WhenNode, path: RulePath, need: Need, depthLeft = 32): void {
  if (depthLeft === 0) return;
  const known = kinded(node);
  switch (known.kind) {
    case "all":
    case "any":
      for (const [index, child] of known.nodes.entries())
        visit(child, [...path, known.kind, index], need, depthLeft - 1);
      return;
    case "not":
      visit(known.node, [...path, "not"], need, depthLeft - 1);
      return;
    case "count":
      need("counts", [...path, "count"], "counting events");
      visit(known.node.count.of, [...path, "count", "of"], need, depthLeft - 1);
      return;
    case "entry":
    case "vulnerability":
      need("lists", [...path, "op"], `\`${known.node.op}\``);
      return;
    case "cell":
    case "condition": {
      const { node: condition } = known;
      if ("cell" in condition) need("lists", [...path, "cell"], "`cell`");
      else if (LIST_OPERATORS.includes(condition.op)) need("lists", [...path, "op"], `\`${condition.op}\``);
      if (condition.valueCell !== undefined) need("lists", [...path, "valueCell"], "`valueCell`");
      if (condition.valueList !== undefined) need("lists", [...path, "valueList"], "`valueList`");
    }
  }
}
