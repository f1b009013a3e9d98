import { systemClock } from "@cordon/core/kernel";
import { InvalidArgumentError } from "commander";

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("must be a whole number above 0");
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time, or how long ago, as epoch ms. */
export function timeOrAge(text: string): number {
  const age = /^(\d{1,6})([smhd])$/.exec(text);
  if (age !== null) return systemClock.now() - Number(age[1]) * (UNITS_MS[age[2] ?? ""] ?? 0);
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError("must be a time like 2026-03-01T02:00:00Z or an age like 15m, 4h, 2d");
}
