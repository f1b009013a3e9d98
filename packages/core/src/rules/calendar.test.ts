import { describe, expect, it } from "vitest";
import { type Calendar, isCalendarName, isDate, isInCalendar, parseSpan, readCalendar } from "./calendar.ts";

const at = (time: string): number => Date.parse(time);

describe("spans of time", () => {
  it.each<readonly [text: string, days: readonly number[], from: number, to: number]>([
    ["Mon-Fri 08:00-18:00", [1, 2, 3, 4, 5], 480, 1080],
    ["fri-mon 22:00-06:00", [0, 1, 5, 6], 1320, 360],
    ["Sat,Sun", [0, 6], 0, 1440],
    ["06:30-24:00", [0, 1, 2, 3, 4, 5, 6], 390, 1440],
    ["Mon,Wed-Thu 20:00-00:00", [1, 3, 4], 1200, 1440],
  ])("[R18] %s is read", (text, days, from, to) => {
    expect(parseSpan(text)).toEqual({ ok: true, value: { days, from, to } });
  });

  it.each([
    ["Mon Fri 08:00-18:00"],
    ["08:00"],
    ["08:00-08:00"],
    ["Mo 08:00-18:00"],
    ["08:61-09:00"],
    ["24:00-06:00"],
    [""],
    ["Mon-"],
  ])("[R18] %j is refused", (text) => {
    expect(parseSpan(text).ok).toBe(false);
  });

  it("[R18] a name, a span and what lacks its zone are told apart", () => {
    expect([isCalendarName("office-hours"), isCalendarName("sat"), isCalendarName("Mon-Fri 08:00-18:00 UTC")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(readCalendar("Mon 08:00-18:00", {})).toMatchObject({
      ok: false,
      problem: expect.stringContaining("lacks a time zone"),
    });
    expect(readCalendar("ofice", { office: { zone: "UTC", spans: [] } })).toMatchObject({
      ok: false,
      unknown: true,
      suggestion: "office",
    });
    expect(readCalendar("Mon Europe/Berln", {})).toMatchObject({ ok: false, suggestion: "Europe/Berlin" });
    expect(readCalendar("constructor", {})).toMatchObject({ ok: false, unknown: true });
    expect([isDate("2028-02-29"), isDate("2026-02-29"), isDate("2026-2-9")]).toEqual([true, false, false]);
  });
});

describe("being inside", () => {
  const nights: Calendar = {
    zone: "Europe/Berlin",
    spans: [{ days: [5], from: 1320, to: 360 }],
    except: ["2026-01-09"],
  };

  it.each<readonly [what: string, time: string, inside: boolean]>([
    ["before it begins", "2026-01-02T20:59:00Z", false],
    ["when it begins", "2026-01-02T21:00:00Z", true],
    ["after midnight", "2026-01-03T04:59:59Z", true],
    ["when it ends", "2026-01-03T05:00:00Z", false],
    ["in the night of another day", "2026-01-03T22:00:00Z", false],
    ["on a day that is left out", "2026-01-09T22:00:00Z", false],
    ["after midnight of a day that is left out", "2026-01-10T03:00:00Z", false],
    ["in summer, by the zone's own clock", "2026-07-03T20:00:00Z", true],
    ["in summer, an hour too early", "2026-07-03T19:59:00Z", false],
  ])("[R18] %s: %s is %s", (_what, time, inside) => {
    expect(isInCalendar(nights, at(time))).toBe(inside);
  });

  it("[R18] a whole day ends at midnight", () => {
    const saturday: Calendar = { zone: "UTC", spans: [{ days: [6], from: 0, to: 1440 }] };
    expect(
      ["2026-01-02T23:59:59Z", "2026-01-03T00:00:00Z", "2026-01-03T23:59:59Z", "2026-01-04T00:00:00Z"].map((time) =>
        isInCalendar(saturday, at(time)),
      ),
    ).toEqual([false, true, true, false]);
  });
});
