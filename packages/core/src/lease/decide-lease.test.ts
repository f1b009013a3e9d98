import { describe, expect, it } from "vitest";
import { epochMs } from "../kernel/index.ts";
import { decideLease, type LeaseFacts } from "./decide-lease.ts";
import { DEFAULT_LEASE_POLICY } from "./policy.ts";
import type { Term } from "./term.ts";

const MIN = 60_000;
const HOUR = 60 * MIN;
const T0 = 1_767_225_600_000;
const at = (ms: number) => epochMs(T0 + ms);

/** Ordered at 0, handed to KSC at once, in effect after a minute. */
function term(patch: Partial<Term> = {}): Term {
  return { number: 0, state: "succeeded", durationMs: HOUR, changedAt: at(MIN), sentAt: at(0), gone: false, ...patch };
}

function facts(patch: Partial<LeaseFacts> = {}): LeaseFacts {
  return {
    admittedAt: at(0),
    holdMs: 4 * HOUR,
    durationMs: HOUR,
    terms: [term({ endedAt: at(MIN) })],
    renewals: 0,
    heard: "yes",
    freeSlots: 50,
    kscSkewMs: 0,
    ...patch,
  };
}

const decide = (patch: Partial<LeaseFacts>, afterMs: number, policy = {}) =>
  decideLease(facts(patch), at(afterMs), { ...DEFAULT_LEASE_POLICY, ...policy });

describe("the end of a term", () => {
  it("[E1][E2] is counted by the agent's clock from what it saw, and by KSC's clock from its event", () => {
    const { view } = decide(
      { terms: [term({ changedAt: at(3 * MIN), endedAt: at(31 * MIN) })], kscSkewMs: 30 * MIN },
      5 * MIN,
    );
    expect(view.agentEndsAt).toBe(at(HOUR + 3 * MIN));
    expect(view.endpointEndsAt).toBe(at(HOUR + 31 * MIN));
    expect(view.problem).toBeUndefined();
  });

  it("[E2] that the agent saw late is renewed by the endpoint's end, not by its own", () => {
    const late = term({ changedAt: at(30 * MIN), endedAt: at(MIN) });
    expect(decide({ terms: [late] }, 40 * MIN).step).toEqual({ kind: "wait", until: at(41 * MIN) });
    expect(decide({ terms: [late] }, 41 * MIN).step.kind).toBe("renew");
  });

  it("[E2] is believed past only when KSC's clock says so", () => {
    const held = { holdMs: HOUR, terms: [term({ endedAt: at(MIN) })] };
    // The agent's clock was moved two hours ahead; KSC's did not follow.
    expect(decide({ ...held, kscSkewMs: -2 * HOUR }, 2 * HOUR + 30 * MIN).step.kind).toBe("wait");
    expect(decide({ ...held, kscSkewMs: 0 }, HOUR + 2 * MIN).step).toEqual({ kind: "done", end: "over" });
  });

  it("[E3] without an event, the task may have run since it was made", () => {
    const seenLate = term({ changedAt: at(35 * MIN), createdAt: at(2 * MIN) });
    expect(decide({ terms: [seenLate] }, 36 * MIN).step.kind).toBe("wait");
    expect(decide({ terms: [seenLate] }, 37 * MIN).step.kind).toBe("renew");
    expect(decide({ terms: [{ ...seenLate, endedAt: at(35 * MIN) }] }, 37 * MIN).step.kind).toBe("wait");
  });

  it("[E4] a renewal is made as long before as this endpoint took", () => {
    const slow = term({ changedAt: at(25 * MIN), endedAt: at(25 * MIN) });
    const { view } = decide({ terms: [slow], durationMs: 2 * HOUR, holdMs: 9 * HOUR }, 26 * MIN);
    expect(view.nextRenewalAt).toBe(at(25 * MIN + HOUR - 30 * MIN));
    const quick = decide({}, 2 * MIN).view;
    expect(quick.nextRenewalAt).toBe(at(MIN + HOUR - 20 * MIN));
  });

  it("[E4] terms too short for a synchronisation are said to be, and renewed half-way", () => {
    const short = { durationMs: 10 * MIN, terms: [term({ durationMs: 10 * MIN, endedAt: at(MIN) })], holdMs: HOUR };
    const { view } = decide(short, 2 * MIN);
    expect(view.nextRenewalAt).toBe(at(6 * MIN));
    expect(view.problem).toContain("durationSeconds of at least 2400");
  });
});

describe("before its first success", () => {
  it.each(["delivered", "deferred", "submitted", "running", "no_console", "unknown"] as const)(
    "[D1] %s is pending",
    (state) => {
      const { step, view } = decide({ terms: [term({ state })] }, 5 * MIN);
      expect(step).toEqual({ kind: "wait" });
      expect(view).toMatchObject({ state: "pending", wantedUntil: at(4 * HOUR) });
    },
  );

  it.each(["failed", "expired", "rotated", "refused", "deleted_by_operator"] as const)(
    "[D1] %s is lost, with the mend",
    (state) => {
      const { step, view } = decide({ terms: [term({ state })] }, 5 * MIN);
      expect(step).toEqual({ kind: "done", end: "lost" });
      expect(view.problem).toContain("order it again");
    },
  );

  it("[D1] called off, nobody misses it", () => {
    const { step, view } = decide({ terms: [term({ state: "cancelled" })] }, 5 * MIN);
    expect(step).toEqual({ kind: "done", end: "over" });
    expect(view.problem).toBeUndefined();
  });
});

describe("while it is wanted", () => {
  it("[D2] it is renewed when its time has come, to the end of the hold and no longer", () => {
    expect(decide({}, 40 * MIN).step).toEqual({ kind: "wait", until: at(41 * MIN) });
    expect(decide({}, 41 * MIN).step).toEqual({ kind: "renew", durationSeconds: 3_600, deadline: at(4 * HOUR + MIN) });
    const last = term({ number: 3, changedAt: at(3 * HOUR), endedAt: at(3 * HOUR) });
    const { step } = decide(
      { terms: [facts().terms[0] as Term, last], renewals: 3, holdMs: 4.5 * HOUR },
      3 * HOUR + 41 * MIN,
    );
    expect(step).toMatchObject({ kind: "renew", durationSeconds: 50 * 60 });
  });

  it("[D2] without a hold beyond its term it is never renewed", () => {
    expect(decide({ holdMs: HOUR }, 59 * MIN)).toMatchObject({
      step: { kind: "wait", until: at(61 * MIN) },
      view: { state: "holding" },
    });
    expect(decide({ holdMs: HOUR }, 61 * MIN)).toMatchObject({
      step: { kind: "done", end: "over" },
      view: { state: "over" },
    });
  });

  it("[D2] one renewal at a time", () => {
    for (const state of ["delivered", "deferred", "submitting", "submitted", "task_seen", "running"] as const) {
      const renewal = term({ number: 1, state, changedAt: at(41 * MIN) });
      const { step, view } = decide({ terms: [...facts().terms, renewal], renewals: 1 }, 50 * MIN);
      expect([state, step.kind, view.state]).toEqual([state, "wait", "renewing"]);
    }
  });

  it("[D2] the renewal's term is the current one from its success on", () => {
    const renewal = term({ number: 1, changedAt: at(50 * MIN), sentAt: at(41 * MIN), endedAt: at(50 * MIN) });
    const { view } = decide({ terms: [...facts().terms, renewal], renewals: 1 }, 55 * MIN);
    expect(view).toMatchObject({
      state: "holding",
      renewals: 1,
      endpointEndsAt: at(110 * MIN),
      nextRenewalAt: at(90 * MIN),
    });
  });

  it.each(["failed", "rotated", "no_console", "unknown", "expired"] as const)(
    "[D3] a renewal that is %s is followed by another",
    (state) => {
      const failed = { terms: [...facts().terms, term({ number: 1, state, changedAt: at(42 * MIN) })], renewals: 1 };
      const waiting = decide(failed, 45 * MIN);
      expect(waiting.step).toEqual({ kind: "wait", until: at(47 * MIN) });
      expect(waiting.view.problem).toContain(`ended as ${state}`);
      expect(decide(failed, 47 * MIN).step.kind).toBe("renew");
    },
  );

  it("[D4] an agent that was away over the end isolates again at once and says that it had lapsed", () => {
    const { step, view } = decide({}, 2 * HOUR);
    expect(step.kind).toBe("renew");
    expect(view).toMatchObject({ state: "renewing" });
    expect(view.problem).toContain("not isolated until it does");
  });

  it("[D6] a task that is gone before its end is an alarm, and is not isolated again", () => {
    const { step, view } = decide({ terms: [term({ endedAt: at(MIN), gone: true })] }, 50 * MIN);
    expect(step).toEqual({ kind: "done", end: "lost" });
    expect(view.problem).toContain("deleted in KSC or rotated out");
  });

  it("[D6] the task of a term that was renewed may go", () => {
    const renewal = term({ number: 1, changedAt: at(50 * MIN), endedAt: at(50 * MIN) });
    const gone = term({ endedAt: at(MIN), gone: true });
    expect(decide({ terms: [gone, renewal], renewals: 1 }, 55 * MIN).view.state).toBe("holding");
  });
});

describe("once released", () => {
  it("[D5] it is not renewed, ends with its term, and is then over", () => {
    const released = { releasedAt: at(30 * MIN) };
    expect(decide(released, 45 * MIN)).toMatchObject({
      step: { kind: "wait", until: at(61 * MIN) },
      view: { state: "ending", wantedUntil: at(30 * MIN) },
    });
    expect(decide(released, 61 * MIN).step).toEqual({ kind: "done", end: "over" });
  });

  it("[D5] a renewal that is at KSC already is followed to its end", () => {
    const renewal = term({ number: 1, state: "submitted", changedAt: at(42 * MIN) });
    const released = { releasedAt: at(43 * MIN), terms: [...facts().terms, renewal], renewals: 1 };
    expect(decide(released, 3 * HOUR)).toMatchObject({ step: { kind: "wait" }, view: { state: "ending" } });
    const done = {
      ...released,
      terms: [...facts().terms, term({ number: 1, changedAt: at(70 * MIN), endedAt: at(70 * MIN) })],
    };
    expect(decide(done, 80 * MIN)).toMatchObject({ step: { until: at(130 * MIN) }, view: { state: "ending" } });
  });
});

describe("the slot budget", () => {
  it("[B1] used up, it ends with its term, which is said before and an alarm after", () => {
    const spent = { renewals: 3 };
    expect(decide(spent, 50 * MIN, { renewalsMax: 3 })).toMatchObject({
      step: { kind: "wait" },
      view: { state: "holding" },
    });
    expect(decide(spent, 50 * MIN, { renewalsMax: 3 }).view.problem).toContain("All 3 renewals are used up");
    expect(decide(spent, 62 * MIN, { renewalsMax: 3 }).step).toEqual({ kind: "done", end: "lost" });
  });

  it("[B2] the last slots are left to new containments", () => {
    expect(decide({ freeSlots: DEFAULT_LEASE_POLICY.slotsKept }, 50 * MIN).view.problem).toContain(
      "task slots left for containment",
    );
    expect(decide({ freeSlots: DEFAULT_LEASE_POLICY.slotsKept + 1 }, 50 * MIN).step.kind).toBe("renew");
  });

  it("[B3] a hold that it cannot reach is said from the beginning", () => {
    const { view } = decide({ holdMs: 48 * HOUR }, 2 * MIN);
    expect(view.problem).toContain("With 24 renewals it can be held until about");
    expect(decide({ holdMs: 16 * HOUR }, 2 * MIN).view.problem).toBeUndefined();
  });
});

describe("what a person must know", () => {
  it("[M1] end times that are apart are a problem with the mend", () => {
    const late = term({ changedAt: at(30 * MIN), endedAt: at(MIN) });
    expect(decide({ terms: [late] }, 31 * MIN).view.problem).toContain("Compare the clocks");
  });

  it("a device that KSC does not hear is a problem with the mend", () => {
    expect(decide({ heard: "no" }, 31 * MIN).view.problem).toContain("avp.com isolation /OFF");
  });
});
