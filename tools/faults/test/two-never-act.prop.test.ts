import fc from "fast-check";
import { expect, test } from "vitest";
import { playPair, type Trouble } from "./pair-world.ts";

const trouble: fc.Arbitrary<Trouble> = fc.record({
  // Close together: one alone is harmless.
  atMs: fc.integer({ min: 60_000, max: 160_000 }),
  forMs: fc.integer({ min: 5_000, max: 120_000 }),
  kind: fc.constantFrom(
    "cutAgent",
    "stopAgent",
    "sleepAgent",
    "restartAgent",
    "jumpAgentClock",
    "stopGateway",
    "restartGateway",
    "cutGatewayFromRecord",
    "slowLine",
    "promote",
  ),
  which: fc.constantFrom(0, 1),
});

test("[L8] whatever is cut, stopped, restarted, put to sleep or set to another time or promoted, nobody acts once a successor has acted", () => {
  let acts = 0;
  let takeOvers = 0;
  fc.assert(
    fc.property(fc.array(trouble, { minLength: 2, maxLength: 10 }), fc.integer(), (troubles, seed) => {
      const played = playPair(troubles, seed);
      acts += played.acts;
      takeOvers += played.takeOvers;
      expect(played.violations).toEqual([]);
    }),
    { numRuns: 1_000, seed: 20_261_124 },
  );
  // A world in which nobody acts, or nobody takes over, would prove nothing.
  expect(acts).toBeGreaterThan(100_000);
  expect(takeOvers).toBeGreaterThan(50);
});

test("[L8] when all troubles are over one of the two acts again", () => {
  fc.assert(
    fc.property(fc.array(trouble, { minLength: 1, maxLength: 8 }), fc.integer(), (troubles, seed) => {
      expect(playPair(troubles, seed).actsAtTheEnd).toBe(1);
    }),
    { numRuns: 50, seed: 7 },
  );
});
