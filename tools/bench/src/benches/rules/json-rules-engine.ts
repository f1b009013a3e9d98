import { type Condition, kinded, type WhenNode } from "@cordon/core/rules";
import { Engine, type EngineResult, type NestedCondition, type TopLevelCondition } from "json-rules-engine";
import { toRegExp } from "./closures.ts";
import type { RulesEngine } from "./engine.ts";
import { type Ipv4Range, ipv4Of, ipv4RangeOf } from "./ipv4.ts";
import { constantsOf, type PlainEvent, plainEvents } from "./plain-event.ts";

/** One engine with all rules; what it has no operator for is added, as its documentation says. */
export const jsonRulesEngine: RulesEngine = {
  name: "json-rules-engine",
  async prepare(rules, events) {
    const engine = new Engine();
    addOperators(engine);
    for (const [place, { when }] of rules.entries()) {
      engine.addRule({ conditions: topLevel(nodeOf(when)), event: { type: "match", params: { place } } });
    }
    const plain = plainEvents(rules, events);
    return {
      ask: (eventPlace) => engine.run({ ...(plain[eventPlace] as PlainEvent) }),
      placesIn: (answer) => (answer as EngineResult).events.map(({ params }) => params?.place as number),
      close: () => engine.stop(),
    };
  },
};

function addOperators(engine: Engine): void {
  engine.addOperator<string, string>("startsWith", (text, value) => text.startsWith(value));
  engine.addOperator<string, string>("startsWithAnyCase", (text, value) => text.toLowerCase().startsWith(value));
  engine.addOperator<string, string>("endsWithAnyCase", (text, value) => text.toLowerCase().endsWith(value));
  engine.addOperator<string, string>("endsWith", (text, value) => text.endsWith(value));
  engine.addOperator<string, string>("containsText", (text, value) => text.includes(value));
  engine.addOperator<string, string>("containsAnyCase", (text, value) => text.toLowerCase().includes(value));
  engine.addOperator<string, RegExp>("matches", (text, expression) => expression.test(text));
  engine.addOperator<string, readonly Ipv4Range[]>("inSubnet", (text, ranges) => {
    const address = ipv4Of(text);
    return ranges.some(({ first, last }) => address >= first && address <= last);
  });
}

function nodeOf(node: WhenNode): NestedCondition {
  const known = kinded(node);
  switch (known.kind) {
    case "all":
      return { all: known.nodes.map(nodeOf) };
    case "any":
      return { any: known.nodes.map(nodeOf) };
    case "not":
      return { not: nodeOf(known.node) };
    case "condition":
      return comparisonOf(known.node);
    default:
      throw new Error(`the mix has no ${known.kind}`);
  }
}

function topLevel(node: NestedCondition): TopLevelCondition {
  return "fact" in node ? { all: [node] } : (node as TopLevelCondition);
}

const OPERATORS: Readonly<Record<string, string>> = {
  "=": "equal",
  in: "in",
  ">=": "greaterThanInclusive",
  "<=": "lessThanInclusive",
  ">": "greaterThan",
  startsWith: "startsWith",
  endsWith: "endsWith",
  contains: "containsText",
  match: "matches",
  inSubnet: "inSubnet",
};

function comparisonOf(condition: Condition): NestedCondition {
  const { field, op, ignoreCase } = condition;
  const values = constantsOf(condition);
  const [value = ""] = values;
  if (ignoreCase) {
    return { fact: field, operator: `${op}AnyCase`, value: String(value).toLowerCase() };
  }
  const operator = OPERATORS[op] as string;
  if (op === "in") return { fact: field, operator, value: values };
  if (op === "match") return { fact: field, operator, value: toRegExp(String(value)) };
  if (op === "inSubnet") return { fact: field, operator, value: values.map((each) => ipv4RangeOf(String(each))) };
  return { fact: field, operator, value };
}
