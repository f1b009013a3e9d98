import { parseDuration } from "@cordon/core/rules";

/** `90s`, `30m`, `4h`, `7d`; or `0s`. */
export const DURATION = /^(?:0|[1-9]\d{0,6})[smhd]$/;

/** Of a text that fits `DURATION`. */
export function durationMs(text: string): number {
  return parseDuration(text) ?? Number.NaN;
}
