import fc from "fast-check";
import { expect, it } from "vitest";
import { Candidates } from "./candidates.ts";
import { SubstringTable } from "./substring-table.ts";

/** Letters of both cases, signs whose case bit makes another sign, and what folds into ASCII or becomes longer by it. */
const LETTERS = ["a", "A", "b", "B", "k", "K", "\u212a", "i", "\u0130", "@", "`", "[", "{", "1", "\\", "\u4e2d"];
const ASCII = LETTERS.filter((letter) => letter <= "\x7f");

const wordOf = (letters: readonly string[], minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength });

it("every needle that a text contains is found and no other, with samples taken and without, in any case and any script", () => {
  const needles = fc.uniqueArray(
    fc.oneof({ arbitrary: wordOf(ASCII, 5, 12), weight: 9 }, { arbitrary: wordOf(LETTERS, 4, 12), weight: 1 }),
    { minLength: 1, maxLength: 6 },
  );
  const given = fc.record({ needles, ignoreCase: fc.boolean() });
  fc.assert(
    fc.property(given, wordOf(LETTERS, 0, 40), fc.nat(), fc.nat(40), (set, noise, which, at) => {
      const fold = (text: string) => (set.ignoreCase ? text.toLowerCase() : text);
      const filed = [...new Set(set.needles.map(fold))];
      const table = new SubstringTable(
        new Map(filed.map((text, place) => [text, Int32Array.of(place)])),
        set.ignoreCase,
      );
      const hidden = set.needles[which % set.needles.length] ?? "";
      const text = noise.slice(0, at) + hidden + noise.slice(at);
      const found = new Candidates(filed.length);
      found.clear();
      table.collect(text, found);
      found.sort();
      const places = Array.from({ length: found.count }, (_, index) => found.at(index));
      expect(places).toEqual(filed.flatMap((needle, place) => (fold(text).includes(needle) ? [place] : [])));
    }),
    { numRuns: 3_000 },
  );
});
