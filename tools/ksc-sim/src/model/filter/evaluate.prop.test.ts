import fc from "fast-check";
import { expect, test } from "vitest";
import { KscError } from "../errors.ts";
import type { KscValue } from "../values.ts";
import { compileFilter } from "./evaluate.ts";

type Record_ = Readonly<Record<string, KscValue>>;

/** A filter as text together with what it must say of a record. */
interface Case {
  readonly text: string;
  readonly holds: (record: Record_) => boolean;
}

const attribute = fc.constantFrom("A", "B", "C");
const operators = {
  "=": (a: number, b: number) => a === b,
  "<>": (a: number, b: number) => a !== b,
  ">": (a: number, b: number) => a > b,
  "<": (a: number, b: number) => a < b,
  ">=": (a: number, b: number) => a >= b,
  "<=": (a: number, b: number) => a <= b,
} as const;

const comparison: fc.Arbitrary<Case> = fc
  .tuple(
    attribute,
    fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[])),
    fc.integer({ min: -9, max: 9 }),
  )
  .map(([name, operator, value]) => ({
    text: `(${name}${operator}${value})`,
    holds: (record) => typeof record[name] === "number" && operators[operator](record[name], value),
  }));

const masked: fc.Arbitrary<Case> = fc.tuple(attribute, fc.nat(15), fc.nat(15)).map(([name, mask, value]) => ({
  text: `(${name} & ${mask} = ${value})`,
  holds: (record) => typeof record[name] === "number" && (record[name] & mask) === value,
}));

const filters = fc.letrec<{ filter: Case }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    comparison,
    masked,
    fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((parts) => ({
      text: `(&${parts.map((part) => part.text).join("")})`,
      holds: (record: Record_) => parts.every((part) => part.holds(record)),
    })),
    fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((parts) => ({
      text: `( | ${parts.map((part) => part.text).join(" ")} )`,
      holds: (record: Record_) => parts.some((part) => part.holds(record)),
    })),
    tie("filter").map((part) => ({ text: `(!${part.text})`, holds: (record: Record_) => !part.holds(record) })),
  ),
})).filter;

const records: fc.Arbitrary<Record_> = fc.record(
  { A: fc.integer({ min: -9, max: 9 }), B: fc.integer({ min: -9, max: 9 }), C: fc.integer({ min: -9, max: 9 }) },
  { requiredKeys: [] },
);

test("any nesting of conditions means what its parts mean", () => {
  fc.assert(
    fc.property(filters, records, ({ text, holds }, record) => {
      expect(compileFilter(text).matches((name) => record[name], 0)).toBe(holds(record));
    }),
  );
});

/** What a careful client does with data from events: quotes, backslashes and wildcards become literal. */
function escapeText(text: string): string {
  return text.replaceAll(/["\\*?[\]]/g, "\\$&");
}

const anyText = fc.string({ unit: "binary", maxLength: 20 });

test("an escaped text matches itself and nothing of another spelling, whatever it contains", () => {
  fc.assert(
    fc.property(anyText, anyText, (text, other) => {
      const filter = compileFilter(`(A="${escapeText(text)}")`);
      expect(filter.matches(() => text, 0)).toBe(true);
      expect(filter.matches(() => other, 0)).toBe(other.toLowerCase() === text.toLowerCase());
      expect(filter.required("A")).toBe(/[*?[\]]/.test(text) ? undefined : text);
    }),
  );
});

test("a pattern of text and stars matches every text that fills the stars", () => {
  fc.assert(
    fc.property(
      fc.array(anyText, { minLength: 1, maxLength: 4 }),
      fc.array(anyText, { minLength: 3, maxLength: 3 }),
      (parts, fills) => {
        const filter = compileFilter(`(A="${parts.map(escapeText).join("*")}")`);
        const text = parts.reduce((built, part, index) => built + (fills[index - 1] ?? "") + part);
        expect(filter.matches(() => text, 0)).toBe(true);
      },
    ),
  );
});

test("random text is either a filter or refused with KLSTD 1192, never anything else", () => {
  const pieces = fc.constantFrom(
    "(",
    ")",
    "&",
    "|",
    "!",
    "=",
    "<>",
    '"',
    "A",
    "12",
    "T",
    "0x",
    "CURTIME(",
    " ",
    "\\",
    "*",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 14 }), (parts) => {
      try {
        compileFilter(parts.join("")).matches(() => undefined, 0);
      } catch (error) {
        expect(error).toBeInstanceOf(KscError);
        expect((error as KscError).body.code).toBe(1192);
      }
    }),
    { numRuns: 500 },
  );
});
