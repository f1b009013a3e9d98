import type { ActionKind } from "../action/index.ts";
import { addMs, type EpochMs } from "../kernel/index.ts";
import type { Hours, HoursWindow } from "./policy.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** A window lies at most a week ahead; a second week is room for clock changes. */
const DAYS_AHEAD = 15;

/** When the kind may next go out: `now` itself inside its hours, or when it has none. Undefined: never. */
export function nextOpening(hours: Hours | undefined, kind: ActionKind, now: EpochMs): EpochMs | undefined {
  const windows = hours?.windows.filter(({ kinds }) => kinds.includes(kind)) ?? [];
  if (hours === undefined || windows.length === 0) return now;
  const local = localTime(now, hours.timeZone);
  if (windows.some((window) => isInside(window, local))) return now;
  const untilOpen = windows.flatMap((window) => minutesUntil(window, local)).sort((left, right) => left - right);
  for (const minutes of untilOpen) {
    const opening = settle(windows, hours.timeZone, addMs(startOfMinute(now), minutes * MINUTE_MS), now);
    if (opening !== undefined) return opening;
  }
  return undefined;
}

interface LocalTime {
  /** 0 = Sunday. */
  readonly day: number;
  /** Since midnight. */
  readonly minute: number;
}

const DAY_NAMES = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a time zone that the runtime does not know; the file's reader asks first. */
export function localTime(now: EpochMs, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return { day: DAY_NAMES.indexOf(parts.weekday ?? ""), minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

function lengthOf({ from, to }: HoursWindow): number {
  return to > from ? to - from : to + DAY_MINUTES - from;
}

function isInside(window: HoursWindow, { day, minute }: LocalTime): boolean {
  const today = minute - window.from;
  if (window.days.includes(day) && today >= 0 && today < lengthOf(window)) return true;
  const sinceYesterday = minute + DAY_MINUTES - window.from;
  return window.days.includes((day + 6) % 7) && sinceYesterday < lengthOf(window);
}

function minutesUntil(window: HoursWindow, { day, minute }: LocalTime): readonly number[] {
  return Array.from({ length: DAYS_AHEAD }, (_, ahead) => ahead)
    .filter((ahead) => window.days.includes((day + ahead) % 7))
    .map((ahead) => ahead * DAY_MINUTES + window.from - minute)
    .filter((minutes) => minutes > 0);
}

/** The clocks may change on the way, by an hour as a rule: the first minute around the guess that is inside a window. */
function settle(windows: readonly HoursWindow[], timeZone: string, guess: EpochMs, now: EpochMs): EpochMs | undefined {
  const isOpen = (at: EpochMs) => windows.some((window) => isInside(window, localTime(at, timeZone)));
  for (let shift = -SHIFT_MINUTES_MAX; shift <= SHIFT_MINUTES_MAX; shift++) {
    const at = addMs(guess, shift * MINUTE_MS);
    if (at > now && isOpen(at)) return at;
  }
  return undefined;
}

/** Lord Howe shifts by 30 minutes, everybody else by 60; historic double summer times by 120. */
const SHIFT_MINUTES_MAX = 120;

function startOfMinute(now: EpochMs): EpochMs {
  return addMs(now, -(now % MINUTE_MS));
}
