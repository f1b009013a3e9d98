import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { re2Engine } from "../../../test/re2-engine.ts";
import { referenceMatches } from "../../../test/reference-rules.ts";
import { anEvent, aRule, compiled } from "../../../test/rule-builders.ts";
import type { FieldValue } from "../../event/index.ts";
import { evaluate } from "../evaluate.ts";
import { explain } from "../explain.ts";
import type { Rule } from "../rule.ts";
import type { Condition, Scalar, WhenNode } from "../when.ts";
import { chooseAnchors } from "./anchors.ts";
import { structureOf } from "./index-key.ts";

/**
 * Sets with so many rules on so few fields that every structure of the index is built, and values that nearly meet: that
 * share beginnings, ends and parts, fold into one another, lie at the edges of ranges and subnets, or are spelled oddly.
 */
const TEXTS = fc.constantFrom(
  "",
  "abcd",
  "ABCD",
  "abcde",
  "xabcdx",
  "ab",
  "a",
  "Kelvin-\u212a1",
  "kelvin-k1",
  "ma\u017fk",
  "MASK",
  "mask",
  "\u0130x\u0130x",
  "stra\u00dfe",
  "STRASSE",
  "\u03a3\u03a3",
  "\u03c3\u03c2",
  "\u{1f600}abcd\u{1f600}",
  "\u4e2dabcd",
  "10",
  "010",
  "10.0",
  "-0",
  "0",
  "1e+21",
  "1E+21",
  "true",
);
const ADDRESSES = fc.constantFrom(
  "10.0.0.1",
  "10.0.0.255",
  "10.0.1.0",
  "10.0.00.1",
  " 10.0.0.1 ",
  "10.0.0.256",
  "255.255.255.255",
  "0.0.0.0",
  "::ffff:10.0.0.1",
  "::1",
  "fe80::1%eth0",
  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  "2001:db8::ff",
);
const SUBNETS = fc.constantFrom(
  "10.0.0.0/8",
  "10.0.0.0/24",
  "10.0.0.77/24",
  "10.0.0.128/25",
  "10.0.0.1",
  "10.0.0.1/32",
  "0.0.0.0/0",
  "255.255.255.255/32",
  "::/0",
  "::/96",
  "::ffff:0:0/96",
  "2001:db8::/32",
  "2001:db8::ff",
  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
);
const NUMBERS = fc.constantFrom(-1, 0, 1, 2, 10, 1e21, 0.5, 100);
const PATTERNS = fc.constantFrom(
  "abcd",
  "(?i)ABCD",
  "(?i)mask",
  "^kelvin-k",
  "(?i)kelvin-k1$",
  "abc[de]+",
  "(abcd|mask)",
  "abcd|mask",
  "abcd?e?",
  "abcd{1,2}",
  "x?abcd.",
  "\\x61bcd",
  "ab(?i)cd",
  "(?:(?i)x)abcd",
  "[]a]bcd",
);

const field = fc.constantFrom("Name", "Extra.x", "SA.y");
const scalar: fc.Arbitrary<Scalar> = fc.oneof(TEXTS, ADDRESSES, NUMBERS, fc.boolean());
const needle = TEXTS.filter((text) => text !== "");
const some = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }));
const condition = fc.oneof(
  fc.record({ field, op: fc.constantFrom("=", "!="), value: some(scalar), ignoreCase: fc.boolean() }),
  fc.record({
    field,
    op: fc.constantFrom("startsWith", "endsWith", "contains"),
    value: some(needle),
    ignoreCase: fc.boolean(),
  }),
  fc.record({ field, op: fc.constant("contains"), value: fc.constantFrom("abcd", "abcdx", "mask", "10.0", "bcd1") }),
  fc.record({
    field,
    op: fc.constantFrom("startsWith", "endsWith"),
    value: fc.constantFrom("abcd", "ABCD", "kelvin-k1", "mask", "stra\u00dfe", "\u03c3\u03c3"),
    ignoreCase: fc.constant(true),
  }),
  fc.record({ field, op: fc.constant("match"), value: some(PATTERNS), ignoreCase: fc.boolean() }),
  fc.record({ field, op: fc.constant("inSubnet"), value: some(SUBNETS) }),
  fc.record({ field, op: fc.constantFrom("<", "<=", ">", ">="), value: fc.oneof(NUMBERS, TEXTS) }),
  fc.record({
    field: fc.constantFrom("Priority", "N.n"),
    op: fc.constantFrom("<", "<=", ">", ">=", "="),
    value: NUMBERS,
  }),
  fc.record({ field, op: fc.constant("intersect"), value: some(needle) }),
) as fc.Arbitrary<Condition>;

const when: fc.Arbitrary<WhenNode> = fc.oneof(
  { weight: 3, arbitrary: condition },
  { weight: 3, arbitrary: fc.array(condition, { minLength: 2, maxLength: 3 }).map((all) => ({ all })) },
  { weight: 2, arbitrary: fc.array(condition, { minLength: 1, maxLength: 3 }).map((any) => ({ any })) },
  { weight: 1, arbitrary: condition.map((not) => ({ not })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(condition, fc.array(condition, { minLength: 1, maxLength: 2 }), condition)
      .map(([one, any, other]) => ({ all: [one, { any: [...any, { all: [other] }] }] })),
  },
);
const rules = fc
  .array(fc.record({ when, continue: fc.boolean(), mode: fc.constantFrom("enforce", "observe") }), {
    minLength: 90,
    maxLength: 120,
  })
  .map((list): readonly Rule[] =>
    list.map((change, index) => aRule(`r${index}`, { ...change, continue: change.continue || index % 20 !== 19 })),
  );

const value: fc.Arbitrary<FieldValue> = fc.oneof(
  scalar,
  fc.array(TEXTS, { maxLength: 3 }),
  fc.array(NUMBERS, { maxLength: 3 }),
);
const events = fc.array(
  fc
    .record({ Name: value, "Extra.x": value, "SA.y": value, Priority: NUMBERS, "N.n": value }, { requiredKeys: [] })
    .map((fields) => anEvent(fields as Readonly<Record<string, FieldValue>>)),
  { minLength: 5, maxLength: 10 },
);
const WORLD = { regex: re2Engine, lists: { has: () => false, cell: () => undefined, keys: () => [] }, history: [] };

describe("the index", () => {
  it("[R8] [R11] whatever is filed where, the rules that match are those of the reference, and explain says the same", () => {
    fc.assert(
      fc.property(rules, events, (list, stream) => {
        const ruleSet = compiled(list);
        for (const event of stream) {
          const expected = referenceMatches(list, event, WORLD);
          const actual = evaluate(ruleSet, event).matches.map(({ rule }) => rule.id);
          const missed = list.filter(({ id }) => expected.includes(id) !== actual.includes(id));
          expect({ actual, event: event.fields, wrong: missed.map((rule) => rule.when) }).toEqual({
            actual: expected,
            event: event.fields,
            wrong: [],
          });
          const explained = explain(ruleSet, event).filter(({ kind }) => kind === "matched");
          expect(explained.map(({ ruleId }) => ruleId)).toEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("[R8] the test above files rules under every kind of key", () => {
    const kinds = new Set<string>();
    for (const list of fc.sample(rules, { numRuns: 30, seed: 1 })) {
      for (const anchor of chooseAnchors(compiled(list).rules.map((rule) => rule.when))) {
        for (const key of anchor?.keys ?? []) kinds.add(structureOf(key).split(" ").slice(0, -1).join(" "));
      }
    }
    expect([...kinds].sort()).toEqual([
      "equal",
      "folded equal",
      "folded prefix",
      "folded substring",
      "folded suffix",
      "prefix",
      "range",
      "subnet",
      "substring",
      "suffix",
    ]);
  });
});
