import { epochMs } from "@cordon/core/kernel";
import { expect, it } from "vitest";
import { formatDuration, formatMoment, formatTime, formatWhen, parseDuration, parseTimeOrAge } from "./times.ts";

const NOW = epochMs(Date.UTC(2026, 2, 1, 2, 0, 0));

it.each([
  [0, "0s"],
  [119_000, "119s"],
  [120_000, "2m"],
  [7_199_000, "119m"],
  [7_200_000, "2h"],
  [18_720_000, "5h12m"],
  [2 * 86_400_000, "2d"],
  [3 * 86_400_000 + 4 * 3_600_000, "3d4h"],
  [-5, "0s"],
])("%i ms are shown as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it("times are shown in UTC, with how far away they are", () => {
  expect(formatTime(NOW)).toBe("2026-03-01 02:00:00Z");
  expect(formatWhen(NOW + 3_600_000, NOW)).toBe("in 60m");
  expect(formatMoment(NOW - 90_000, NOW)).toBe("2026-03-01 01:58:30Z (90s ago)");
  expect(formatMoment(undefined, NOW)).toBeUndefined();
});

it.each([
  ["90s", 90_000],
  ["15m", 900_000],
  ["2d", 172_800_000],
  ["2", undefined],
  ["1w", undefined],
  ["-1h", undefined],
  ["", undefined],
])("the duration %j is %s ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it("a time is given as such, or as an age", () => {
  expect(parseTimeOrAge("1h", NOW)).toBe(NOW - 3_600_000);
  expect(parseTimeOrAge("2026-03-01T01:00:00Z", NOW)).toBe(NOW - 3_600_000);
  expect(parseTimeOrAge("yesterday-ish", NOW)).toBeUndefined();
});
