import { isInCalendar, parseSpan } from "../rules/calendar.ts";

/** When a freeze holds, in local time; the clocks' changes are the zone's business. Any of the two is enough. */
export interface FreezeTimes {
  /** IANA: `Europe/Berlin`. */
  readonly zone: string;
  /** Every week: `Mon-Fri 08:00-18:00`, `22:00-06:00`, `Sat,Sun`. */
  readonly spans?: readonly string[];
  /** Days on which no weekly span begins: `2026-12-25`. */
  readonly except?: readonly string[];
  /** Single periods. */
  readonly between?: readonly LocalPeriod[];
}

/** `2026-12-20T18:00`, the end not included. */
export interface LocalPeriod {
  readonly from: string;
  readonly until: string;
}

/** Whether the instant (epoch ms) is inside; the zone and the spans are valid, for they were checked when they were set. */
export function isFrozenAt({ zone, spans = [], except = [], between = [] }: FreezeTimes, at: number): boolean {
  const weekly = spans.flatMap((text) => {
    const span = parseSpan(text);
    return span.ok ? [span.value] : [];
  });
  if (weekly.length > 0 && isInCalendar({ zone, spans: weekly, except }, at)) return true;
  if (between.length === 0) return false;
  const now = localMinute(at, zone);
  // One form, most significant first: text order is time order.
  return between.some(({ from, until }) => from <= now && now < until);
}

/** `every week Mon-Fri 08:00-18:00, from 2026-12-20T18:00 until 2027-01-07T06:00 (Europe/Berlin)`, for people. */
export function printTimes({ zone, spans = [], except = [], between = [] }: FreezeTimes): string {
  const weekly = spans.length === 0 ? [] : [`every week ${spans.join(", ")}`];
  const days = except.length === 0 ? [] : [`except ${except.join(", ")}`];
  const periods = between.map(({ from, until }) => `from ${from} until ${until}`);
  return `${[...weekly, ...days, ...periods].join(", ")} (${zone})`;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** More zones than there are brakes of one tenant. */
const FORMATS_MAX = 500;

function localMinute(at: number, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    // Sweden writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
    if (formats.size >= FORMATS_MAX) formats.clear();
    formats.set(zone, format);
  }
  return format.format(at).replace(" ", "T");
}
