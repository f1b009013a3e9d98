import { expect, test } from "vitest";
import { DEFAULT_RULE_ROLLOUT_POLICY } from "../api/rule-rollouts.ts";
import { printRuleFileProblem } from "../rules/rule-file-problem.ts";
import { loadRolloutFile } from "./rollout-file.ts";

const load = (text: string) => loadRolloutFile({ name: "rollout.yaml", text });
const problemsOf = (text: string) => {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.problems.map(printRuleFileProblem);
};

test("what the file does not say is as by default", () => {
  expect(load("")).toEqual({ ok: true, policy: DEFAULT_RULE_ROLLOUT_POLICY });
  expect(load("gates: {isolations: {max: 5}}")).toMatchObject({
    policy: { gates: { isolations: { max: 5, sampleMin: 10 }, budget: { max: 0.1 } } },
  });
});

test("waves, shares and durations are written as people write them, and a gate can be turned off", () => {
  const text = `
waves:
  - {labels: [canary], soak: 4h}
  - {share: 12.5%, soak: 1d}
  - {soak: 0s}
gates:
  isolations: false
  releases: {max: 10%, within: 30m}
onBad: rollback
extendMax: 12h
`;
  expect(load(text)).toEqual({
    ok: true,
    policy: {
      waves: [{ labels: ["canary"], soakSeconds: 14_400 }, { share: 0.125, soakSeconds: 86_400 }, { soakSeconds: 0 }],
      gates: {
        releases: { max: 0.1, sampleMin: 0, withinSeconds: 1_800 },
        unknown: { max: 0.1, sampleMin: 0 },
        budget: { max: 0.1, sampleMin: 0 },
      },
      onBad: "rollback",
      extendSecondsMax: 43_200,
    },
  });
});

test("every mistake is named with its place, and with what was probably meant", () => {
  const text = `
waves:
  - {labels: [canary], soack: 4h}
  - {share: 5 percent, soak: 1 day}
gates:
  isolation: {max: 5}
  budget: {max: 10%, sample: 3}
  unknown: maybe
`;
  expect(problemsOf(text)).toEqual([
    "rollout.yaml:3:5: waves[0].soak: `soak` is missing",
    'rollout.yaml:3:24: waves[0].soack: there is no member "soack" here; known: sites, labels, share, soak. Did you mean "soak"?',
    "rollout.yaml:4:13: waves[1].share: must be a share like 5%",
    "rollout.yaml:4:30: waves[1].soak: must be a duration like 30m, 4h or 7d",
    'rollout.yaml:6:3: gates.isolation: there is no member "isolation" here; known: isolations, releases, unknown, budget. Did you mean "isolations"?',
    'rollout.yaml:7:22: gates.budget.sample: there is no member "sample" here; known: max, sampleMin',
    "rollout.yaml:8:12: gates.unknown: must be a gate, or false to turn it off",
  ]);
});

test("what no coordinator would take is refused before it is sent", () => {
  expect(problemsOf("waves: [{sites: [berlin], soak: 1h}, {soak: 90d}]")).toEqual([
    "rollout.yaml:1:18: waves[0].sites[0]: must be tenant/site",
    expect.stringContaining("waves[1]"),
  ]);
});
