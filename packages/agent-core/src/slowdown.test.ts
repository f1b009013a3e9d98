import { expect, test } from "vitest";
import { createSlowdown } from "./slowdown.ts";

test("a slow KSC is asked less often in proportion, up to the bound, and as before when it has recovered", () => {
  const slowdown = createSlowdown({ slowCallMs: 1_000, slowdownMax: 8 });
  slowdown.observe(300, 3);
  expect(slowdown.factor).toBe(1);
  for (let call = 0; call < 20; call++) slowdown.observe(6_000, 3);
  expect(slowdown.factor).toBeCloseTo(2, 1);
  for (let call = 0; call < 20; call++) slowdown.observe(60_000, 1);
  expect(slowdown.factor).toBe(8);
  for (let call = 0; call < 20; call++) slowdown.observe(10, 1);
  expect(slowdown.factor).toBe(1);
});
