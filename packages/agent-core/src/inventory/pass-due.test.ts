import { epochMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { isImplausibleLoss, passDue } from "./pass-due.ts";

const SETTINGS = { intervalMs: 100, fullIntervalMs: 1_000, overlapMs: 30 };
const due = (passAt: number | undefined, fullPassAt: number | undefined, now: number) =>
  passDue(
    {
      version: 1,
      ...(passAt === undefined ? {} : { passAt: epochMs(passAt) }),
      ...(fullPassAt === undefined ? {} : { fullPassAt: epochMs(fullPassAt) }),
    },
    epochMs(now),
    SETTINGS,
  );

describe("which pass is due", () => {
  it("none before the interval is over, then one over the hosts seen since the last and the overlap, at length one over all", () => {
    expect(due(5_000, 5_000, 5_099)).toEqual({ kind: "not_yet", inMs: 1 });
    expect(due(5_000, 5_000, 5_100)).toEqual({ kind: "lately", seenWithinMs: 130 });
    expect(due(5_900, 5_000, 6_000)).toEqual({ kind: "full" });
  });

  it("all hosts without a past, and when the clock went back behind it", () => {
    expect(due(undefined, undefined, 5_000)).toEqual({ kind: "full" });
    expect(due(5_000, undefined, 5_100)).toEqual({ kind: "full" });
    expect(due(5_000, 5_000, 4_000)).toEqual({ kind: "full" });
    expect(due(5_000, 6_000, 5_200)).toEqual({ kind: "full" });
  });

  it("a site loses hosts one by one: many at once, and most of them, is not believed", () => {
    expect(isImplausibleLoss(100, 50)).toBe(false);
    expect(isImplausibleLoss(100, 51)).toBe(true);
    expect(isImplausibleLoss(20, 20)).toBe(false);
  });
});
