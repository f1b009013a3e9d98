import { describe, expect, it } from "vitest";
import { judgeTrial } from "./judge-health.ts";
import { beginWait, watchForQuiet } from "./quiet-moment.ts";

describe("a release on trial", () => {
  const limits = { needsKsc: true, settleMs: 1_000, patienceMs: 60_000 };

  it("is healthy when the coordinator's session held for a while and KSC took the login", () => {
    expect(judgeTrial({ elapsedMs: 5_000, connectedForMs: 1_000, kscOk: true }, limits)).toBe("healthy");
    expect(judgeTrial({ elapsedMs: 5_000, connectedForMs: 999, kscOk: true }, limits)).toBe("wait");
    expect(judgeTrial({ elapsedMs: 5_000, connectedForMs: 1_000, kscOk: false }, limits)).toBe("wait");
  });

  it("is not asked for what did not work before it", () => {
    const seen = { elapsedMs: 5_000, connectedForMs: 2_000, kscOk: false };
    expect(judgeTrial(seen, { ...limits, needsKsc: false })).toBe("healthy");
  });

  it("is taken back when patience ends, with what was missing", () => {
    expect(judgeTrial({ elapsedMs: 60_000, kscOk: false }, limits)).toEqual({
      failed: expect.stringMatching(/coordinator did not welcome it.*KSC/),
    });
  });
});

describe("the wait for a quiet moment", () => {
  const limits = { quietMs: 100, tellMs: 1_000, waitMaxMs: 3_000 };
  const run = (looks: readonly (readonly [nowMs: number, busy: number])[]) => {
    let wait = beginWait(0);
    return looks.map(([nowMs, busy]) => {
      const { wait: next, verdict } = watchForQuiet(wait, { nowMs, busy }, limits);
      wait = next;
      return verdict;
    });
  };

  it("never ends while an action is open, and begins anew with each", () => {
    expect(
      run([
        [0, 0],
        [50, 1],
        [100, 0],
        [150, 1],
        [200, 0],
        [299, 0],
        [300, 0],
      ]),
    ).toEqual(["wait", "wait", "wait", "wait", "wait", "wait", "now"]);
  });

  it("is told now and then, and is given up in the end", () => {
    expect(
      run([
        [999, 1],
        [1_000, 1],
        [1_500, 1],
        [2_000, 1],
        [2_999, 1],
        [3_000, 1],
      ]),
    ).toEqual(["wait", "tell", "wait", "tell", "wait", "give_up"]);
  });
});
