import type { PricedTest } from "./compile-leaf.ts";
import type { CompiledNode } from "./compile-when.ts";
import type { Counter } from "./counters.ts";
import type { Condition, CountCondition, WhenNode } from "./when.ts";

/** Cheaper ones are asked again sooner than a kept answer is found. */
const KEPT_COST_MIN = 2;

/** The nodes of one rule set: what is written alike, in whatever rule, is one node, and its answer is kept for the event. */
export interface NodePool {
  /** `make` is asked when no leaf is known under `key` yet; undefined when it reported a mistake. */
  leaf(key: string, leaf: WhenNode, make: () => PricedTest | undefined): CompiledNode;
  group(kind: "all" | "any", nodes: readonly CompiledNode[]): CompiledNode;
  not(node: CompiledNode, negated: WhenNode): CompiledNode;
  count(counter: Counter, of: CompiledNode, count: CountCondition["count"]): CompiledNode;
  /** Gives every node whose answer is worth keeping its place; how many there are. */
  finish(): number;
}

type Made<Node = CompiledNode> = Node extends CompiledNode ? { -readonly [Member in keyof Node]: Node[Member] } : never;

export function createNodePool(): NodePool {
  const byKey = new Map<string, Made>();
  const users = new Map<CompiledNode, number>();
  const numbers = new Map<CompiledNode, number>();

  const intern = (key: string, make: () => Made): CompiledNode => {
    let node = byKey.get(key);
    if (node === undefined) {
      node = make();
      byKey.set(key, node);
      numbers.set(node, numbers.size);
    }
    users.set(node, (users.get(node) ?? 0) + 1);
    return node;
  };
  const numberOf = (node: CompiledNode): number => numbers.get(node) ?? -1;

  return {
    leaf(key, leaf, make) {
      const known = byKey.get(key);
      if (known !== undefined) return intern(key, () => known);
      const made = make();
      const { test, cost } = made ?? { test: () => false, cost: 0 };
      const condition = isCondition(leaf) ? leaf : undefined;
      const node: Made = { kind: "test", leaf, test, cost, keptAt: -1, ...(condition && { condition }) };
      return made === undefined ? node : intern(key, () => node);
    },
    group: (kind, nodes) =>
      intern(`${kind} ${nodes.map(numberOf).join(" ")}`, () => ({
        kind,
        nodes,
        cheapFirst: nodes.toSorted((left, right) => left.cost - right.cost),
        cost: nodes.reduce((sum, node) => sum + node.cost, 0),
        keptAt: -1,
      })),
    not: (node, negated) =>
      intern(`not ${numberOf(node)}`, () => ({ kind: "not", node, negated, cost: node.cost, keptAt: -1 })),
    count: (counter, of, count) =>
      intern(`count ${numberOf(of)} ${count.atLeast} ${counter.id}`, () => ({
        kind: "count",
        counter,
        of,
        count,
        cost: of.cost + COUNT_COST,
        keptAt: -1,
      })),
    finish() {
      let kept = 0;
      for (const node of byKey.values()) {
        if (node.cost >= KEPT_COST_MIN && (users.get(node) ?? 0) > 1) node.keptAt = kept++;
      }
      return kept;
    },
  };
}

/** Asks somebody else's memory, so it comes last. */
const COUNT_COST = 200;

function isCondition(leaf: WhenNode): leaf is Condition {
  return "field" in leaf && "op" in leaf && leaf.op !== "hasVulnerability";
}
