import { epochMs } from "@cordon/core/kernel";
import type { SlowDownLimits } from "@cordon/core/login";
import { expect, test } from "vitest";
import { SlowDown } from "./slow-down.ts";

const limits: SlowDownLimits = {
  freeFailures: 3,
  firstWaitMs: 1_000,
  waitMsMax: 8_000,
  forgetMs: 10_000,
  pressureFailures: 50,
  pressureMs: 60_000,
};
const at = (ms: number) => epochMs(1_772_442_000_000 + ms);

test("[T1] [T4] a key waits longer after each failure that is not free, and other keys do not", () => {
  const slow = new SlowDown(limits);
  for (const ms of [0, 1, 2]) {
    expect(slow.blockedForMs("a", at(ms))).toBe(0);
    slow.failed("a", at(ms));
  }
  expect(slow.blockedForMs("a", at(2))).toBe(1_000);
  expect(slow.blockedForMs("a", at(1_002))).toBe(0);
  slow.failed("a", at(1_002));
  expect(slow.blockedForMs("a", at(1_002))).toBe(2_000);
  expect(slow.blockedForMs("b", at(1_002))).toBe(0);
});

test("a right password forgives the wrong ones before it", () => {
  const slow = new SlowDown(limits);
  for (const ms of [0, 1, 2]) slow.failed("a", at(ms));
  slow.forgive("a");
  expect(slow.blockedForMs("a", at(3))).toBe(0);
});

test("[T5] the same wrong credential counts once, and one that was good from here never waits here", () => {
  const slow = new SlowDown(limits);
  for (let ms = 0; ms < 100; ms++) slow.failed("nat", at(ms), "an old token");
  expect(slow.blockedForMs("nat", at(100), "a good token")).toBe(0);
  slow.succeeded("nat", "a good token");
  for (let ms = 0; ms < 20; ms++) slow.failed("nat", at(ms), `guess ${ms}`);
  expect(slow.blockedForMs("nat", at(20), "guess 21")).toBeGreaterThan(0);
  expect(slow.blockedForMs("nat", at(20), "a good token")).toBe(0);
  expect(slow.blockedForMs("elsewhere", at(20), "a good token")).toBe(0);
});

test("[T3] while failures come from everywhere, a key has one free failure", () => {
  const slow = new SlowDown(limits);
  for (let key = 0; key <= limits.pressureFailures; key++) slow.failed(`bot ${key}`, at(0));
  slow.failed("a", at(1));
  expect(slow.blockedForMs("a", at(1))).toBe(1_000);
  expect(slow.blockedForMs("b", at(1))).toBe(0);
});

test("memory is bounded: the longest unseen key is forgotten", () => {
  const slow = new SlowDown(limits, 2);
  for (const key of ["a", "b", "c", "d"]) slow.failed(key, at(0));
  expect(slow.size).toBe(2);
});
