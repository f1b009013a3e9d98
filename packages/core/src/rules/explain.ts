import type { CorrelationEvent, FieldValue } from "../event/index.ts";
import type { RuleId } from "../kernel/index.ts";
import { printWhen } from "./code-mode/index.ts";
import type { Fields } from "./compile-condition.ts";
import type { CompiledRuleSet } from "./compile-rules.ts";
import { type CompiledNode, holds, type Meter } from "./compile-when.ts";
import { stopsOthers } from "./evaluate.ts";
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
export function explain(ruleSet: CompiledRuleSet, event: CorrelationEvent): readonly RuleExplanation[] {
  let stoppedBy: RuleId | undefined;
  return ruleSet.rules.map(({ rule, when }): RuleExplanation => {
    if (stoppedBy !== undefined) return { ruleId: rule.id, kind: "stopped", by: stoppedBy };
    const clause = firstFailure(when, event.fields);
    if (clause !== undefined) return { ruleId: rule.id, kind: "not_matched", clause };
    if (stopsOthers(rule)) stoppedBy = rule.id;
    return { ruleId: rule.id, kind: "matched" };
  });
}

function firstFailure(node: CompiledNode, fields: Fields): FailedClause | undefined {
  const meter: Meter = { conditions: 0 };
  if (holds(node, fields, meter)) return undefined;
  switch (node.kind) {
    case "all":
      for (const child of node.nodes) {
        const failure = firstFailure(child, fields);
        if (failure !== undefined) return failure;
      }
      return undefined;
    case "any": {
      const failures = node.nodes.flatMap((child) => firstFailure(child, fields) ?? []);
      const first = failures[0]?.message ?? "it has none";
      const message = `None of ${node.nodes.length} alternatives holds. The first: ${first}`;
      return node.nodes.length === 1 ? failures[0] : { path: node.path, message };
    }
    case "not":
      return { path: node.path, message: `It must not hold, but does: ${shorten(printWhen(node.negated))}.` };
    case "condition": {
      const { field, valueField } = node.condition;
      const other = valueField === undefined ? "" : `, and ${valueField} ${printValue(fields[valueField])}`;
      const message = `${shorten(printWhen(node.condition))} fails: ${field} ${printValue(fields[field])}${other}.`;
      return { path: node.path, message };
    }
  }
}

const SHOWN_CHARS_MAX = 200;

function printValue(value: FieldValue | undefined): string {
  if (value === undefined) return "is absent from the event";
  return `is ${shorten(JSON.stringify(value))}`;
}

function shorten(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}
