import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anEvent, aRule, compiled } from "../../test/rule-builders.ts";
import type { CorrelationEvent, FieldValue } from "../event/index.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import type { Rule } from "./rule.ts";
import { type Condition, kinded, type Scalar, type WhenNode } from "./when.ts";

/** Few values, of which many collide under case, spelling and emptiness: that is where an index goes wrong. */
const scalar = fc.constantFrom<Scalar>(
  "",
  "a",
  "A",
  "ab",
  "0",
  "1",
  "01",
  "1.0",
  "-0",
  0,
  1,
  2,
  -1,
  "ß",
  "SS",
  "ẞ",
  "true",
  true,
);
const fieldName = fc.constantFrom("Name", "Message", "Extra.x", "SA.y");
const fieldValue: fc.Arbitrary<FieldValue> = fc.oneof(
  scalar,
  fc.array(fc.constantFrom("", "a", "B", "1", "01"), { maxLength: 3 }),
  fc.array(fc.constantFrom(0, 1, 2), { maxLength: 3 }),
);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    field: fieldName,
    op: fc.constantFrom("=", "!=", "in"),
    value: fc.array(scalar, { minLength: 1, maxLength: 3 }),
    ignoreCase: fc.boolean(),
  }),
  fc.record({ field: fieldName, op: fc.constantFrom("=", "!=", "<", ">="), value: scalar, ignoreCase: fc.boolean() }),
  fc.record({ field: fieldName, op: fc.constantFrom("contains", "startsWith"), value: fc.constantFrom("a", "1") }),
  fc.record({ field: fieldName, op: fc.constantFrom("=", "!=", "<"), valueField: fieldName }),
) as fc.Arbitrary<Condition>;

const { node } = fc.letrec<{ node: WhenNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.record({ all: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("node") }),
  ),
}));

const rules = fc
  .array(
    fc.record({
      when: node,
      priority: fc.integer({ min: 0, max: 2 }),
      continue: fc.boolean(),
      mode: fc.constantFrom("enforce", "observe"),
    }),
    { maxLength: 8 },
  )
  .map((list): readonly Rule[] => list.map((change, index) => aRule(`r${index}`, change)));

const event = fc.dictionary(fieldName, fieldValue).map((fields): CorrelationEvent => anEvent(fields));

/** The meaning of a rule set, written from the SPEC without index, compiler or short cuts. */
function naive(list: readonly Rule[], { fields }: CorrelationEvent): readonly string[] {
  const ordered = list.toSorted((left, right) => right.priority - left.priority || (left.id < right.id ? -1 : 1));
  const matched: string[] = [];
  for (const rule of ordered) {
    if (!naiveHolds(rule.when, fields)) continue;
    matched.push(rule.id);
    if (rule.mode === "enforce" && !rule.continue) break;
  }
  return matched;
}

function naiveHolds(node: WhenNode, fields: CorrelationEvent["fields"]): boolean {
  if ("all" in node) return node.all.every((child) => naiveHolds(child, fields));
  if ("any" in node) return node.any.some((child) => naiveHolds(child, fields));
  if ("not" in node) return !naiveHolds(node.not, fields);
  const known = kinded(node);
  if (known.kind !== "condition") throw new Error(`not drawn: ${known.kind}`);
  const at = known.node;
  const lefts = elements(fields[at.field]);
  const rights =
    at.valueField === undefined ? [at.value as Scalar | readonly Scalar[]].flat() : elements(fields[at.valueField]);
  const some = (test: (left: Scalar, right: Scalar) => boolean): boolean =>
    lefts.some((left) => (rights as readonly Scalar[]).some((right) => test(left, right)));
  const folded = (value: Scalar): string => {
    const text = value === 0 ? "" : String(value);
    return at.ignoreCase === true ? text.toLowerCase() : text;
  };
  const same = (left: Scalar, right: Scalar): boolean => {
    const numbers = naiveNumbers(left, right);
    return numbers === undefined ? folded(left) === folded(right) : numbers[0] === numbers[1];
  };
  const less = (left: Scalar, right: Scalar): boolean => {
    const numbers = naiveNumbers(left, right);
    return numbers === undefined ? folded(left) < folded(right) : numbers[0] < numbers[1];
  };
  switch (at.op) {
    case "=":
    case "in":
      return some(same);
    case "!=":
      return !some(same);
    case "<":
      return some(less);
    case ">=":
      return some((left, right) => !less(left, right));
    case "contains":
      return some((left, right) => folded(left).includes(folded(right)));
    case "startsWith":
      return some((left, right) => folded(left).startsWith(folded(right)));
    default:
      throw new Error(`not drawn: ${at.op}`);
  }
}

function elements(value: FieldValue | undefined): readonly Scalar[] {
  const list: readonly Scalar[] = Array.isArray(value) ? value : value === undefined ? [] : [value as Scalar];
  return list.length === 0 ? [""] : list;
}

function naiveNumbers(left: Scalar, right: Scalar): readonly [number, number] | undefined {
  if (typeof left !== "number" && typeof right !== "number") return undefined;
  const read = (value: Scalar): number => {
    if (typeof value === "boolean") return Number.NaN;
    return value === "" || typeof value === "number" || /^[-+]?[0-9]+(\.[0-9]+)?$/.test(value)
      ? Number(value)
      : Number.NaN;
  };
  const pair = [read(left), read(right)] as const;
  return pair.some(Number.isNaN) ? undefined : pair;
}

describe("evaluate against its own meaning", () => {
  it("[R8] the index changes the cost, never the answer", () => {
    fc.assert(
      fc.property(rules, event, (list, one) => {
        expect(evaluate(compiled(list), one).matches.map(({ rule }) => rule.id)).toEqual(naive(list, one));
      }),
      { numRuns: 2_000 },
    );
  });

  it("[R11] explain and evaluate agree on every rule", () => {
    fc.assert(
      fc.property(rules, event, (list, one) => {
        const ruleSet = compiled(list);
        const explained = explain(ruleSet, one);
        expect(explained).toHaveLength(list.length);
        expect(explained.filter(({ kind }) => kind === "matched").map(({ ruleId }) => ruleId)).toEqual(
          evaluate(ruleSet, one).matches.map(({ rule }) => rule.id),
        );
      }),
    );
  });
});
