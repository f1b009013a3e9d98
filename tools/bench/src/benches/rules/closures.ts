import { type Condition, kinded, type WhenNode } from "@cordon/core/rules";
import type { RulesEngine } from "./engine.ts";
import { ipv4Of, ipv4RangeOf } from "./ipv4.ts";
import { constantsOf, type PlainEvent, plainEvents } from "./plain-event.ts";

type Test = (event: PlainEvent) => boolean;

/** One function per rule, all asked in turn: what one writes without an engine. */
export const closures: RulesEngine = {
  name: "plain closures",
  async prepare(rules, events) {
    const tests = rules.map(({ when }) => testOf(when));
    const plain = plainEvents(rules, events);
    return {
      ask(eventPlace) {
        const event = plain[eventPlace] as PlainEvent;
        const matches: number[] = [];
        for (let place = 0; place < tests.length; place++) if ((tests[place] as Test)(event)) matches.push(place);
        return matches;
      },
      placesIn: (answer) => answer as readonly number[],
      close() {},
    };
  },
};

function testOf(node: WhenNode): Test {
  const known = kinded(node);
  switch (known.kind) {
    case "all":
      return allOf(known.nodes.map(testOf));
    case "any":
      return anyOf(known.nodes.map(testOf));
    case "not": {
      const inner = testOf(known.node);
      return (event) => !inner(event);
    }
    case "condition":
      return conditionTest(known.node);
    default:
      throw new Error(`the mix has no ${known.kind}`);
  }
}

/** Two and three are by far the most frequent; without a loop they are a good deal faster. */
function allOf(tests: readonly Test[]): Test {
  const [first, second, third] = tests as [Test, Test, Test];
  if (tests.length === 2) return (event) => first(event) && second(event);
  if (tests.length === 3) return (event) => first(event) && second(event) && third(event);
  return (event) => tests.every((test) => test(event));
}

function anyOf(tests: readonly Test[]): Test {
  const [first, second, third] = tests as [Test, Test, Test];
  if (tests.length === 2) return (event) => first(event) || second(event);
  if (tests.length === 3) return (event) => first(event) || second(event) || third(event);
  return (event) => tests.some((test) => test(event));
}

function conditionTest(condition: Condition): Test {
  const { field, op, ignoreCase } = condition;
  const values = constantsOf(condition);
  const value = values[0] as string & number;
  const folded = String(value).toLowerCase();
  const text = (event: PlainEvent): string => event[field] as string;
  switch (op) {
    case "=":
      return (event) => event[field] === value;
    case "in": {
      const set = new Set(values);
      return (event) => set.has(event[field] as string);
    }
    case ">=":
      return (event) => (event[field] as number) >= value;
    case "<=":
      return (event) => (event[field] as number) <= value;
    case ">":
      return (event) => (event[field] as number) > value;
    case "startsWith":
      return ignoreCase
        ? (event) => text(event).toLowerCase().startsWith(folded)
        : (event) => text(event).startsWith(value);
    case "endsWith":
      return ignoreCase
        ? (event) => text(event).toLowerCase().endsWith(folded)
        : (event) => text(event).endsWith(value);
    case "contains":
      return ignoreCase
        ? (event) => text(event).toLowerCase().includes(folded)
        : (event) => text(event).includes(value);
    case "inSubnet": {
      const ranges = values.map((subnet) => ipv4RangeOf(String(subnet)));
      return (event) => {
        const address = ipv4Of(text(event));
        return ranges.some(({ first, last }) => address >= first && address <= last);
      };
    }
    case "match": {
      const expression = toRegExp(value);
      return (event) => expression.test(text(event));
    }
    default:
      throw new Error(`the mix has no ${op}`);
  }
}

/** The same expression for JavaScript's own engine, which is the faster one on a benign text. */
export function toRegExp(pattern: string): RegExp {
  return pattern.startsWith("(?i)") ? new RegExp(pattern.slice(4), "i") : new RegExp(pattern);
}
