import { addMs, deriveActionId, epochMs, siteId, tenantId } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import type { WatchedProbe } from "../ports/canaries.ts";
import { judgeProbe, stagesOf } from "./judge-probe.ts";

const ORDERED = epochMs(1_000_000);
const HOUR = 3_600_000;

function aProbe(state: WatchedProbe["action"]["state"], parts: Partial<WatchedProbe> = {}): WatchedProbe {
  return {
    tenantId: tenantId("acme"),
    siteId: siteId("hq"),
    dueAt: ORDERED,
    state: "ordered",
    orderedAt: ORDERED,
    lateAfterMs: HOUR,
    everyMs: 24 * HOUR,
    action: { actionId: deriveActionId(["a"]), state, steps: [] },
    ...parts,
  };
}

test.each(["queued", "delivered", "deferred", "submitted", "task_seen", "running"] as const)(
  "what is %s says nothing before it is late, is late once, and has failed when the next one is due",
  (state) => {
    expect(judgeProbe(aProbe(state), addMs(ORDERED, HOUR - 1))).toBeUndefined();
    expect(judgeProbe(aProbe(state), addMs(ORDERED, HOUR))).toMatchObject({ state: "late" });
    expect(judgeProbe(aProbe(state, { state: "late" }), addMs(ORDERED, 2 * HOUR))).toBeUndefined();
    expect(judgeProbe(aProbe(state, { state: "late" }), addMs(ORDERED, 24 * HOUR))).toMatchObject({
      state: "failed",
      code: "canary.late",
      reason: expect.stringContaining(`its action is ${state}`),
    });
  },
);

test.each([
  "failed",
  "refused",
  "expired",
  "cancelled",
  "rotated",
  "no_console",
  "deleted_by_operator",
  "unknown",
] as const)("[T1] an action that ended as %s proves nothing: the probe has failed", (state) => {
  expect(judgeProbe(aProbe(state), ORDERED)).toMatchObject({ state: "failed", code: `action.${state}` });
});

test("only what is proven has passed, also when it was late", () => {
  expect(judgeProbe(aProbe("succeeded", { state: "late" }), addMs(ORDERED, 5 * HOUR))).toMatchObject({
    state: "passed",
  });
});

test("the site's own words are the reason", () => {
  const detail = { evidence: { rung: "none" }, code: "ksc.unreachable", message: "KSC does not answer" } as const;
  const action = { ...aProbe("failed").action, detail };
  expect(judgeProbe(aProbe("failed", { action }), ORDERED)).toMatchObject({
    code: "ksc.unreachable",
    reason: "The probe ended as failed: KSC does not answer.",
  });
});

test("stages last from one state to the next that was told, and their sum is the total", () => {
  const at = (ms: number) => addMs(ORDERED, ms);
  const steps = [
    { state: "queued", at: at(0) },
    { state: "delivered", at: at(100) },
    { state: "submitted", at: at(400) },
    { state: "delivered", at: at(450) },
    { state: "succeeded", at: at(5_400) },
  ] as const;
  const stages = stagesOf({ orderedAt: ORDERED, action: { ...aProbe("succeeded").action, steps } });
  expect(stages).toEqual([
    { stage: "delivered", ms: 100 },
    { stage: "submitted", ms: 300 },
    { stage: "succeeded", ms: 5_000 },
    { stage: "total", ms: 5_400 },
  ]);
});
