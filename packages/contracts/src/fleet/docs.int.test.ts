import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { DEFAULT_RULE_ROLLOUT_POLICY } from "../api/rule-rollouts.ts";
import { loadRolloutFile } from "./rollout-file.ts";

const page = readFileSync(path.resolve(import.meta.dirname, "../../../../docs/rollout.md"), "utf8");

test("the rollout.yaml that docs/rollout.md shows is one that is taken, and its gates are the defaults but for the one turned off", () => {
  const [, text = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const loaded = loadRolloutFile({ name: "rollout.yaml", text });
  const { budget: _off, ...gates } = DEFAULT_RULE_ROLLOUT_POLICY.gates;
  const { onBad, extendSecondsMax } = DEFAULT_RULE_ROLLOUT_POLICY;
  expect(loaded).toMatchObject({ ok: true, policy: { gates, onBad, extendSecondsMax } });
  if (loaded.ok) {
    expect(loaded.policy.gates.budget).toBeUndefined();
    expect(loaded.policy.waves).toHaveLength(4);
  }
});
