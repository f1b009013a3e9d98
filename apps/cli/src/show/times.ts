import type { EpochMs } from "@cordon/core/kernel";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-03-01 02:00:00Z`. */
export function formatTime(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  return new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
}

/** `42s`, `17m`, `5h12m`, `3d4h`: the two largest parts, as kubectl shows ages. */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.round(ms / SECOND)) * SECOND;
  if (total < 2 * MINUTE) return `${total / SECOND}s`;
  if (total < 2 * HOUR) return `${Math.floor(total / MINUTE)}m`;
  if (total < 2 * DAY) return joined(Math.floor(total / HOUR), "h", Math.floor((total % HOUR) / MINUTE), "m");
  return joined(Math.floor(total / DAY), "d", Math.floor((total % DAY) / HOUR), "h");
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

export function formatAge(ms: number | undefined, now: EpochMs): string | undefined {
  return ms === undefined ? undefined : formatDuration(now - ms);
}

/** `in 25m` or `17m ago`. */
export function formatWhen(ms: number | undefined, now: EpochMs): string | undefined {
  if (ms === undefined) return undefined;
  return ms >= now ? `in ${formatDuration(ms - now)}` : `${formatDuration(now - ms)} ago`;
}

/** The time and how far it is away. */
export function formatMoment(ms: number | undefined, now: EpochMs): string | undefined {
  return ms === undefined ? undefined : `${formatTime(ms)} (${formatWhen(ms, now)})`;
}

const UNITS_MS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** `90s`, `15m`, `4h`, `2d` as milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const found = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = UNITS_MS[found?.[2] ?? ""];
  return found === null || unit === undefined ? undefined : Number(found[1]) * unit;
}

/** A time, or how long ago. */
export function parseTimeOrAge(text: string, now: EpochMs): number | undefined {
  const age = parseDuration(text);
  if (age !== undefined) return now - age;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
