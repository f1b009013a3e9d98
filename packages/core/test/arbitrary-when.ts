import fc from "fast-check";
import {
  COMPARISON_OPERATORS,
  ENTRY_OPERATORS,
  RULE_OPERATORS,
  type Scalar,
  type WhenNode,
} from "../src/rules/index.ts";

/** Trees of every form, right in shape and otherwise wild: names and texts with quotes, blanks, controls, words of the language. */

const name = fc.oneof(
  fc.constantFrom(
    "Name",
    "Extra.my-key",
    "S.Ä",
    "and",
    "NOT",
    "true",
    "count",
    "list",
    "lookup",
    "ignoreCase",
    "inActiveList",
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
);
const text = fc.oneof(
  fc.constantFrom("c:\\windows", "it's", "`", '"', "\n\t", "", "10m", "\ud800", "\u2028"),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
  fc.constantFrom(0, -0, 1e-7),
);
const scalar: fc.Arbitrary<Scalar> = fc.oneof(text, number, fc.boolean());
const cell = fc.record({ list: text, key: fc.array(name, { minLength: 1, maxLength: 3 }), column: text });
const right = fc.oneof(
  fc.record({ value: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })) }),
  fc.record({ valueField: name }),
  fc.record({ valueCell: cell }),
  fc.record({ valueList: text }),
);
const caseAside = fc.constantFrom({}, {}, { ignoreCase: true }, { ignoreCase: false });
const merged = (...parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<WhenNode> =>
  fc.tuple(...parts).map((each) => Object.assign({}, ...each) as WhenNode);

const condition = merged(fc.record({ field: name, op: fc.constantFrom(...RULE_OPERATORS) }), right, caseAside);
const cellCondition = merged(fc.record({ cell, op: fc.constantFrom(...COMPARISON_OPERATORS) }), right, caseAside);
const entry = fc.record({
  op: fc.constantFrom(...ENTRY_OPERATORS),
  list: text,
  key: fc.array(name, { minLength: 1, maxLength: 3 }),
});
const vulnerability = fc.record(
  {
    op: fc.constant("hasVulnerability" as const),
    field: name,
    list: text,
    cves: fc.array(text, { maxLength: 2 }),
    minSeverity: number,
  },
  { requiredKeys: ["op", "field", "list"] },
);

export const { node: arbitraryWhen } = fc.letrec<{ node: WhenNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(condition, cellCondition, entry, vulnerability),
    fc.record({ all: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("node") }),
    fc
      .record(
        {
          of: tie("node"),
          windowMs: fc.integer({ min: 1, max: 86_400 }).map((seconds) => seconds * 1_000),
          by: fc.array(name, { minLength: 1, maxLength: 2 }),
          distinct: name,
          atLeast: number,
        },
        { requiredKeys: ["of", "windowMs", "atLeast"] },
      )
      .map((count) => ({ count })),
  ),
}));
