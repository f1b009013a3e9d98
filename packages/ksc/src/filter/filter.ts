import { AppError, assert, type EpochMs } from "@cordon/core/kernel";
import { isoSeconds } from "../values/wire-types.ts";

/**
 * A search filter (kaspersky.md 4.5), built only here. Values come from events, so they are hostile until they are escaped:
 * a value can never end its own quotes and never act as a wildcard. Attribute names are ours and are asserted.
 */
export type Filter = string & { readonly __brand: "KscFilter" };

/** Longer than any name, path or hash that is searched for. */
const TEXT_CHARS_MAX = 4_096;
const ATTRIBUTE = /^[A-Za-z_][A-Za-z0-9_]*$/;

export type Comparable = number | bigint | { readonly time: EpochMs };

/** Equality; text compares as a whole and ignoring case, as KSC's database does. */
export function equals(attribute: string, value: string | number | bigint | boolean): Filter {
  if (typeof value === "string") return condition(attribute, "=", `"${escapeText(value)}"`);
  return condition(attribute, "=", typeof value === "boolean" ? (value ? "1" : "0") : literal(value));
}

export function startsWith(attribute: string, prefix: string): Filter {
  return condition(attribute, "=", `"${escapeText(prefix)}*"`);
}

/** True for every record that has the attribute as text. Kaspersky advises against empty filters (kaspersky.md 4.5). */
export function isPresent(attribute: string): Filter {
  return condition(attribute, "=", `"*"`);
}

export function atLeast(attribute: string, value: Comparable): Filter {
  return condition(attribute, ">=", literal(value));
}

export function atMost(attribute: string, value: Comparable): Filter {
  return condition(attribute, "<=", literal(value));
}

/** At most so long ago by KSC's own clock: no difference between two clocks can hide a record. */
export function withinSeconds(attribute: string, seconds: number): Filter {
  assert(Number.isSafeInteger(seconds) && seconds > 0, "a time span is a positive whole number of seconds");
  return condition(attribute, ">=", `CURTIME(-${seconds})`);
}

export function greaterThan(attribute: string, value: Comparable): Filter {
  return condition(attribute, ">", literal(value));
}

export function lessThan(attribute: string, value: Comparable): Filter {
  return condition(attribute, "<", literal(value));
}

/** True when any of the bits is set. */
export function hasAnyBit(attribute: string, mask: number): Filter {
  assert(Number.isSafeInteger(mask) && mask > 0, "a bit mask is a positive whole number");
  assert(ATTRIBUTE.test(attribute), "a filter attribute is a plain name");
  return `(${attribute} & ${mask} <> 0)` as Filter;
}

export function allOf(...filters: readonly Filter[]): Filter {
  return combine("&", filters);
}

export function anyOf(...filters: readonly Filter[]): Filter {
  return combine("|", filters);
}

export function not(filter: Filter): Filter {
  return `(!${filter})` as Filter;
}

/** Hands on a filter that an operator wrote in the configuration; never a value of an event. */
export function trustedFilter(text: string): Filter {
  return text as Filter;
}

function combine(operator: "&" | "|", filters: readonly Filter[]): Filter {
  assert(filters.length > 0, "a combined filter has at least one part");
  return (filters.length === 1 ? filters[0] : `(${operator}${filters.join("")})`) as Filter;
}

function condition(attribute: string, operator: "=" | ">" | "<" | ">=" | "<=", value: string): Filter {
  assert(ATTRIBUTE.test(attribute), "a filter attribute is a plain name");
  return `(${attribute}${operator}${value})` as Filter;
}

function literal(value: Comparable): string {
  if (typeof value === "object") return `T"${isoSeconds(value.time).replace("T", " ").slice(0, 19)}"`;
  assert(typeof value === "bigint" || Number.isSafeInteger(value), "a filter number is whole and exact");
  return String(value);
}

/** Wildcards go inside brackets, quotes and backslashes behind a backslash (kaspersky.md 4.5). */
function escapeText(value: string): string {
  if (value.length > TEXT_CHARS_MAX) {
    throw new AppError("input.invalid", `a search text has ${value.length} characters; at most ${TEXT_CHARS_MAX}`);
  }
  let escaped = "";
  for (const char of value) {
    const code = char.charCodeAt(0);
    if (code < 0x20 || code === 0x7f) throw new AppError("input.invalid", "a search text contains a control character");
    if (char === '"' || char === "\\") escaped += `\\${char}`;
    else if (char === "*" || char === "?" || char === "[") escaped += `[${char}]`;
    else escaped += char;
  }
  return escaped;
}
