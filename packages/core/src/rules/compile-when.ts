import { compileCellCondition, compileCondition } from "./compile-condition.ts";
import { below, type Report, type RuleContext } from "./compile-context.ts";
import { checkCount } from "./compile-count.ts";
import type { PricedTest, Test } from "./compile-leaf.ts";
import { compileEntry, compileVulnerability } from "./compile-lists.ts";
import type { NodePool } from "./compile-pool.ts";
import { type Counter, counterOf } from "./counters.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import type { RulePath } from "./problem.ts";
import { type Condition, type CountCondition, type KindedNode, kinded, type WhenNode } from "./when.ts";

/** A `when` tree with its tests made. A node may stand in many rules, so it does not know its place in one. */
export type CompiledNode = (
  | {
      readonly kind: "all" | "any";
      /** As written. */
      readonly nodes: readonly CompiledNode[];
      readonly cheapFirst: readonly CompiledNode[];
    }
  | { readonly kind: "not"; readonly node: CompiledNode; readonly negated: WhenNode }
  | {
      readonly kind: "test";
      readonly leaf: WhenNode;
      /** The leaf, when it asks the event only by comparing a field. */
      readonly condition?: Condition;
      readonly test: Test;
    }
  | {
      readonly kind: "count";
      readonly counter: Counter;
      readonly of: CompiledNode;
      readonly count: CountCondition["count"];
    }
) & {
  readonly cost: number;
  /** Where its answer is kept for the event; -1 when it is not. */
  readonly keptAt: number;
};

export function compileWhen(when: WhenNode, context: RuleContext, pool: NodePool, report: Report): CompiledNode {
  let nodes = 0;

  function visit(node: WhenNode, path: RulePath): CompiledNode {
    nodes++;
    if (nodes > LIMITS.nodesMax) return pool.group("any", []);
    const known = kinded(node);
    switch (known.kind) {
      case "all":
      case "any": {
        const { kind } = known;
        if (known.nodes.length === 0)
          report([...path, kind], "bad_operand", `\`${kind}\` needs at least one condition`);
        return pool.group(
          kind,
          known.nodes.map((child, index) => visit(child, [...path, kind, index])),
        );
      }
      case "not":
        return pool.not(visit(known.node, [...path, "not"]), known.node);
      case "count": {
        const { count } = known.node;
        checkCount(count, context, below(report, ...path, "count"));
        return pool.count(counterOf(count, context.calendars), visit(count.of, [...path, "count", "of"]), count);
      }
      default:
        return leafOf(known, path);
    }
  }

  function leafOf(known: Leaf, path: RulePath): CompiledNode {
    // `during` may name a calendar of the rule, and another rule may mean another by that name.
    const calendars = "op" in known.node && known.node.op === "during" ? JSON.stringify(context.calendars) : "";
    return pool.leaf(`${JSON.stringify(known.node)}${calendars}`, known.node, () => {
      let isWrong = false;
      const test = compileLeaf(known, context, (...problem) => {
        isWrong = true;
        below(report, ...path)(...problem);
      });
      return isWrong ? undefined : test;
    });
  }

  const depth = depthOf(when);
  if (depth > LIMITS.depthMax) {
    report(["when"], "limit", `the conditions nest more than ${LIMITS.depthMax} deep`);
    return pool.group("any", []);
  }
  const compiled = visit(when, ["when"]);
  if (nodes > LIMITS.nodesMax)
    report(["when"], "limit", `the rule has more than ${LIMITS.nodesMax} conditions and groups`);
  return compiled;
}

type Leaf = Exclude<KindedNode, { readonly kind: "all" | "any" | "not" | "count" }>;

function compileLeaf(known: Leaf, context: RuleContext, report: Report): PricedTest {
  switch (known.kind) {
    case "condition":
      return compileCondition(known.node, context, report);
    case "cell":
      return compileCellCondition(known.node, context, report);
    case "entry":
      return compileEntry(known.node, context, report);
    case "vulnerability":
      return compileVulnerability(known.node, context, report);
  }
}

/** Levels of the tree, not looking deeper than one beyond the limit: the tree may be hostile. */
function depthOf(node: WhenNode, depth = 1): number {
  if (depth > LIMITS.depthMax) return depth;
  const known = kinded(node);
  switch (known.kind) {
    case "all":
    case "any":
      return known.nodes.reduce((deepest, child) => Math.max(deepest, depthOf(child, depth + 1)), depth);
    case "not":
      return depthOf(known.node, depth + 1);
    case "count":
      return depthOf(known.node.count.of, depth + 1);
    default:
      return depth;
  }
}
