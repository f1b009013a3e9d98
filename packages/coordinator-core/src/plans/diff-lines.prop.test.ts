import fc from "fast-check";
import { expect, test } from "vitest";
import { diffLines } from "./diff-lines.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });

test("what stayed and went is the text before, what stayed and came is the text after", () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const changes = diffLines(before, after);
      expect(changes.filter(({ kind }) => kind !== "added").map(({ text }) => text)).toEqual(before);
      expect(changes.filter(({ kind }) => kind !== "removed").map(({ text }) => text)).toEqual(after);
    }),
  );
});

test("no shorter difference exists: as many lines stay as in the longest common part", () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const stayed = diffLines(before, after).filter(({ kind }) => kind === "same").length;
      expect(stayed).toBe(longestCommon(before, after));
    }),
  );
});

function longestCommon(before: readonly string[], after: readonly string[]): number {
  let row = new Array<number>(after.length + 1).fill(0);
  for (const line of before) {
    const next = [0];
    for (const [index, other] of after.entries()) {
      next.push(line === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
