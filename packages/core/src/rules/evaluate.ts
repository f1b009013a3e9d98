import type { CorrelationEvent } from "../event/index.ts";
import type { CompiledRuleSet } from "./compile-rules.ts";
import { holds, type Meter } from "./compile-when.ts";
import type { Rule } from "./rule.ts";
import { candidatesFor } from "./rule-index.ts";

export interface RuleMatch {
  readonly rule: Rule;
}

export interface Evaluation {
  /** In the order of the rules: higher priority first, then by id. */
  readonly matches: readonly RuleMatch[];
  /** What it cost: rules that the index let through, and conditions tested in them. */
  readonly rulesTried: number;
  readonly conditionsTried: number;
}

/** Which rules an event meets. An enforcing rule with `continue: false` that matched ends the search. */
export function evaluate(ruleSet: CompiledRuleSet, event: CorrelationEvent): Evaluation {
  const matches: RuleMatch[] = [];
  const meter: Meter = { conditions: 0 };
  let rulesTried = 0;
  for (const place of candidatesFor(ruleSet.index, event.fields)) {
    const compiled = ruleSet.rules[place];
    if (compiled === undefined) continue;
    rulesTried++;
    if (!holds(compiled.when, event.fields, meter)) continue;
    matches.push({ rule: compiled.rule });
    if (stopsOthers(compiled.rule)) break;
  }
  return { matches, rulesTried, conditionsTried: meter.conditions };
}

/** A rule on trial must not change what the others do. */
export function stopsOthers(rule: Rule): boolean {
  return rule.mode !== "observe" && !rule.continue;
}
