import { describe, expect, it } from "vitest";
import { aRule, COMPILE_OPTIONS } from "../../test/rule-builders.ts";
import { compileRules } from "./compile-rules.ts";
import type { RuleLimits } from "./rule.ts";

const HOUR_MS = 3_600_000;

function problemsOf(limits: RuleLimits): readonly string[] {
  const compilation = compileRules([aRule("r", { limits })], COMPILE_OPTIONS);
  return compilation.ok ? [] : compilation.problems.map(({ path }) => path.join("."));
}

describe("a cool-down that grows", () => {
  const coolDownMs = HOUR_MS;
  const growth = { factor: 2, maxMs: 8 * HOUR_MS, forgetAfterMs: 24 * HOUR_MS };

  it("[R7] is a mistake where it could not grow, is out of bounds, or is forgotten before it ends", () => {
    expect(problemsOf({ coolDownMs, coolDownGrowth: growth })).toEqual([]);
    expect(problemsOf({ coolDownGrowth: growth })).toEqual(["limits.coolDownGrowth"]);
    for (const [change, path] of [
      [{ factor: 1 }, "factor"],
      [{ factor: 11 }, "factor"],
      [{ maxMs: HOUR_MS - 1 }, "upTo"],
      [{ forgetAfterMs: 8 * HOUR_MS }, "forgetAfter"],
      [{ forgetAfterMs: 91 * 24 * HOUR_MS }, "forgetAfter"],
    ] as const) {
      expect(problemsOf({ coolDownMs, coolDownGrowth: { ...growth, ...change } })).toEqual([
        `limits.coolDownGrowth.${path}`,
      ]);
    }
    expect(problemsOf({ coolDownMs: 31 * 24 * HOUR_MS })).toEqual(["limits.coolDown"]);
  });
});
