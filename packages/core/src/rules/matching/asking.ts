import type { Fields } from "../compile-leaf.ts";
import type { CompiledNode } from "../compile-when.ts";
import { groupOf } from "../counters.ts";
import type { EvaluationFacts } from "../facts.ts";

/** For callers whose rules ask of nobody else than the event. */
export const NO_FACTS: EvaluationFacts = {
  lists: { has: () => false, cell: () => undefined, keys: () => [] },
  counts: { count: () => 0 },
};

/** From here on the numbers of events begin again: one bit beside them holds the answer. */
const EVENTS_MAX = 2 ** 30;

/**
 * Asks the nodes of one rule set about one event after the other. What several rules ask is answered once per event. Not to
 * be used within one of its own answers.
 */
export class Asking {
  /** Per node that is kept: the number of the event, and its answer in the last bit. */
  readonly #answers: Int32Array;
  #event = 0;
  #fields: Fields = {};
  #facts: EvaluationFacts = NO_FACTS;
  /** How many conditions were tested for this event; kept answers cost nothing. */
  conditions = 0;

  constructor(kept: number) {
    this.#answers = new Int32Array(kept);
  }

  begin(fields: Fields, facts: EvaluationFacts): void {
    this.#fields = fields;
    this.#facts = facts;
    this.conditions = 0;
    this.#event++;
    if (this.#event < EVENTS_MAX) return;
    this.#answers.fill(0);
    this.#event = 1;
  }

  holds(node: CompiledNode): boolean {
    const { keptAt } = node;
    if (keptAt < 0) return this.#compute(node);
    const kept = this.#answers[keptAt] as number;
    if (kept >> 1 === this.#event) return (kept & 1) === 1;
    const answer = this.#compute(node);
    this.#answers[keptAt] = (this.#event << 1) | (answer ? 1 : 0);
    return answer;
  }

  allHold(nodes: readonly CompiledNode[]): boolean {
    const fields = this.#fields;
    const facts = this.#facts;
    for (let index = 0; index < nodes.length; index++) {
      const node = nodes[index] as CompiledNode;
      // Nearly all of them are such; going the way of `holds` would take half as long again.
      if (node.kind === "test" && node.keptAt < 0) {
        this.conditions++;
        if (!node.test(fields, facts)) return false;
      } else if (!this.holds(node)) return false;
    }
    return true;
  }

  #compute(node: CompiledNode): boolean {
    switch (node.kind) {
      case "test":
        this.conditions++;
        return node.test(this.#fields, this.#facts);
      case "all":
        return this.allHold(node.cheapFirst);
      case "any": {
        const { cheapFirst } = node;
        for (let index = 0; index < cheapFirst.length; index++) {
          if (this.holds(cheapFirst[index] as CompiledNode)) return true;
        }
        return false;
      }
      case "not":
        return !this.holds(node.node);
      case "count":
        if (!this.holds(node.of)) return false;
        this.conditions++;
        return this.countOf(node) >= node.count.atLeast;
    }
  }

  /** How often the counter of a node was met in its window. */
  countOf({ counter }: Extract<CompiledNode, { readonly kind: "count" }>): number {
    return this.#facts.counts.count(counter.id, groupOf(this.#fields, counter.by));
  }
}
