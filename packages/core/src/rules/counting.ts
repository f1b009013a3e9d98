import type { CorrelationEvent } from "../event/index.ts";
import { ruleId } from "../kernel/index.ts";
import type { CompiledRuleSet } from "./compile-rules.ts";
import { type Counter, countersOf, groupOf, textsOf } from "./counters.ts";
import { printDuration } from "./duration.ts";
import { evaluate } from "./evaluate.ts";
import type { CountFacts, ListFacts } from "./facts.ts";
import { NO_FACTS } from "./matching/asking.ts";
import type { Rule } from "./rule.ts";
import { kinded, type WhenNode } from "./when.ts";

/**
 * Counters as rules: compiled and evaluated like any set, they say which counters an event meets. The rule's id is the key
 * into `counters`.
 */
export function counterRules(rules: readonly Rule[]): {
  readonly rules: readonly Rule[];
  readonly counters: ReadonlyMap<string, Counter>;
} {
  const counters = new Map(countersOf(rules).map((counter, index) => [`counter-${index}`, counter]));
  const asRules = [...counters].map(
    ([id, { of, calendars }]): Rule => ({
      id: ruleId(id),
      name: id,
      mode: "observe",
      priority: 0,
      continue: true,
      when: of,
      target: [],
      actions: [],
      limits: {},
      ...(calendars === undefined ? {} : { calendars }),
    }),
  );
  return { rules: asRules, counters };
}

/** The counters of the set that the event meets. One that meets none is evaluated without any counts. */
export function countersMet(
  { counting }: CompiledRuleSet,
  event: CorrelationEvent,
  lists: ListFacts = NO_FACTS.lists,
): readonly Counter[] {
  if (counting === undefined) return [];
  const { matches } = evaluate(counting.ruleSet, event, { ...NO_FACTS, lists });
  return matches.flatMap(({ rule }) => counting.counters.get(rule.id) ?? []);
}

/** What one count of a rule came to when an event met what it counts [T2]. */
export interface CountSaid {
  readonly counted: number;
  readonly atLeast: number;
  readonly windowMs: number;
  /** The group, field by field, each with the text that its events share. */
  readonly group: Readonly<Record<string, string>>;
  readonly distinct?: string;
}

/** For each count of the rule that the event meets, in the order in which they are written. */
export function countsOf(
  rule: Rule,
  event: CorrelationEvent,
  met: readonly Counter[],
  facts: CountFacts,
): readonly CountSaid[] {
  const known = new Map(met.map((counter) => [counter.id, counter]));
  return countNodes(rule.when).flatMap((count): readonly CountSaid[] => {
    const [counter] = countersOf([{ ...rule, when: { count } }]);
    if (counter === undefined || !known.has(counter.id)) return [];
    const { by, distinct, windowMs } = counter;
    const said = {
      counted: facts.count(counter.id, groupOf(event.fields, by)),
      atLeast: count.atLeast,
      windowMs,
      group: Object.fromEntries(by.map((field) => [field, shown(textsOf(event.fields[field]).join(", "))])),
    };
    return [distinct === undefined ? said : { ...said, distinct }];
  });
}

const SHOWN_CHARS_MAX = 100;

function shown(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}

type CountNode = Extract<WhenNode, { readonly count: unknown }>["count"];

function countNodes(node: WhenNode): readonly CountNode[] {
  const known = kinded(node);
  if (known.kind === "all" || known.kind === "any") return known.nodes.flatMap(countNodes);
  if (known.kind === "not") return countNodes(known.node);
  return known.kind === "count" ? [known.node.count] : [];
}

/** "5 of 5 events in 10m for SourceAddress=10.0.0.1" */
export function printCount({ counted, atLeast, windowMs, group, distinct }: CountSaid): string {
  const what = distinct === undefined ? "events" : `different ${distinct}`;
  const each = Object.entries(group).map(([field, text]) => `${field}=${text === "" ? "(absent)" : text}`);
  const of = each.length === 0 ? "" : ` for ${each.join(", ")}`;
  return `${counted} of ${atLeast} ${what} in ${printDuration(windowMs)}${of}`;
}
