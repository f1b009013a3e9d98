import { compileCondition, type Fields, type Test } from "./compile-condition.ts";
import { below, type CompileContext, type Report } from "./compile-context.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import type { RulePath } from "./problem.ts";
import { type Condition, kinded, type WhenNode } from "./when.ts";

/** A `when` tree with its tests made; each node knows where it stands in the rule. */
export type CompiledNode =
  | { readonly kind: "all" | "any"; readonly nodes: readonly CompiledNode[]; readonly path: RulePath }
  | { readonly kind: "not"; readonly node: CompiledNode; readonly negated: WhenNode; readonly path: RulePath }
  | { readonly kind: "condition"; readonly condition: Condition; readonly test: Test; readonly path: RulePath };

/** Counts what an evaluation cost. */
export interface Meter {
  conditions: number;
}

export function compileWhen(when: WhenNode, context: CompileContext, report: Report): CompiledNode {
  let nodes = 0;

  function visit(node: WhenNode, path: RulePath): CompiledNode {
    nodes++;
    if (nodes > LIMITS.nodesMax) return { kind: "any", nodes: [], path };
    if ("all" in node || "any" in node) {
      const kind = "all" in node ? "all" : "any";
      const children = "all" in node ? node.all : node.any;
      if (children.length === 0) report([...path, kind], "bad_operand", `\`${kind}\` needs at least one condition`);
      return {
        kind,
        nodes: children.map((child, index) => visit(child, [...path, kind, index])),
        path,
      };
    }
    if ("not" in node) {
      return { kind: "not", node: visit(node.not, [...path, "not"]), negated: node.not, path };
    }
    const at = below(report, ...path);
    const known = kinded(node);
    if (known.kind !== "condition") {
      at([], "not_supported", `\`${"op" in node ? node.op : known.kind}\` is not carried out yet`);
      return { kind: "any", nodes: [], path };
    }
    return { kind: "condition", condition: known.node, test: compileCondition(known.node, context, at), path };
  }

  const depth = depthOf(when);
  if (depth > LIMITS.depthMax) {
    report(["when"], "limit", `the conditions nest more than ${LIMITS.depthMax} deep`);
    return { kind: "any", nodes: [], path: ["when"] };
  }
  const compiled = visit(when, ["when"]);
  if (nodes > LIMITS.nodesMax)
    report(["when"], "limit", `the rule has more than ${LIMITS.nodesMax} conditions and groups`);
  return compiled;
}

export function holds(node: CompiledNode, fields: Fields, meter: Meter): boolean {
  switch (node.kind) {
    case "all":
      for (const child of node.nodes) if (!holds(child, fields, meter)) return false;
      return true;
    case "any":
      for (const child of node.nodes) if (holds(child, fields, meter)) return true;
      return false;
    case "not":
      return !holds(node.node, fields, meter);
    case "condition":
      meter.conditions++;
      return node.test(fields);
  }
}

/** Levels of the tree, not looking deeper than one beyond the limit: the tree may be hostile. */
function depthOf(node: WhenNode, depth = 1): number {
  if (depth > LIMITS.depthMax) return depth;
  const children = "all" in node ? node.all : "any" in node ? node.any : "not" in node ? [node.not] : [];
  return children.reduce((deepest, child) => Math.max(deepest, depthOf(child, depth + 1)), depth);
}
