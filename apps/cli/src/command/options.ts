import { InvalidArgumentError } from "@commander-js/extra-typings";
import { systemClock } from "@cordon/core/kernel";
import { LIST_MAX } from "../api/api-client.ts";
import { parseDuration, parseTimeOrAge } from "../show/times.ts";

/** Fits a screen or two. */
export const LIMIT_DEFAULT = 100;
export const LIMIT_FLAG = "--limit <n>";
export const LIMIT_TEXT = "how many at most";

export function limit(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0 && value <= LIST_MAX) return value;
  throw new InvalidArgumentError(`must be a whole number from 1 to ${LIST_MAX}`);
}

/** Epoch milliseconds. */
export function timeOrAge(text: string): number {
  const time = parseTimeOrAge(text, systemClock.now());
  if (time !== undefined) return time;
  throw new InvalidArgumentError("must be a time like 2026-03-01T02:00:00Z or an age like 15m, 4h, 2d");
}

/** Milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new InvalidArgumentError("must be a duration like 30s, 15m, 4h, 2d");
}

/** A part of the whole, over 0 and up to 1. */
export function share(text: string): number {
  const [, percent] = /^(\d{1,3}(?:\.\d{1,4})?)%$/.exec(text) ?? [];
  const value = Number(percent) / 100;
  if (percent !== undefined && value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("must be a share like 5% or 0.5%");
}

/** One or several of the known states, with commas between them. */
export const statesOf =
  (known: readonly string[]) =>
  (text: string): string => {
    const wrong = text.split(",").find((state) => !known.includes(state));
    if (wrong === undefined) return text;
    throw new InvalidArgumentError(`"${wrong}" is no state; there are ${known.join(", ")}`);
  };
