import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMs, epochMs } from "../kernel/index.ts";
import { localTime, nextOpening } from "./hours.ts";
import { type Hours, kindsOf } from "./policy.ts";
import { fitsWildcard } from "./wildcard.ts";

const MINUTE_MS = 60_000;
const minute = fc.integer({ min: 0, max: 1_439 });
const hours = fc.record<Hours>({
  timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
  windows: fc.array(
    fc.record({
      kinds: fc.constant(kindsOf(["scan"])),
      days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
      from: minute,
      to: minute,
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
/** A year with its clock changes, to the minute. */
const time = fc.integer({ min: 0, max: 366 * 1_440 }).map((at) => epochMs(Date.UTC(2026, 0, 1) + at * MINUTE_MS));

describe("[S7] hours", () => {
  it("the opening is open, lies ahead, and nothing before it was open", () => {
    fc.assert(
      fc.property(hours, time, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (given, now, share) => {
        const opening = nextOpening(given, "onDemandScan", now);
        if (opening === undefined) throw new Error("a window that exists opens within a week");
        expect(nextOpening(given, "onDemandScan", opening)).toBe(opening);
        const between = addMs(now, Math.floor(((opening - now) * share) / MINUTE_MS) * MINUTE_MS);
        if (between < opening) expect(nextOpening(given, "onDemandScan", between)).toBe(opening);
      }),
      { numRuns: 300 },
    );
  });

  it("a window over midnight belongs to the day on which it begins", () => {
    const windows = [{ kinds: kindsOf(["scan"]), days: [5], from: 22 * 60, to: 6 * 60 }];
    const at = (day: number, hour: number) => epochMs(Date.UTC(2026, 10, day, hour));
    const opening = (now: number) => nextOpening({ timeZone: "UTC", windows }, "onDemandScan", epochMs(now));
    const friday = at(27, 22);
    expect(opening(at(27, 5))).toBe(friday);
    expect(opening(at(28, 5))).toBe(at(28, 5));
    expect(opening(at(28, 6))).toBe(at(27 + 7, 22));
  });

  it("times are those of the place, not of the machine", () => {
    expect(localTime(epochMs(Date.UTC(2026, 6, 1, 22, 30)), "Europe/Berlin")).toEqual({ day: 4, minute: 30 });
    expect(localTime(epochMs(Date.UTC(2026, 0, 1, 0, 0)), "America/New_York")).toEqual({ day: 3, minute: 19 * 60 });
  });
});

describe("[S7] wildcards", () => {
  it("agree with the regular expression that says the same", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "A", "*", "?"), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "A"), maxLength: 10 });
    fc.assert(
      fc.property(letters, texts, (pattern, text) => {
        const source = pattern.replaceAll("*", ".*").replaceAll("?", ".");
        expect(fitsWildcard(pattern, text)).toBe(new RegExp(`^${source}$`, "i").test(text));
      }),
    );
  });
});
