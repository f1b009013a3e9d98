import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bucket, fullBucket, takeToken, untilTokenMs } from "./token-bucket.ts";

describe("token bucket", () => {
  it("[F14] in no stretch of time more than one burst and the rate's share passes", () => {
    const gaps = fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), gaps, (perSecond, waits) => {
        let bucket: Bucket = fullBucket(perSecond, 0);
        let now = 0;
        let passed = 0;
        for (const wait of waits) {
          now += wait;
          const taken = takeToken(bucket, perSecond, now);
          if (taken === undefined) continue;
          bucket = taken;
          passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(perSecond + (now * perSecond) / 1_000 + 1e-6);
      }),
    );
  });

  it("[F14] after the time it names, a token is there, and not before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat({ max: 5_000 }), (perSecond, start) => {
        let bucket = fullBucket(perSecond, start);
        for (let taken = 0; taken < perSecond; taken++) bucket = takeToken(bucket, perSecond, start) ?? bucket;
        expect(takeToken(bucket, perSecond, start)).toBeUndefined();
        const waitMs = untilTokenMs(bucket, perSecond, start);
        expect(waitMs).toBeGreaterThan(0);
        expect(takeToken(bucket, perSecond, start + waitMs)).toBeDefined();
      }),
    );
  });

  it("[F14] a long pause saves up one burst and no more", () => {
    let bucket: Bucket | undefined = fullBucket(3, 0);
    for (let taken = 0; taken < 3; taken++) bucket = bucket && takeToken(bucket, 3, 3_600_000);
    expect(bucket).toBeDefined();
    expect(bucket && takeToken(bucket, 3, 3_600_000)).toBeUndefined();
  });

  it("[F14] a clock that steps back gives nothing away", () => {
    const bucket = takeToken(fullBucket(1, 1_000), 1, 1_000);
    expect(bucket && takeToken(bucket, 1, 0)).toBeUndefined();
  });
});
