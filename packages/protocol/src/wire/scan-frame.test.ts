import { describe, expect, it } from "vitest";
import { type MessageShape, scanFrame } from "./scan-frame.ts";

const single = (name: string) => ({ name, wire: 0, repeated: false });

/** Numbers that are 32 apart, on both sides of 32. */
const SHAPE: MessageShape = {
  name: "Wide",
  fields: { 1: single("one"), 8: single("eight"), 33: single("thirtyThree"), 40: single("forty") },
};

/** Each field with the value 1; a number above 15 takes a tag of two bytes. */
const frameOf = (...numbers: readonly number[]) =>
  Uint8Array.from(
    numbers.flatMap((number) => (number < 16 ? [number << 3, 1] : [((number << 3) & 0x7f) | 0x80, number >> 4, 1])),
  );

describe("a message with fields above 31", () => {
  it.each([[[8, 40]], [[40, 8]], [[1, 33]], [[1, 8, 33, 40]]])(
    "[F5] fields %j are not taken for one another",
    (numbers) => {
      expect(scanFrame(frameOf(...numbers), SHAPE)).toEqual({ hasUnknown: false });
    },
  );

  it.each([
    [8, "eight"],
    [40, "forty"],
    [33, "thirtyThree"],
  ])("[F5] field %i twice is refused", (number, name) => {
    expect(() => scanFrame(frameOf(number, 1, number), SHAPE)).toThrow(`${name} is there twice`);
  });
});
