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
