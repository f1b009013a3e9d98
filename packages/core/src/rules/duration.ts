const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
];
const DURATION = /^(0|[1-9]\d{0,6})([smhd])$/;

/** `90s`, `30m`, `4h`, `7d`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  const ms = UNITS.find(([name]) => name === unit)?.[1];
  return count === undefined || ms === undefined ? undefined : Number(count) * ms;
}

/** In the largest unit that says it exactly; what is no whole number of seconds cannot be said. */
export function printDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms % each === 0 && ms !== 0) ?? ["s", 1_000];
  return `${ms / size}${unit}`;
}
