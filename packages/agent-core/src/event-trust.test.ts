import { expect, test } from "vitest";
import { createEventTrust } from "./event-trust.ts";

test("events are relied on after one told of our own, and no longer after several that never came", () => {
  const trust = createEventTrust();
  expect(trust.trusted).toBe(false);
  trust.missed();
  trust.told();
  expect(trust.trusted).toBe(true);
  trust.missed();
  trust.missed();
  expect(trust.trusted).toBe(true);
  trust.told();
  for (let miss = 0; miss < 3; miss++) trust.missed();
  expect(trust.trusted).toBe(false);
  trust.told();
  trust.broken();
  expect(trust.trusted).toBe(false);
});
