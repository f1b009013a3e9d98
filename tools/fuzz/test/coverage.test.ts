import { expect, it } from "vitest";
import { startCoverage } from "../src/coverage.ts";
import { fuzz } from "../src/fuzz-loop.ts";
import { targetOf } from "../src/targets.ts";

it("inputs that reach new code are kept to make others from", async () => {
  const target = targetOf("enrolment-tokens");
  if (target === undefined) throw new Error("no such target");
  const coverage = startCoverage();
  const result = await fuzz(target, { cases: 500, seed: 1, coverage });
  coverage.stop();
  expect(result.finding).toBeUndefined();
  expect(result.reached).toBeGreaterThan(0);
  expect(result.corpus).toBeGreaterThan(target.seeds.length);
});
