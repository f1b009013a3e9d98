import { expect, test } from "vitest";
import { DEFAULT_GATES, type Gates, judgeGates, type RolloutEvidence } from "./gates.ts";

const SILENCE: RolloutEvidence = {
  decisions: 0,
  endpoints: 1_000,
  isolations: 0,
  releases: 0,
  ended: 0,
  unknown: 0,
  endpointsActed: 0,
  slotShare: 0,
};

const verdictOf = (gates: Gates, evidence: Partial<RolloutEvidence>) =>
  judgeGates(gates, { ...SILENCE, ...evidence }).map(({ verdict }) => verdict);

test("[R5] silence is inconclusive, unless a person chose that it passes", () => {
  expect(verdictOf({ isolations: { max: 20, sampleMin: 1 } }, {})).toEqual(["inconclusive"]);
  expect(verdictOf({ isolations: { max: 20, sampleMin: 0 } }, {})).toEqual(["good"]);
  expect(verdictOf(DEFAULT_GATES, {})).toEqual(["inconclusive", "good", "good", "good"]);
});

test("[R5] what is more than allowed is bad at exactly one more, and not before the sample is large enough", () => {
  const gates = { isolations: { max: 20, sampleMin: 21 } };
  expect(verdictOf(gates, { decisions: 100, isolations: 20 })).toEqual(["good"]);
  expect(verdictOf(gates, { decisions: 100, isolations: 21 })).toEqual(["bad"]);
  expect(verdictOf(gates, { decisions: 20, isolations: 20 })).toEqual(["inconclusive"]);
});

test("[R5] one isolation is allowed at a site so small that it would be too large a share", () => {
  const gates = { isolations: { max: 20, sampleMin: 1 } };
  expect(verdictOf(gates, { endpoints: 3, decisions: 1, isolations: 1 })).toEqual(["good"]);
  expect(verdictOf(gates, { endpoints: 3, decisions: 2, isolations: 2 })).toEqual(["bad"]);
});

test("each gate goes by its own rate, and says what it saw", () => {
  const seen = {
    decisions: 50,
    isolations: 10,
    releases: 3,
    ended: 20,
    unknown: 3,
    endpointsActed: 9,
    slotShare: 0.12,
  };
  const verdicts = judgeGates(DEFAULT_GATES, { ...SILENCE, ...seen });
  expect(verdicts.map(({ gate, verdict, value }) => [gate, verdict, value])).toEqual([
    ["isolations", "good", 10],
    ["releases", "bad", 0.3],
    ["unknown", "bad", 0.15],
    ["budget", "bad", 0.12],
  ]);
  expect(verdicts[1]?.message).toBe("releases: a person soon ended 3 of 10 isolations");
  expect(verdicts[3]?.message).toBe("budget: one endpoint lost 12 % of its slots");
});
