import { epochMs } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { askAgainMs, BACKDATE_MS, RENEWAL_SPREAD_MS, renewalDue } from "./renewal-due.ts";

const DAY_MS = 86_400_000;
const FROM = epochMs(1_772_442_847_000);
const validity = { from: FROM, until: epochMs(FROM + 12 * DAY_MS) };

test("[I5] a certificate is renewed between half and two thirds of its life, spread over the fleet", () => {
  expect(renewalDue(validity, 0, FROM, undefined)).toBe(FROM + 6 * DAY_MS);
  expect(renewalDue(validity, 1, FROM, undefined)).toBe(FROM + 8 * DAY_MS);
});

test("[I5] one that is older than wanted is renewed within ten minutes; one that was made since is not", () => {
  const now = epochMs(FROM + DAY_MS);
  const made = FROM + BACKDATE_MS;
  expect(renewalDue(validity, 0.5, now, epochMs(made + 1))).toBe(now + RENEWAL_SPREAD_MS / 2);
  expect(renewalDue(validity, 0, now, epochMs(made))).toBe(FROM + 6 * DAY_MS);
  // Never later than it is due anyway.
  const late = epochMs(FROM + 10 * DAY_MS);
  expect(renewalDue(validity, 0.5, late, epochMs(late))).toBeLessThan(late);
});

test("[I9] tries that bring nothing come seldom, and never less than once in an hour and a half", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 50].map((tries) => askAgainMs(tries, 0) / 60_000);
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(askAgainMs(50, 1)).toBe(90 * 60_000);
});
