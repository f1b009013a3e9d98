import { nearestName } from "./nearest-name.ts";

/** Spans of local time, told in a time zone; the clocks' changes are the zone's business. */
export interface Calendar {
  /** IANA: `Europe/Berlin`. */
  readonly zone: string;
  readonly spans: readonly WeekSpan[];
  /** Days on which nothing of the calendar holds: `2026-12-25`. A span belongs to the day on which it begins. */
  readonly except?: readonly string[];
}

export interface WeekSpan {
  /** 0 = Sunday; the days on which the span begins. */
  readonly days: readonly number[];
  /** Minutes since midnight, 0-1439. */
  readonly from: number;
  /** 1-1440, not included. Not after `from`: the span goes over midnight. */
  readonly to: number;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string; readonly suggestion?: string };

export const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const DAY_MINUTES = 1_440;
const TIMES = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const SHAPE = "write it like `Mon-Fri 08:00-18:00`, `22:00-06:00` or `Sat,Sun`";

/** `Mon-Fri 08:00-18:00`, `22:00-06:00`, `Sat,Sun`: days, times, or both. */
export function parseSpan(text: string): Parsed<WeekSpan> {
  const parts = text.trim().split(/\s+/);
  const times = parts.at(-1)?.includes(":") === true ? parts.pop() : undefined;
  if (parts.length > 1 || (parts.length === 0 && times === undefined) || text.trim() === "") {
    return { ok: false, problem: `"${text.slice(0, 80)}" is no span of time; ${SHAPE}` };
  }
  const days = parts[0] === undefined ? ({ ok: true, value: EVERY_DAY } as const) : parseDays(parts[0]);
  if (!days.ok) return days;
  if (times === undefined) return { ok: true, value: { days: days.value, from: 0, to: DAY_MINUTES } };
  const [, fromHour = "", fromMinute = "", toHour = "", toMinute = ""] = TIMES.exec(times) ?? [];
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  const right = fromHour !== "" && Number(fromMinute) < 60 && Number(toMinute) < 60 && from < DAY_MINUTES;
  if (!right || to > DAY_MINUTES) {
    return { ok: false, problem: `"${times.slice(0, 80)}" is no span of time; write it like 08:00-18:00` };
  }
  if (from === to)
    return { ok: false, problem: `"${times}" begins where it ends; for the whole day leave the times out` };
  // Midnight as an end is the end of the day.
  return { ok: true, value: { days: days.value, from, to: to === 0 ? DAY_MINUTES : to } };
}

function parseDays(text: string): Parsed<readonly number[]> {
  const days = new Set<number>();
  for (const part of text.split(",")) {
    const [first = "", last = first, ...rest] = part.split("-");
    const ends = [first, last].map((name) => WEEKDAYS.findIndex((each) => each.toLowerCase() === name.toLowerCase()));
    const wrong = [first, last][ends.indexOf(-1)];
    if (rest.length > 0 || wrong !== undefined) {
      const suggestion = nearestName((wrong ?? part).slice(0, 3), WEEKDAYS);
      const problem = `"${(wrong ?? part).slice(0, 40)}" is no day; the days are ${WEEKDAYS.join(", ")}`;
      return { ok: false, problem, ...(suggestion === undefined ? {} : { suggestion }) };
    }
    const [begin = 0, end = 0] = ends;
    for (let day = begin; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === end) break;
    }
  }
  return { ok: true, value: [...days].sort((left, right) => left - right) };
}

/** A zone that this runtime knows. */
export function parseZone(zone: string): Parsed<string> {
  try {
    formatOf(zone);
    return { ok: true, value: zone };
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    const suggestion = nearestName(zone, ["UTC", ...Intl.supportedValuesOf("timeZone")]);
    const problem = `"${zone.slice(0, 80)}" is no time zone; write it like Europe/Berlin or UTC`;
    return { ok: false, problem, ...(suggestion === undefined ? {} : { suggestion }) };
  }
}

export function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

const CALENDAR_NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** Whether the value of `during` is the name of a calendar rather than a span: names have no colon, comma or blank. */
export function isCalendarName(text: string): boolean {
  return CALENDAR_NAME.test(text) && !parseSpan(text).ok;
}

/** The calendar behind a value of `during`: a name in `calendars`, or a span with its zone, `Mon-Fri 08:00-18:00 Europe/Berlin`. */
export function readCalendar(
  text: string,
  calendars: Readonly<Record<string, Calendar>>,
): Parsed<Calendar> & { readonly unknown?: true } {
  if (isCalendarName(text)) {
    const found = Object.hasOwn(calendars, text) ? calendars[text] : undefined;
    if (found !== undefined) return { ok: true, value: found };
    const suggestion = nearestName(text, Object.keys(calendars));
    const problem = `there is no calendar "${text}"; define it under \`calendars\` of the file, or ${SHAPE} with a time zone behind it`;
    return { ok: false, problem, unknown: true, ...(suggestion === undefined ? {} : { suggestion }) };
  }
  const parts = text.trim().split(/\s+/);
  const zone = parts.pop() ?? "";
  if (parts.length === 0 || zone.includes(":")) {
    return {
      ok: false,
      problem: `"${text.slice(0, 80)}" lacks a time zone; write it like Mon-Fri 08:00-18:00 Europe/Berlin`,
    };
  }
  const span = parseSpan(parts.join(" "));
  if (!span.ok) return span;
  const known = parseZone(zone);
  return known.ok ? { ok: true, value: { zone, spans: [span.value] } } : known;
}

/** Whether the instant (epoch ms) is inside the calendar. */
export function isInCalendar({ zone, spans, except = [] }: Calendar, at: number): boolean {
  const now = localTime(at, zone);
  return spans.some(({ days, from, to }) => {
    if (days.includes(now.day) && now.minute >= from && (to <= from || now.minute < to))
      return !except.includes(now.date);
    const yesterday = { day: (now.day + 6) % 7, date: dayBefore(now.date) };
    return to <= from && days.includes(yesterday.day) && now.minute < to && !except.includes(yesterday.date);
  });
}

interface LocalTime {
  readonly day: number;
  readonly minute: number;
  readonly date: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** More zones than a tenant has; the cache must not grow with what files say. */
const FORMATS_MAX = 500;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      weekday: "short",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    if (formats.size >= FORMATS_MAX) formats.clear();
    formats.set(timeZone, format);
  }
  return format;
}

function localTime(at: number, zone: string): LocalTime {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: (WEEKDAYS as readonly string[]).indexOf(parts.weekday ?? ""),
    minute: Number(parts.hour) * 60 + Number(parts.minute),
    date: `${parts.year}-${parts.month}-${parts.day}`,
  };
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
