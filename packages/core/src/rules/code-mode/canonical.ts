import type { WhenNode } from "../when.ts";

/** The tree that code mode gives back for this one: a group of one is that one, and a case that counts is not said [R20]. */
export function canonicalWhen(node: WhenNode): WhenNode {
  if ("all" in node || "any" in node) {
    const nodes = ("all" in node ? node.all : node.any).map(canonicalWhen);
    const [only] = nodes;
    if (nodes.length === 1 && only !== undefined) return only;
    return "all" in node ? { all: nodes } : { any: nodes };
  }
  if ("not" in node) return { not: canonicalWhen(node.not) };
  if ("count" in node) return { count: { ...node.count, of: canonicalWhen(node.count.of) } };
  if (!("ignoreCase" in node) || node.ignoreCase === true) return node;
  const { ignoreCase: _counts, ...rest } = node;
  return rest;
}
