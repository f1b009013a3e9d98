import type { EpochMs } from "@cordon/core/kernel";

/** RFC 3339 with an offset or `Z`; without one a time could mean anything. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const DIGITS = /^\d{1,19}$/;

/**
 * A time as KUMA and its neighbours write it: epoch seconds, ms, µs or ns (told apart by magnitude, right for the years
 * 1973 to 5138), as number or text, or RFC 3339. Undefined when it is none of them.
 */
export function readTime(value: unknown): EpochMs | undefined {
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return undefined;
  if (DIGITS.test(value)) return fromNumber(Number(value));
  if (!RFC_3339.test(value)) return undefined;
  // Date knows milliseconds only.
  const ms = Date.parse(
    value
      .replace(" ", "T")
      .replace(/(\.\d{3})\d+/, "$1")
      .toUpperCase(),
  );
  return Number.isNaN(ms) ? undefined : (ms as EpochMs);
}

function fromNumber(value: number): EpochMs | undefined {
  if (!(value > 0) || value > 1e20) return undefined;
  if (value < 1e11) return Math.round(value * 1e3) as EpochMs;
  if (value < 1e14) return Math.round(value) as EpochMs;
  if (value < 1e17) return Math.round(value / 1e3) as EpochMs;
  return Math.round(value / 1e6) as EpochMs;
}
