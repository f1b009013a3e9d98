import { epochMs } from "@cordon/core/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  allOf,
  anyOf,
  atLeast,
  atMost,
  equals,
  greaterThan,
  hasAnyBit,
  isPresent,
  lessThan,
  not,
  startsWith,
} from "./filter.ts";

/**
 * Reads `(attr="…")` as KSC does: a backslash takes the next character literally, a character alone in brackets is literal.
 * Returns the text that is compared and what stands behind the closing quote.
 */
function readEquality(filter: string): {
  readonly compared: string;
  readonly rest: string;
  readonly wildcards: number;
} {
  const start = filter.indexOf('"') + 1;
  let compared = "";
  let wildcards = 0;
  for (let at = start; at < filter.length; at++) {
    const char = filter[at] ?? "";
    if (char === '"') return { compared, rest: filter.slice(at + 1), wildcards };
    if (char === "\\") {
      at += 1;
      compared += filter[at];
    } else if (char === "[" && filter[at + 2] === "]") {
      compared += filter[at + 1];
      at += 2;
    } else {
      if (char === "*" || char === "?" || char === "[") wildcards += 1;
      compared += char;
    }
  }
  throw new Error("the quotes are not closed");
}

const hostile = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom('"', "\\", "*", "?", "[", "]", "(", ")", "&", "|", "!", "a", "^", "-", "=") }),
);

test("no value ends its quotes, adds a condition or acts as a wildcard", () => {
  fc.assert(
    fc.property(hostile, (value) => {
      let filter: string;
      try {
        filter = equals("KLHST_WKS_FQDN", value);
      } catch (error) {
        // Control characters are the only refusal for texts of this size.
        expect([...value].some((char) => char.charCodeAt(0) < 0x20 || char.charCodeAt(0) === 0x7f)).toBe(true);
        expect(error).toMatchObject({ code: "input.invalid" });
        return;
      }
      expect(filter.startsWith('(KLHST_WKS_FQDN="')).toBe(true);
      expect(readEquality(filter)).toEqual({ compared: value, rest: ")", wildcards: 0 });
    }),
    { numRuns: 1_000 },
  );
});

test("a prefix search has exactly its own wildcard, at the end", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", '"', "\\", "*", "[") }), (value) => {
      expect(readEquality(startsWith("A", value))).toEqual({ compared: `${value}*`, rest: ")", wildcards: 1 });
    }),
  );
});

test("filters have the documented forms", () => {
  const time = epochMs(Date.UTC(2026, 2, 2, 9, 13, 0, 500));
  expect(equals("KLHST_WKS_FQDN", "ws-114.branch-a.example")).toBe('(KLHST_WKS_FQDN="ws-114.branch-a.example")');
  expect(equals("KLINCDT_ID", 4711)).toBe("(KLINCDT_ID=4711)");
  expect(equals("KLINCDT_IS_HANDLED", true)).toBe("(KLINCDT_IS_HANDLED=1)");
  expect(hasAnyBit("KLHST_WKS_STATUS", 4)).toBe("(KLHST_WKS_STATUS & 4 <> 0)");
  expect(isPresent("KLHST_WKS_DN")).toBe('(KLHST_WKS_DN="*")');
  expect(allOf(equals("A", 1), anyOf(lessThan("B", 2n), not(greaterThan("C", -3))))).toBe("(&(A=1)(|(B<2)(!(C>-3))))");
  expect(allOf(atLeast("KLINCDT_ADDED", { time }), atMost("D", 4))).toBe(
    '(&(KLINCDT_ADDED>=T"2026-03-02 09:13:00")(D<=4))',
  );
});

test("an attribute that is not a plain name is a broken invariant, not a filter", () => {
  expect(() => equals('A="x")(B', 1)).toThrow("Broken invariant");
});
