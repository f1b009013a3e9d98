import type { CorrelationEvent } from "../event/index.ts";
import type { CompiledRuleSet } from "./compile-rules.ts";
import type { CompiledNode } from "./compile-when.ts";
import type { CountSaid } from "./counting.ts";
import type { EvaluationFacts } from "./facts.ts";
import { NO_FACTS } from "./matching/asking.ts";
import type { Rule } from "./rule.ts";
import { candidatesFor } from "./rule-index.ts";

export interface RuleMatch {
  readonly rule: Rule;
  /** What its counts came to, when it has any that the event meets [T2]. */
  readonly counts?: readonly CountSaid[];
}

export interface Evaluation {
  /** In the order of the rules: higher priority first, then by id. */
  readonly matches: readonly RuleMatch[];
  /** What it cost: rules that the index let through, and conditions tested in them. */
  readonly rulesTried: number;
  readonly conditionsTried: number;
}

/**
 * Which rules an event meets. A matching rule that is in force with `continue: false` ends the search. `facts` answer what
 * rules ask of lists and counters, and must not evaluate the same set from within.
 */
export function evaluate(
  { index, rules, stops, asking }: CompiledRuleSet,
  event: CorrelationEvent,
  facts: EvaluationFacts = NO_FACTS,
): Evaluation {
  const candidates = candidatesFor(index, event.fields);
  const { restOf, rests } = index;
  asking.begin(event.fields, facts);
  let matches: RuleMatch[] | undefined;
  let rulesTried = 0;
  while (rulesTried < candidates.count) {
    // Rules and their trees are scattered in memory: what every candidate needs stands in arrays instead.
    const place = candidates.at(rulesTried++);
    if (!asking.allHold(rests[restOf[place] as number] as readonly CompiledNode[])) continue;
    const match = rules[place] as RuleMatch;
    if (matches === undefined) matches = [match];
    else matches.push(match);
    if (stops[place] === 1) break;
  }
  return { matches: matches ?? NO_MATCHES, rulesTried, conditionsTried: asking.conditions };
}

const NO_MATCHES: readonly RuleMatch[] = [];

/** A rule on trial must not change what the others do. */
export function stopsOthers(rule: Rule): boolean {
  return rule.mode !== "observe" && !rule.continue;
}
