import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMs, type EpochMs, epochMs } from "../kernel/index.ts";
import { giveTurns, nextTurn } from "./pace.ts";
import { checkLedgerPolicy, DEFAULT_LEDGER_POLICY } from "./policy.ts";

const NOW = epochMs(1_800_000_000_000);
const MINUTE_MS = 60_000;
const PACING = { heavy: ["onDemandScan", "iocScan"], gapMs: 10 * MINUTE_MS, perHourMax: 4 } as const;
const ago = (minutes: number) => addMs(NOW, -minutes * MINUTE_MS);
const scan = (key: string, minutesAgo: number) => ({ key, actionClass: "scan" as const, heldAt: ago(minutesAgo) });

describe("pacing", () => {
  it("[L6][G1] the first goes at once, the second when the gap has passed", () => {
    expect(nextTurn([], NOW, PACING)).toBeUndefined();
    expect(nextTurn([ago(4)], NOW, PACING)).toMatchObject({ at: addMs(NOW, 6 * MINUTE_MS) });
    expect(nextTurn([ago(10)], NOW, PACING)).toBeUndefined();
  });

  it("[L6][G1] no more in any hour than allowed, and the reason says which of the two it was", () => {
    const four = [ago(55), ago(40), ago(25), ago(12)];
    expect(nextTurn(four, NOW, PACING)).toEqual({
      at: addMs(NOW, 5 * MINUTE_MS),
      reason: "the endpoint may be given 4 heavy actions an hour, and has had them",
    });
    expect(nextTurn([ago(1)], NOW, PACING)?.reason).toContain("10 min apart");
  });

  it("[L6][G2] those that wait get one turn after the other, the older first", () => {
    const turns = giveTurns([ago(1)], [scan("young", 1), scan("old", 5)], NOW, PACING);
    expect(turns.get("old")?.at).toBe(addMs(NOW, 9 * MINUTE_MS));
    expect(turns.get("young")?.at).toBe(addMs(NOW, 19 * MINUTE_MS));
  });

  it("[L6][G2] a start that lies in the future, because the clock was set back, holds nobody longer than one gap", () => {
    expect(giveTurns([addMs(NOW, 1e9)], [scan("a", 0)], NOW, PACING).get("a")?.at).toBe(addMs(NOW, PACING.gapMs));
  });

  it("[L6][G1] contain is never paced: a policy that says so is refused", () => {
    const policy = { ...DEFAULT_LEDGER_POLICY, pacing: { ...PACING, heavy: ["isolateHost"] as const } };
    expect(() => checkLedgerPolicy(policy)).toThrow("can never be paced");
  });

  it("[L6][G1][G2] whatever was sent and whatever waits: all get a turn, none before now, none too close, none too many an hour", () => {
    const minutesAgo = fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 6 });
    fc.assert(
      fc.property(minutesAgo, fc.nat(12), (history, waiting) => {
        // What was sent had been paced as well.
        const sent: EpochMs[] = [];
        for (const at of history.sort((a, b) => b - a).map(ago)) {
          if (nextTurn(sent, at, PACING) === undefined) sent.push(at);
        }
        const items = Array.from({ length: waiting }, (_, index) => scan(`w${index}`, index));
        const turns = giveTurns(sent, items, NOW, PACING);
        expect(turns.size).toBe(waiting);
        const starts = [...sent, ...[...turns.values()].map(({ at }) => at)].sort((a, b) => a - b);
        for (const [index, at] of starts.entries()) {
          const before = starts[index - 1];
          if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(PACING.gapMs);
          const inHour = starts.filter((other) => other > at - 60 * MINUTE_MS && other <= at);
          expect(inHour.length).toBeLessThanOrEqual(PACING.perHourMax);
        }
        for (const { at } of turns.values()) expect(at).toBeGreaterThanOrEqual(NOW);
      }),
      { numRuns: 500 },
    );
  });
});
