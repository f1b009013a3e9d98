import { expect, test } from "vitest";
import { createSeededRandom } from "./seeded-random.ts";

test("the same seed draws the same values, another seed others", () => {
  const draw = (seed: number) => {
    const random = createSeededRandom(seed);
    return [random.float(), random.integer(1_000), random.uuid(), Buffer.from(random.bytes(8)).toString("hex")];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("floats stay in [0, 1) and uuids have the shape of version 4", () => {
  const random = createSeededRandom(1);
  for (let count = 0; count < 10_000; count++) {
    const value = random.float();
    expect(value >= 0 && value < 1).toBe(true);
  }
  expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
