import fc from "fast-check";
import { expect, it } from "vitest";
import { boundedLines } from "./bounded-lines.ts";

async function linesOf(pieces: readonly string[], charsMax: number): Promise<readonly string[]> {
  async function* given() {
    yield* pieces;
  }
  const lines: string[] = [];
  for await (const line of boundedLines(given(), charsMax)) lines.push(line);
  return lines;
}

it("lines are those of the whole text however it comes in pieces, and none is longer than one character beyond the bound", async () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 6 }), async (pieces, charsMax) => {
      const all = pieces.join("").split("\n");
      const whole = all.at(-1) === "" ? all.slice(0, -1) : all;
      expect(await linesOf(pieces, charsMax)).toEqual(whole.map((line) => line.slice(0, charsMax + 1)));
    }),
  );
});
