import type { CorrelationEvent } from "../event/index.ts";
import type { RuleId } from "../kernel/index.ts";
import { printWhen } from "./code-mode/index.ts";
import type { Fields } from "./compile-leaf.ts";
import type { CompiledRuleSet } from "./compile-rules.ts";
import type { CompiledNode } from "./compile-when.ts";
import { stopsOthers } from "./evaluate.ts";
import { shorten, whatIsSaid } from "./explain-leaf.ts";
import type { EvaluationFacts } from "./facts.ts";
import { type Asking, NO_FACTS } from "./matching/asking.ts";
import type { RulePath } from "./problem.ts";

/** [T2] Why a rule met the event, or why not. */
export type RuleExplanation =
  | { readonly ruleId: RuleId; readonly kind: "matched" }
  | { readonly ruleId: RuleId; readonly kind: "not_matched"; readonly clause: FailedClause }
  /** It was not asked: the rule `by` matched before and says `continue: false`. */
  | { readonly ruleId: RuleId; readonly kind: "stopped"; readonly by: RuleId };

/** The first clause that fails. */
export interface FailedClause {
  /** Where it stands in the rule, e.g. `["when", "all", 1]`. */
  readonly path: RulePath;
  /** One sentence for a person: the clause and what the event says instead. */
  readonly message: string;
}

/** One answer per rule, in the order in which they are asked. Walks every rule: for people, not for the stream. */
export function explain(
  { rules, asking }: CompiledRuleSet,
  event: CorrelationEvent,
  facts: EvaluationFacts = NO_FACTS,
): readonly RuleExplanation[] {
  asking.begin(event.fields, facts);
  const said = { asking, fields: event.fields, facts };
  let stoppedBy: RuleId | undefined;
  return rules.map(({ rule, when }): RuleExplanation => {
    if (stoppedBy !== undefined) return { ruleId: rule.id, kind: "stopped", by: stoppedBy };
    const clause = firstFailure(when, ["when"], said);
    if (clause !== undefined) return { ruleId: rule.id, kind: "not_matched", clause };
    if (stopsOthers(rule)) stoppedBy = rule.id;
    return { ruleId: rule.id, kind: "matched" };
  });
}

interface Said {
  readonly asking: Asking;
  readonly fields: Fields;
  readonly facts: EvaluationFacts;
}

/** In the order in which the rule is written, whatever order it is asked in. */
function firstFailure(node: CompiledNode, path: RulePath, said: Said): FailedClause | undefined {
  if (said.asking.holds(node)) return undefined;
  switch (node.kind) {
    case "all":
      for (const [index, child] of node.nodes.entries()) {
        const failure = firstFailure(child, [...path, "all", index], said);
        if (failure !== undefined) return failure;
      }
      return undefined;
    case "any": {
      const failures = node.nodes.flatMap((child, index) => firstFailure(child, [...path, "any", index], said) ?? []);
      const first = failures[0]?.message ?? "it has none";
      const message = `None of ${node.nodes.length} alternatives holds. The first: ${first}`;
      return node.nodes.length === 1 ? failures[0] : { path, message };
    }
    case "not":
      return { path, message: `It must not hold, but does: ${shorten(printWhen(node.negated))}.` };
    case "count": {
      const failure = firstFailure(node.of, [...path, "count", "of"], said);
      if (failure !== undefined) return failure;
      const { count } = node;
      const counted = count.distinct === undefined ? "events" : `different ${count.distinct}`;
      const message = `${shorten(printWhen({ count }))} fails: so far ${said.asking.countOf(node)} ${counted}, ${count.atLeast} are needed.`;
      return { path, message };
    }
    case "test":
      return { path, message: `${shorten(printWhen(node.leaf))} fails: ${whatIsSaid(node.leaf, said)}.` };
  }
}
