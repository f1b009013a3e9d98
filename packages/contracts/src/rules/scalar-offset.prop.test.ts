import fc from "fast-check";
import { expect, it } from "vitest";
import { isMap, isScalar, parseDocument, Scalar, stringify } from "yaml";
import { offsetInSource } from "./scalar-offset.ts";

it("[R22] a character of a text that is not blank is found in the file, however the text is written", () => {
  const types = [
    Scalar.PLAIN,
    Scalar.QUOTE_SINGLE,
    Scalar.QUOTE_DOUBLE,
    Scalar.BLOCK_LITERAL,
    Scalar.BLOCK_FOLDED,
  ] as const;
  const words = fc.array(
    fc.constantFrom("Name", "=", "'a b'", "\\", '"', "AND", "it's", "é", "\t", "\n", "long".repeat(30)),
    {
      minLength: 1,
      maxLength: 25,
    },
  );
  fc.assert(
    fc.property(words, fc.constantFrom(...types), fc.nat(), (parts, type, pick) => {
      const value = parts.join(" ");
      const scalar = new Scalar(value);
      scalar.type = type;
      const source = stringify({ before: 1, text: scalar });
      const document = parseDocument(source);
      const node: unknown = isMap(document.contents) ? document.contents.get("text", true) : undefined;
      if (!isScalar<string>(node)) throw new Error("no text");
      // The library does not write every text so that it reads it back: those are not what is asked here.
      fc.pre(node.value === value);
      const offset = pick % value.length;
      const char = value[offset] ?? "";
      if (/\s/.test(char)) return;
      const at = offsetInSource(source, node, offset);
      // A quote or a backslash may be written as an escape, which begins with the backslash.
      expect([char, "\\"]).toContain(source[at]);
    }),
    { numRuns: 1_000 },
  );
});
