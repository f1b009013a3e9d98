import { type EndpointId, epochMs, ruleId, siteId } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { SCORE_LIMITS, scoreRule, type Wanted } from "./score-rule.ts";

const MINUTE_MS = 60_000;
const wanted = (host: number, minutes: number, patch: Partial<Wanted> = {}): Wanted => ({
  siteId: siteId("hq"),
  endpointId: `host-${host}` as EndpointId,
  endpointName: `WS-${host}`,
  kind: "isolateHost",
  at: epochMs(minutes * MINUTE_MS),
  ...patch,
});
const score = (observed: readonly Wanted[], byHand: readonly Wanted[]) =>
  scoreRule(ruleId("r"), ["isolateHost"], { observed, byHand, windowMs: 60 * MINUTE_MS }).kinds[0];

test("what a person ordered within the window confirms, before or after; what nobody ordered does not", () => {
  const told = score([wanted(1, 100), wanted(2, 100), wanted(3, 100)], [wanted(1, 130), wanted(2, 70), wanted(4, 100)]);
  expect(told).toMatchObject({ observed: 3, confirmed: 2, byHand: 3, foreseen: 2, precision: 2 / 3, recall: 2 / 3 });
  expect(told?.leadMs).toBe(30 * MINUTE_MS);
  expect(told?.unconfirmed.map(({ endpointName }) => endpointName)).toEqual(["WS-3"]);
  expect(told?.missed.map(({ endpointName }) => endpointName)).toEqual(["WS-4"]);
});

test("repeats within the window are one occasion, and a person's answer to its end counts", () => {
  const burst = [0, 40, 80, 120].map((minutes) => wanted(1, minutes));
  expect(score(burst, [wanted(1, 170), wanted(1, 175)])).toMatchObject({
    observed: 1,
    confirmed: 1,
    byHand: 1,
    foreseen: 1,
  });
  expect(score([wanted(1, 0), wanted(1, 61)], [])).toMatchObject({ observed: 2, confirmed: 0, precision: 0 });
});

test("beyond the window, on another endpoint of the same name, or of another kind, nothing is confirmed", () => {
  const elsewhere = wanted(1, 0, { siteId: siteId("branch") });
  const scan = wanted(1, 0, { kind: "onDemandScan" });
  expect(score([wanted(1, 0)], [wanted(1, 61), elsewhere, scan])).toMatchObject({
    confirmed: 0,
    byHand: 2,
    foreseen: 0,
  });
});

test("a share of nothing is no share, and examples are the newest and bounded", () => {
  expect(score([], [])).toEqual({
    kind: "isolateHost",
    observed: 0,
    confirmed: 0,
    byHand: 0,
    foreseen: 0,
    unconfirmed: [],
    missed: [],
  });
  const many = Array.from({ length: SCORE_LIMITS.examplesMax + 5 }, (_, index) => wanted(index, index));
  expect(score(many, [])?.unconfirmed[0]?.endpointName).toBe(`WS-${many.length - 1}`);
  expect(score(many, [])?.unconfirmed).toHaveLength(SCORE_LIMITS.examplesMax);
});
