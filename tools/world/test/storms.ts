import { expect, it } from "vitest";
import { judgeStorm, planStorm, playCordon, type StormCounts } from "../src/index.ts";

const PER_TEST = 250;

/**
 * Plays `count` storms from seed `from` on. Each test tells of the first storms that broke a promise, with the command that
 * replays one of them in every detail.
 */
export function testStorms(from: number, count: number): void {
  for (let start = from; start < from + count; start += PER_TEST) {
    it(`[L1][L2][L3][L7][D4][D6][T1] storms ${start} to ${start + PER_TEST - 1}: nothing that must not be lost is lost by us, and what is told is true`, async () => {
      const totals = new Map<keyof StormCounts, number>();
      const broken: string[] = [];
      for (let seed = start; seed < start + PER_TEST; seed++) {
        const verdict = judgeStorm(await playCordon(planStorm(seed)));
        for (const [name, value] of Object.entries(verdict.counts)) {
          totals.set(name as keyof StormCounts, (totals.get(name as keyof StormCounts) ?? 0) + value);
        }
        const [first] = verdict.broken;
        if (first !== undefined) broken.push(`${first}\n  replay it: npm run world -- --seed ${seed}`);
      }
      expect(broken.slice(0, 5).join("\n")).toBe("");
      const total = (name: keyof StormCounts) => totals.get(name) ?? 0;
      // The storms must have been storms: much was sent, the limit was reached, tasks of ours were rotated out that could be spared.
      expect(total("sends")).toBeGreaterThan(1_500);
      expect(total("rotations")).toBeGreaterThan(200);
      expect(total("ownRotations")).toBeGreaterThan(0);
      // What the premises excuse must stay the exception, or the claim says nothing.
      expect(total("lostBeyondMargin") + total("lostAfterForgetting")).toBeLessThan(0.01 * total("sends"));
      expect(total("mistaken")).toBeLessThan(0.02 * total("accepted"));
      expect(total("lingering") + total("forgotten")).toBeLessThan(0.01 * total("accepted"));
    });
  }
}
