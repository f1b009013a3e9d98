import type { FieldValue } from "../event/index.ts";
import type { Scalar } from "./when.ts";

/**
 * How values compare, as in KUMA: the empty string, 0 and absence are alike (kaspersky.md 3.7); two values compare as
 * numbers when one is a number and the other one too or spells one, otherwise as text, so "03:00:00" orders (3.5).
 */

/** Bounded, so that it is exact in a double. */
const SPELLS_NUMBER = /^[-+]?\d{1,15}(?:\.\d{1,15})?$/;

export function spellsNumber(text: string): boolean {
  return SPELLS_NUMBER.test(text);
}

export function isEmpty(value: Scalar): boolean {
  return value === "" || value === 0;
}

/** True when the test holds for the value, or for any element of a list; absence is asked as the empty string. */
export function anyElement(value: FieldValue | undefined, test: (element: Scalar) => boolean): boolean {
  if (value === undefined) return test("");
  if (typeof value !== "object") return test(value);
  if (value.length === 0) return test("");
  for (const element of value) if (test(element)) return true;
  return false;
}

export function equals(left: Scalar, right: Scalar, ignoreCase: boolean): boolean {
  if (left === right) return true;
  const numbers = asNumbers(left, right);
  if (numbers !== undefined) return numbers[0] === numbers[1];
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  return ignoreCase ? fold(left) === fold(right) : String(left) === String(right);
}

/** Negative, zero or positive, as for sorting. */
export function compare(left: Scalar, right: Scalar, ignoreCase: boolean): number {
  const numbers = asNumbers(left, right);
  if (numbers !== undefined) return numbers[0] - numbers[1];
  const [leftText, rightText] = [asText(left), asText(right)].map((text) => (ignoreCase ? text.toLowerCase() : text));
  if (leftText === rightText) return 0;
  return (leftText ?? "") < (rightText ?? "") ? -1 : 1;
}

/** Values that are equal have the same key (not the other way round): an index over keys misses nothing. */
export function equalityKey(value: Scalar): string {
  if (typeof value === "number") return value === 0 ? "" : String(value);
  if (typeof value === "boolean") return String(value);
  if (!spellsNumber(value)) return value.toLowerCase();
  const number = Number(value);
  return number === 0 ? "" : String(number);
}

export function asText(value: Scalar): string {
  return isEmpty(value) ? "" : String(value);
}

function fold(value: Scalar): string {
  return String(value).toLowerCase();
}

function asNumbers(left: Scalar, right: Scalar): readonly [number, number] | undefined {
  if (typeof left !== "number" && typeof right !== "number") return undefined;
  const leftNumber = asNumber(left);
  const rightNumber = asNumber(right);
  return leftNumber === undefined || rightNumber === undefined ? undefined : [leftNumber, rightNumber];
}

function asNumber(value: Scalar): number | undefined {
  if (typeof value === "number") return value;
  if (value === "") return 0;
  return typeof value === "string" && spellsNumber(value) ? Number(value) : undefined;
}
