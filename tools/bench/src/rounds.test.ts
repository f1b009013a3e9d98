import { expect, test } from "vitest";
import { interleavedMedians, median } from "./rounds.ts";

test("sides take turns in alternating order after one unmeasured run each", async () => {
  const order: string[] = [];
  const side = (name: string, values: number[]) => async () => {
    order.push(name);
    return values.shift() ?? 0;
  };
  const medians = await interleavedMedians(3, { a: side("a", [99, 1, 3, 2]), b: side("b", [99, 10, 30, 20]) });
  expect(order.join("")).toBe("ab" + "ab" + "ba" + "ab");
  expect(medians).toEqual({ a: 2, b: 20 });
});

test("the median of an even number of values lies between the middle two", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});
