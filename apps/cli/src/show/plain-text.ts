/**
 * What attackers can put into an event (file names, host names) must not steer the terminal that shows it: control characters,
 * and those that turn the reading direction, are written out.
 */
export function plain(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/** A value of an event or an argument as people would write it. */
export function shortValue(value: unknown): string {
  return plain(typeof value === "string" ? value : JSON.stringify(value));
}

/** `1 rule`, `3 rules`. */
export function counted(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}
