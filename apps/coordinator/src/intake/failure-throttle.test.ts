import { epochMs } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { FailureThrottle } from "./failure-throttle.ts";

const limits = { failuresMax: 3, windowMs: 1_000, keysMax: 2 };
const at = (ms: number) => epochMs(1_000_000 + ms);

test("a key is blocked after its failures until the window ends, and other keys are not", () => {
  const throttle = new FailureThrottle(limits);
  for (const ms of [0, 1, 2]) {
    expect(throttle.blockedForMs("a", at(ms))).toBe(0);
    throttle.failed("a", at(ms));
  }
  expect(throttle.blockedForMs("a", at(3))).toBe(997);
  expect(throttle.blockedForMs("b", at(3))).toBe(0);
  expect(throttle.blockedForMs("a", at(1_000))).toBe(0);
});

test("a new window starts from nothing", () => {
  const throttle = new FailureThrottle(limits);
  for (const ms of [0, 1, 2]) throttle.failed("a", at(ms));
  throttle.failed("a", at(1_500));
  expect(throttle.blockedForMs("a", at(1_501))).toBe(0);
});

test("a right password forgives the wrong ones before it", () => {
  const throttle = new FailureThrottle(limits);
  throttle.failed("a", at(0));
  throttle.failed("a", at(0));
  throttle.succeeded("a");
  throttle.failed("a", at(1));
  expect(throttle.blockedForMs("a", at(1))).toBe(0);
});

test("memory is bounded: the longest unseen key is forgotten", () => {
  const throttle = new FailureThrottle(limits);
  for (const key of ["a", "b", "c", "d"]) throttle.failed(key, at(0));
  expect(throttle.size).toBe(2);
});
