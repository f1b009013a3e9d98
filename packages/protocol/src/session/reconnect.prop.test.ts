import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BACKOFF_LATER, BACKOFF_SOON, RETRY_AFTER_MS_MAX, STABLE_MS } from "./limits.ts";
import { reconnect } from "./reconnect.ts";

const POLICY = { soon: BACKOFF_SOON, later: BACKOFF_LATER };
const jitter = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const next = fc.constantFrom("soon" as const, "later" as const);

describe("reconnect", () => {
  it("[W13] a fatal close is never tried again", () => {
    expect(reconnect({ failures: 0, openForMs: 1e9, next: "fatal" }, POLICY, 0)).toEqual({ kind: "stop" });
  });

  it("[W14] every wait lies between half the base and the maximum", () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), next, jitter, (failures, after, random) => {
        const result = reconnect({ failures, next: after }, POLICY, random);
        if (result.kind !== "wait") throw new Error("it must be tried again");
        expect(result.waitMs).toBeGreaterThanOrEqual(POLICY[after].baseMs / 2);
        expect(result.waitMs).toBeLessThanOrEqual(POLICY[after].maxMs);
        expect(result.failures).toBe(failures + 1);
      }),
    );
  });

  it("[W14] only a session that lasted starts the back-off anew: one that is thrown out at once waits longer each time", () => {
    const failures = (openForMs: number) => reconnect({ failures: 5, openForMs, next: "soon" }, POLICY, 0);
    expect(failures(STABLE_MS)).toMatchObject({ failures: 1 });
    expect(failures(STABLE_MS - 1)).toMatchObject({ failures: 6 });
  });

  it("[W14] the gateway's wish is kept, within its bound and spread, so that those who were turned away together do not return together", () => {
    const wait = (retryAfterMs: number, random: number) =>
      reconnect({ failures: 0, next: "soon", retryAfterMs }, POLICY, random);
    expect(wait(5_000, 0)).toMatchObject({ waitMs: 5_000 });
    expect(wait(5_000, 0.5)).toMatchObject({ waitMs: 7_500 });
    expect(wait(1e12, 0)).toMatchObject({ waitMs: RETRY_AFTER_MS_MAX });
  });
});
