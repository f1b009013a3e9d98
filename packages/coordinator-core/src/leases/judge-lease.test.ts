import { actionId, endpointId, epochMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import type { LeaseFacts } from "../ports/leases.ts";
import { judgeLease } from "./judge-lease.ts";

const MIN = 60_000;
const at = (minutes: number) => epochMs(1_767_225_600_000 + minutes * MIN);

const facts = (patch: Partial<LeaseFacts> = {}): LeaseFacts => ({
  view: {
    actionId: actionId("act_1"),
    endpointId: endpointId("h1"),
    state: "holding",
    wantedUntil: at(120),
    agentEndsAt: at(60),
    renewals: 0,
    renewalsMax: 24,
    heard: "yes",
  },
  spec: { kind: "isolateHost", durationSeconds: 3_600, holdSeconds: 7_200 },
  succeeded: { at: at(0), recordedAt: at(0) },
  connectedSince: at(-30),
  reportedAt: at(1),
  ...patch,
});

describe("the coordinator's own end", () => {
  it("[S6] is counted by its own clock while the site is connected, so a wrong clock of the agent is an alarm", () => {
    const slow = facts({ succeeded: { at: at(-20), recordedAt: at(0) } });
    expect(judgeLease(slow, at(2)).coordinatorEndsAt).toBe(at(120));
    const fast = facts({
      succeeded: { at: at(20), recordedAt: at(0) },
      view: { ...facts().view, wantedUntil: at(140) },
    });
    expect(judgeLease(fast, at(2))).toMatchObject({
      coordinatorEndsAt: at(120),
      mismatch: expect.stringContaining("coordinator counts"),
    });
  });

  it("[S6] of what happened while the site was away is known by the agent's time", () => {
    const away = facts({ succeeded: { at: at(0), recordedAt: at(50) }, connectedSince: at(49) });
    expect(judgeLease(away, at(51))).toEqual({ coordinatorEndsAt: at(120) });
  });

  it("[S6] is not known before the success, and stays as it was first counted", () => {
    const { succeeded: _, ...pending } = facts({ view: { ...facts().view, state: "pending" } });
    expect(judgeLease(pending, at(2))).toEqual({});
    expect(judgeLease(facts({ coordinatorEndsAt: at(119) }), at(2)).coordinatorEndsAt).toBe(at(119));
  });
});
