import { describe, expect, it } from "vitest";
import type { LeaseView } from "../endpoint/index.ts";
import { actionId, endpointId, epochMs } from "../kernel/index.ts";
import { compareEnds, type LeaseComparison } from "./compare-ends.ts";

const MIN = 60_000;
const T0 = 1_767_225_600_000;
const at = (minutes: number) => epochMs(T0 + minutes * MIN);

function comparison(view: Partial<LeaseView> = {}, patch: Partial<LeaseComparison> = {}): LeaseComparison {
  return {
    view: {
      actionId: actionId("act_1"),
      endpointId: endpointId("h1"),
      state: "holding",
      wantedUntil: at(240),
      agentEndsAt: at(60),
      endpointEndsAt: at(60),
      renewals: 0,
      renewalsMax: 24,
      heard: "yes",
      ...view,
    },
    coordinatorEndsAt: at(240),
    reportedAt: at(1),
    ...patch,
  };
}

describe("three end times", () => {
  it("[M1] that agree within the tolerance are no alarm", () => {
    expect(compareEnds(comparison({ endpointEndsAt: at(64) }, { coordinatorEndsAt: at(244) }), at(30))).toBeUndefined();
  });

  it("[M1] an endpoint that ends otherwise than the agent counts is an alarm", () => {
    expect(compareEnds(comparison({ endpointEndsAt: at(66) }), at(30))).toContain("the endpoint's own at");
  });

  it("[M1] a coordinator that counts otherwise than the agent is an alarm, unless it asked for the end", () => {
    const apart = { coordinatorEndsAt: at(300) };
    expect(compareEnds(comparison({}, apart), at(30))).toContain("The coordinator counts on an end at");
    expect(compareEnds(comparison({}, { ...apart, releaseAskedAt: at(20) }), at(30))).toBeUndefined();
  });

  it("[M1] KSC's clock may be wrong, as long as the site knows by how much", () => {
    const apart = comparison({ endpointEndsAt: at(120) });
    expect(compareEnds({ ...apart, kscSkewMs: 60 * MIN }, at(30))).toBeUndefined();
    expect(compareEnds(apart, at(30))).toContain("the endpoint's own at");
  });

  it("[M2] one that ran out before its renewal took effect is an alarm", () => {
    const lapsed = comparison({ state: "renewing" }, { reportedAt: at(61) });
    expect(compareEnds(lapsed, at(61))).toContain("the endpoint is not isolated");
    expect(compareEnds({ ...lapsed, reportedAt: at(59) }, at(59))).toBeUndefined();
  });

  it("[M2] lost is an alarm with the agent's words", () => {
    expect(compareEnds(comparison({ state: "lost", problem: "the task is gone" }), at(30))).toBe("the task is gone");
  });

  it("[M3] an end that nobody asked for here is an alarm; one that was due or asked for is none", () => {
    const over = comparison({ state: "over" }, { reportedAt: at(100) });
    expect(compareEnds(over, at(100))).toContain("nobody released it here");
    expect(compareEnds({ ...over, releaseAskedAt: at(90) }, at(100))).toBeUndefined();
    expect(compareEnds({ ...over, reportedAt: at(238) }, at(238))).toBeUndefined();
  });

  it("[M4] an end that is past and that nobody told of is an alarm", () => {
    expect(compareEnds(comparison(), at(64))).toBeUndefined();
    expect(compareEnds(comparison(), at(66))).toContain("See whether the site is connected");
    expect(compareEnds(comparison({}, { reportedAt: at(61) }), at(66))).toBeUndefined();
  });
});
