import { type Condition, kinded, type WhenNode } from "@cordon/core/rules";
import { ZenDecisionContent, ZenEngine, type ZenEngineResponse } from "@gorules/zen-engine";
import type { RulesEngine } from "./engine.ts";
import { ipv4Of, ipv4RangeOf } from "./ipv4.ts";
import { constantsOf, type PlainEvent, plainEvents } from "./plain-event.ts";

/**
 * One decision table that collects every row that holds. A row's cell holds the whole expression of a rule: so the table
 * can say all that the rules say. Compiled once (`ZenDecisionContent`). It has no addresses: they come as numbers.
 */
export const zen: RulesEngine = {
  name: "zen-engine",
  async prepare(rules, events) {
    const engine = new ZenEngine();
    const decision = engine.createDecision(
      new ZenDecisionContent(tableOf(rules.map(({ when }) => expressionOf(when)))),
    );
    const plain = plainEvents(rules, events).map(withNumericAddresses);
    return {
      ask: (eventPlace) => decision.evaluate(plain[eventPlace] as PlainEvent),
      placesIn: (answer) =>
        ((answer as ZenEngineResponse).result as readonly { readonly place: number }[]).map(({ place }) => place),
      close: () => engine.dispose(),
    };
  },
};

function tableOf(expressions: readonly string[]): object {
  const rules = expressions.map((expression, place) => ({
    _id: `row-${place}`,
    when: expression,
    place: String(place),
  }));
  return {
    contentType: "application/vnd.gorules.decision",
    nodes: [
      { id: "in", name: "in", type: "inputNode", position: { x: 0, y: 0 } },
      {
        id: "table",
        name: "table",
        type: "decisionTableNode",
        position: { x: 0, y: 0 },
        content: {
          hitPolicy: "collect",
          inputs: [{ id: "when", name: "when", type: "expression" }],
          outputs: [{ id: "place", field: "place", name: "place", type: "expression" }],
          rules,
        },
      },
      { id: "out", name: "out", type: "outputNode", position: { x: 0, y: 0 } },
    ],
    edges: [
      { id: "e1", sourceId: "in", targetId: "table", type: "edge" },
      { id: "e2", sourceId: "table", targetId: "out", type: "edge" },
    ],
  };
}

const ADDRESSES = ["SourceAddress", "DestinationAddress"];

function withNumericAddresses(event: PlainEvent): PlainEvent {
  const numbers = ADDRESSES.filter((name) => typeof event[name] === "string").map((name) => [
    `${name}Number`,
    ipv4Of(String(event[name])),
  ]);
  return { ...event, ...Object.fromEntries(numbers) };
}

function expressionOf(node: WhenNode): string {
  const known = kinded(node);
  switch (known.kind) {
    case "all":
      return `(${known.nodes.map(expressionOf).join(" and ")})`;
    case "any":
      return `(${known.nodes.map(expressionOf).join(" or ")})`;
    case "not":
      return `not (${expressionOf(known.node)})`;
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
  const left = ignoreCase ? `lower(${field})` : field;
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
      return `${op}(${left}, ${right})`;
    case "match":
      return `matches(${field}, ${right})`;
    case "inSubnet": {
      const ranges = values.map((subnet) => ipv4RangeOf(String(subnet)));
      const tests = ranges.map(({ first, last }) => `${field}Number in [${first}..${last}]`);
      return `(${tests.join(" or ")})`;
    }
    default:
      throw new Error(`the mix has no ${op}`);
  }
}

/** Its strings know no escapes: a backslash is a backslash, and the mix has no quotes in its values. */
function literal(value: string | number): string {
  return typeof value === "number" ? String(value) : `"${value}"`;
}
