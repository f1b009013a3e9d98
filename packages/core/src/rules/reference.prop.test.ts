import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listCatalogue, listFacts, type TestLists } from "../../test/list-world.ts";
import { re2Engine } from "../../test/re2-engine.ts";
import { referenceMatches } from "../../test/reference-rules.ts";
import { anEvent, aRule, COMPILE_OPTIONS } from "../../test/rule-builders.ts";
import type { CorrelationEvent, FieldValue } from "../event/index.ts";
import { addMs } from "../kernel/index.ts";
import { compileRules } from "./compile-rules.ts";
import { createCountBook } from "./count-book.ts";
import { countersMet } from "./counting.ts";
import { evaluate } from "./evaluate.ts";
import { explain } from "./explain.ts";
import { RULE_FEATURES } from "./facts.ts";
import type { Rule } from "./rule.ts";
import type { Scalar, WhenNode } from "./when.ts";

/** Few values, many of which collide under case, spelling, emptiness and prefixes: there engines and indexes go wrong. */
const text = fc.constantFrom(
  "a",
  "A",
  "ab",
  "Ab",
  "b",
  "1",
  "01",
  "1.0",
  "10.1.2.3",
  "10.1.0.0/16",
  "fd00::1",
  "ß",
  "ẞ",
  "true",
);
const anyText = fc.oneof(fc.constant(""), text);
const number = fc.constantFrom(0, 1, 2, 3, 16, -1, 10, 1.5);
const scalar: fc.Arbitrary<Scalar> = fc.oneof(anyText, number, fc.boolean());
const field = fc.constantFrom("Name", "Message", "Extra.x", "SA.y");
const fields: fc.Arbitrary<Record<string, FieldValue>> = fc.dictionary(
  field,
  fc.oneof(scalar, fc.array(anyText, { maxLength: 3 }), fc.array(number, { maxLength: 3 })),
  { maxKeys: 4 },
);
const numbers: fc.Arbitrary<Record<string, FieldValue>> = fc.record(
  {
    Priority: fc.constantFrom(1, 2, 3),
    Timestamp: fc.constantFrom(1_772_442_847_123, 1_772_485_200_000),
    "N.Mask": fc.constantFrom(1, 4, 255),
  },
  { requiredKeys: [] },
);

const LISTS: TestLists = {
  l: { kind: "dictionary", entries: { a: { c: "ab", n: 2 }, Ab: { c: ["a", "b"], n: 10 } } },
  nets: { kind: "activeList", entries: { "10.1.0.0/16": {}, "fd00::/8": {}, a: {} } },
  none: { kind: "activeList", entries: {} },
  pairs: { kind: "contextTable", keyParts: 2, entries: { "a|b": { c: "x" }, "1|a": { c: "a" } } },
  cat: { kind: "category", entries: { a: {}, "1": {} } },
  assets: {
    kind: "contextTable",
    entries: { a: { cves: ["CVE-1", "CVE-2"], severities: [1, 4] }, b: { cves: "CVE-2", severities: 3 } },
  },
};

const caseAside = fc.constantFrom({}, { ignoreCase: true });
const merged = (...parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<WhenNode> =>
  fc.tuple(...parts).map((each) => Object.assign({}, ...each) as WhenNode);
const cell = fc.oneof(
  fc.record({ list: fc.constant("l"), key: fc.tuple(field), column: fc.constantFrom("c", "n") }),
  fc.record({ list: fc.constant("pairs"), key: fc.tuple(field, field), column: fc.constant("c") }),
);
const left = fc.oneof({ weight: 4, arbitrary: fc.record({ field }) }, { weight: 1, arbitrary: fc.record({ cell }) });
const fromEvent = fc.oneof(fc.record({ valueField: field }), fc.record({ valueCell: cell }));
const fromList = fc.record({ valueList: fc.constantFrom("l", "nets", "none") });
const texts = fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 }));

const condition: fc.Arbitrary<WhenNode> = fc.oneof(
  merged(
    left,
    fc.record({ op: fc.constantFrom("=", "!=") }),
    caseAside,
    fc.oneof(
      fc.record({ value: fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 })) }),
      fromEvent,
      fromList,
    ),
  ),
  merged(
    left,
    fc.record({ op: fc.constant("in"), value: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
    caseAside,
  ),
  merged(
    left,
    fc.record({ op: fc.constantFrom("<", "<=", ">", ">=") }),
    caseAside,
    fc.oneof(fc.record({ value: scalar }), fromEvent),
  ),
  merged(
    fc.record({ field: fc.constant("Priority") }),
    fc.record({ op: fc.constantFrom("<", "<=", ">", ">=", "=", "!="), value: fc.constantFrom(0, 1, 2, "2", 3) }),
  ),
  merged(
    left,
    fc.record({ op: fc.constantFrom("contains", "startsWith", "endsWith", "intersect") }),
    caseAside,
    fc.oneof(fc.record({ value: texts }), fromEvent, fromList),
  ),
  merged(
    left,
    fc.record({
      op: fc.constant("match"),
      value: fc.constantFrom("^a", "(?i)AB", "b$|^1", "a.*b", "^10\\.", ["^A$", "0"]),
    }),
    caseAside,
  ),
  merged(
    left,
    fc.record({ op: fc.constant("inSubnet") }),
    fc.oneof(
      fc.record({ value: fc.constantFrom("10.0.0.0/8", ["10.1.2.3", "fd00::/7"], "0.0.0.0/0") }),
      fromEvent,
      fromList,
    ),
  ),
  merged(
    fc.record({
      field: fc.constantFrom("N.Mask", "Extra.x"),
      op: fc.constant("hasBit"),
      value: fc.constantFrom(0, 2, 63, [1, 4]),
    }),
  ),
  merged(
    fc.record({
      field,
      op: fc.constantFrom("inCategory", "inActiveDirectoryGroup", "TIDetect"),
      value: fc.constantFrom("cat", ["cat"]),
    }),
  ),
  merged(
    fc.record({
      field: fc.constant("Timestamp"),
      op: fc.constant("during"),
      value: fc.constantFrom("office", "22:00-06:00 Europe/Berlin", ["Sat UTC", "office"]),
    }),
  ),
  fc.record({ op: fc.constant("inActiveList" as const), list: fc.constantFrom("nets", "none"), key: fc.tuple(field) }),
  fc.record({ op: fc.constant("inContextTable" as const), list: fc.constant("pairs"), key: fc.tuple(field, field) }),
  fc.record(
    {
      op: fc.constant("hasVulnerability" as const),
      list: fc.constant("assets"),
      field,
      cves: fc.constantFrom(["cve-1"], ["CVE-2", "CVE-9"]),
      minSeverity: fc.constantFrom(0, 2, 4),
    },
    { requiredKeys: ["op", "list", "field"] },
  ),
);

const group = (tie: () => fc.Arbitrary<WhenNode>): readonly fc.Arbitrary<WhenNode>[] => [
  fc.record({ all: fc.array(tie(), { minLength: 1, maxLength: 3 }) }),
  fc.record({ any: fc.array(tie(), { minLength: 1, maxLength: 3 }) }),
  fc.record({ not: tie() }),
];
const { plain } = fc.letrec<{ plain: WhenNode }>((tie) => ({
  plain: fc.oneof({ maxDepth: 2, withCrossShrink: true }, condition, ...group(() => tie("plain"))),
}));
const counting: fc.Arbitrary<WhenNode> = fc
  .record(
    {
      of: plain,
      windowMs: fc.constantFrom(1_000, 3_000, 10_000),
      by: fc.constantFrom(["Name"], ["SA.y", "Priority"]),
      distinct: fc.constantFrom("Extra.x", "SA.y"),
      atLeast: fc.constantFrom(1, 2, 3),
    },
    { requiredKeys: ["of", "windowMs", "atLeast"] },
  )
  .map((count) => ({ count }));
const { node } = fc.letrec<{ node: WhenNode }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, condition, counting, ...group(() => tie("node"))),
}));

const CALENDARS = { office: { zone: "Europe/Berlin", spans: [{ days: [1, 2, 3, 4, 5], from: 480, to: 1080 }] } };

const rules = fc
  .array(
    fc.record({
      when: node,
      priority: fc.integer({ min: 0, max: 2 }),
      continue: fc.boolean(),
      mode: fc.constantFrom("enforce" as const, "observe" as const, "hold" as const),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list): readonly Rule[] => list.map((change, index) => aRule(`r${index}`, { ...change, calendars: CALENDARS })));

/** Events half a second to two seconds apart, some a little late. */
const events = fc
  .array(fc.tuple(fields, numbers, fc.constantFrom(500, 1_000, 2_000, -700)), { minLength: 1, maxLength: 6 })
  .map((list) => {
    let at = 0;
    return list.map(([some, others, step], index): CorrelationEvent => {
      const event = anEvent({ ...some, ...others }, `event-${index}`);
      at += step;
      return { ...event, timestamp: addMs(event.timestamp, at) };
    });
  });

function compiledWith(list: readonly Rule[]) {
  const compilation = compileRules(list, {
    ...COMPILE_OPTIONS,
    lists: listCatalogue(LISTS),
    features: new Set(RULE_FEATURES),
  });
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems, null, 1));
  return compilation.ruleSet;
}

describe("the engine against the reference interpreter", () => {
  it("[R1-R19] says the same to every event of a stream, whatever the rules ask", () => {
    let met = 0;
    fc.assert(
      fc.property(rules, events, (list, stream) => {
        const ruleSet = compiledWith(list);
        const book = createCountBook();
        for (const [index, event] of stream.entries()) {
          const counted = countersMet(ruleSet, event, listFacts(LISTS));
          const facts = { lists: listFacts(LISTS), counts: book.record(event, counted) };
          const answer = evaluate(ruleSet, event, facts).matches.map(({ rule }) => rule.id);
          const world = { regex: re2Engine, lists: listFacts(LISTS), history: stream.slice(0, index) };
          expect(answer).toEqual(referenceMatches(list, event, world));
          const explained = explain(ruleSet, event, facts).filter(({ kind }) => kind === "matched");
          expect(explained.map(({ ruleId }) => ruleId)).toEqual(answer);
          met += answer.length;
        }
      }),
      { numRuns: 1_500 },
    );
    // A generator that never meets anything would prove nothing.
    expect(met).toBeGreaterThan(1_000);
  });
});
