import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryWhen } from "../../../test/arbitrary-when.ts";
import { canonicalWhen } from "./canonical.ts";
import { parseCode } from "./parse-code.ts";
import { printWhen, printWhenPretty } from "./print-code.ts";
import { tokensOf } from "./tokens.ts";

function parsed(text: string) {
  const code = parseCode(text);
  if (!code.ok) throw new Error(`${text}\n${JSON.stringify(code.problems, null, 1)}`);
  return code;
}

/** Words and symbols of the language in any order: mostly wrong, sometimes right. */
const pieces = fc.array(
  fc.constantFrom(
    ...[
      "A",
      "B",
      "=",
      "<",
      "in",
      "startsWith",
      "'x'",
      "1",
      "[",
      "]",
      ",",
      "(",
      ")",
      "AND",
      "OR",
      "NOT",
      "count",
      "within",
    ],
    ...["'5m'", ">=", "lookup", "list", "ignoreCase", "inActiveList", "`q`", "$v", '"d"', "&&", "==", "\\", "'", "é"],
  ),
  { maxLength: 14 },
);

describe("code mode", () => {
  it("[R20] a tree that is printed and parsed is the tree", () => {
    fc.assert(
      fc.property(arbitraryWhen, (tree) => {
        expect(parsed(printWhen(tree)).when).toEqual(canonicalWhen(tree));
      }),
      { numRuns: 2_000 },
    );
  });

  it("[R20] printed over several lines it is the same", () => {
    fc.assert(
      fc.property(arbitraryWhen, (tree) => {
        expect(parsed(printWhenPretty(tree)).when).toEqual(canonicalWhen(tree));
      }),
      { numRuns: 1_000 },
    );
  });

  it("[R20] [R21] code that is parsed, printed and parsed again is the same, whatever its blanks and superfluous parentheses", () => {
    const loosened = fc.tuple(
      arbitraryWhen,
      fc.array(fc.constantFrom("", " ", "\n", "\t  "), { minLength: 1 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(loosened, ([tree, blanks, wrap]) => {
        const text = printWhen(tree);
        const spaced = tokensOf(text, () => expect.unreachable())
          .map(
            ({ offset, length }, index) => text.slice(offset, offset + length) + (blanks[index % blanks.length] || " "),
          )
          .join("");
        const code = wrap ? `((${spaced}))` : spaced;
        const { when } = parsed(code);
        expect(printWhen(when)).toBe(text);
        expect(parsed(printWhen(when)).when).toEqual(when);
      }),
      { numRuns: 1_000 },
    );
  });

  it("[R22] whatever is written, the answer is a tree or mistakes with places inside the text", () => {
    const anything = fc.oneof(
      pieces.map((each) => each.join(" ")),
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.tuple(arbitraryWhen, fc.nat(), fc.constantFrom("'", "(", ")", "]", "=", " X ", "")).map(([tree, at, put]) => {
        const text = printWhen(tree);
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + put + text.slice(cut + 1);
      }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const code = parseCode(text);
        if (code.ok) {
          expect(parsed(printWhen(code.when)).when).toEqual(code.when);
          return;
        }
        expect(code.problems.length).toBeGreaterThan(0);
        for (const { offset, length, line, column, message } of code.problems) {
          expect(offset + length).toBeLessThanOrEqual(text.length);
          expect(text.split("\n")[line - 1]?.length ?? -1).toBeGreaterThanOrEqual(column - 1);
          expect(message).not.toBe("");
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("[R22] every part of a parsed tree has its place, and the place of a condition is its own text", () => {
    fc.assert(
      fc.property(arbitraryWhen, (tree) => {
        const text = printWhen(tree);
        const { when, spanOf } = parsed(text);
        const slice = (path: readonly (string | number)[]) => {
          const { offset, length } = spanOf(path);
          return text.slice(offset, offset + length);
        };
        expect(parsed(slice([])).when).toEqual(when);
        const children = "all" in when ? when.all : "any" in when ? when.any : [];
        const form = "all" in when ? "all" : "any";
        for (const [index, child] of children.entries()) expect(parsed(slice([form, index])).when).toEqual(child);
        if ("field" in when && "op" in when) expect(slice(["op"])).toBe(when.op);
      }),
      { numRuns: 1_000 },
    );
  });
});
