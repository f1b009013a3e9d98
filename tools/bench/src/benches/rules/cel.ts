import { type Condition, kinded, type WhenNode } from "@cordon/core/rules";
import { Environment } from "@marcbachmann/cel-js";
import { toRegExp } from "./closures.ts";
import type { RulesEngine } from "./engine.ts";
import { ipv4Of, ipv4RangeOf } from "./ipv4.ts";
import { constantsOf, fieldsOf, type PlainEvent, plainEvents } from "./plain-event.ts";

/** Common Expression Language, each rule parsed and checked once, with the event's fields as typed variables. */
export const cel: RulesEngine = {
  name: "CEL (@marcbachmann/cel-js)",
  async prepare(rules, events) {
    const environment = new Environment()
      .registerFunction("fold(string): string", (text: string) => text.toLowerCase())
      .registerFunction("ipv4(string): double", (text: string) => ipv4Of(text))
      .registerFunction("found(string, string): bool", createFound());
    for (const [name, type] of fieldsOf(rules)) {
      environment.registerVariable(name, type === "number" ? "double" : "string");
    }
    const programs = rules.map(({ when }) => environment.parse(expressionOf(when)));
    const plain = plainEvents(rules, events);
    return {
      ask(eventPlace) {
        const event = plain[eventPlace] as PlainEvent;
        const matches: number[] = [];
        for (const [place, program] of programs.entries()) if (program(event) === true) matches.push(place);
        return matches;
      },
      placesIn: (answer) => answer as readonly number[],
      close() {},
    };
  },
};

function expressionOf(node: WhenNode): string {
  const known = kinded(node);
  switch (known.kind) {
    case "all":
      return `(${known.nodes.map(expressionOf).join(" && ")})`;
    case "any":
      return `(${known.nodes.map(expressionOf).join(" || ")})`;
    case "not":
      return `!(${expressionOf(known.node)})`;
    case "condition":
      return comparisonOf(known.node);
    default:
      throw new Error(`the mix has no ${known.kind}`);
  }
}

function comparisonOf(condition: Condition): string {
  const { field, op, ignoreCase } = condition;
  const values = constantsOf(condition);
  const [value = ""] = values;
  const left = ignoreCase ? `fold(${field})` : field;
  const right = ignoreCase ? literal(String(value).toLowerCase()) : literal(value);
  switch (op) {
    case "=":
      return `${field} == ${right}`;
    case "in":
      return `${field} in [${values.map(literal).join(", ")}]`;
    case ">=":
    case "<=":
    case ">":
      return `${field} ${op} ${right}`;
    case "startsWith":
    case "endsWith":
    case "contains":
      return `${left}.${op}(${right})`;
    case "match":
      return `found(${field}, ${right})`;
    case "inSubnet": {
      const ranges = values.map((subnet) => ipv4RangeOf(String(subnet)));
      const tests = ranges.map(({ first, last }) => `(ipv4(${field}) >= ${first}.0 && ipv4(${field}) <= ${last}.0)`);
      return `(${tests.join(" || ")})`;
    }
    default:
      throw new Error(`the mix has no ${op}`);
  }
}

/** Its own `matches` knows no `(?i)`, and makes the expression anew each time. */
function createFound(): (text: string, pattern: string) => boolean {
  const expressions = new Map<string, RegExp>();
  return (text, pattern) => {
    const expression = expressions.get(pattern) ?? toRegExp(pattern);
    expressions.set(pattern, expression);
    return expression.test(text);
  };
}

function literal(value: string | number): string {
  return typeof value === "number" ? `${value}.0` : JSON.stringify(value);
}
