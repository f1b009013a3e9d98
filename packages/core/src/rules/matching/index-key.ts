import { asText, isEmpty, spellsNumber } from "../values.ts";
import type { Condition, Scalar } from "../when.ts";
import { requiredLiteral } from "./regex-literal.ts";
import { NEEDLE_CHARS_MIN } from "./substring-table.ts";

/**
 * What an event's field must look like for a condition to hold; an index finds the keys that an event fits. A key may fit more
 * events than its condition, never fewer.
 */
export type IndexKey =
  | { readonly kind: "equal"; readonly field: string; readonly value: Scalar; readonly ignoreCase: boolean }
  | TextKey
  | { readonly kind: "subnet"; readonly field: string; readonly subnet: string }
  | { readonly kind: "range"; readonly field: string; readonly least: number; readonly most: number };

export interface TextKey {
  readonly kind: "prefix" | "suffix" | "substring";
  readonly field: string;
  /** In lower case when `ignoreCase`; never empty. */
  readonly text: string;
  readonly ignoreCase: boolean;
  /** A regular expression folds case by Unicode's orbits, which lower case does not know all of. */
  readonly ofRegex?: true;
}

const TEXT_KINDS = { startsWith: "prefix", endsWith: "suffix", contains: "substring" } as const;

/** Keys of which one must fit for the condition to hold; undefined when no keys say that. */
export function keysOf(condition: Condition): readonly IndexKey[] | undefined {
  const { field, op, value, ignoreCase = false } = condition;
  if (value === undefined) return undefined;
  const values: readonly Scalar[] = Array.isArray(value) ? value : [value as Scalar];
  switch (op) {
    case "=":
    case "in":
      return values.map((each) => ({ kind: "equal", field, value: each, ignoreCase }));
    case "intersect":
      return values.filter((each) => !isEmpty(each)).map((each) => ({ kind: "equal", field, value: each, ignoreCase }));
    case "startsWith":
    case "endsWith":
    case "contains": {
      const texts = values.map(asText).filter((text) => text !== "");
      if (op === "contains" && texts.some((text) => text.length < NEEDLE_CHARS_MIN)) return undefined;
      const folded = texts.map((text) => (ignoreCase ? text.toLowerCase() : text));
      // Lower case may be longer or shorter than the text: the shorter decides.
      if (op === "contains" && folded.some((text) => text.length < NEEDLE_CHARS_MIN)) return undefined;
      return folded.map((text) => ({ kind: TEXT_KINDS[op], field, text, ignoreCase }));
    }
    case "match": {
      const literals = values.map((each) => requiredLiteral(String(each), ignoreCase));
      const keys = literals.flatMap((literal): readonly IndexKey[] => {
        if (literal === undefined || literal.text.length < NEEDLE_CHARS_MIN) return [];
        const text = literal.ignoreCase ? literal.text.toLowerCase() : literal.text;
        return [{ kind: "substring", field, text, ignoreCase: literal.ignoreCase, ofRegex: true }];
      });
      return keys.length === values.length ? keys : undefined;
    }
    case "inSubnet":
      return values.map((each) => ({ kind: "subnet", field, subnet: String(each) }));
    case "<":
    case "<=":
      return rangeKey(field, values, (bound) => ({ least: -Infinity, most: bound }));
    case ">":
    case ">=":
      return rangeKey(field, values, (bound) => ({ least: bound, most: Infinity }));
    default:
      return undefined;
  }
}

/** Only for a number: text orders otherwise, and which of the two it is depends on the event (R2). */
function rangeKey(
  field: string,
  [bound]: readonly Scalar[],
  range: (bound: number) => { readonly least: number; readonly most: number },
): readonly IndexKey[] | undefined {
  return typeof bound === "number" ? [{ kind: "range", field, ...range(bound) }] : undefined;
}

/** Whether an event that fits the key meets the condition for certain, so that nobody needs to ask it again. */
export function isExact(key: IndexKey): boolean {
  switch (key.kind) {
    case "equal":
      // What is or could be a number equals more than its text [R2], and empty is absent [R1].
      return typeof key.value === "string" && key.value !== "" && numberLike(key.value) === undefined;
    case "subnet":
      return true;
    case "range":
      return false;
    default:
      return key.ofRegex !== true;
  }
}

/** Keys with the same name find the same events. */
export function nameOf(key: IndexKey): string {
  switch (key.kind) {
    case "equal":
      return `${structureOf(key)}\n${typeof key.value}\n${key.value}`;
    case "subnet":
      return `${structureOf(key)}\n${key.subnet}`;
    case "range":
      return `${structureOf(key)}\n${key.least}\n${key.most}`;
    default:
      return `${structureOf(key)}\n${key.text}`;
  }
}

/** The keys that one structure finds together have the same name here. */
export function structureOf(key: IndexKey): string {
  const fold = "ignoreCase" in key && key.ignoreCase ? "folded " : "";
  return `${fold}${key.kind} ${key.field}`;
}

/** Fields in which few values occur, and most of them often. */
const COMMON_FIELDS: ReadonlySet<string> = new Set([
  "Type",
  "Priority",
  "Severity",
  "TenantID",
  "ServiceID",
  "ServiceName",
  "DeviceVendor",
  "DeviceProduct",
  "DeviceVersion",
  "DeviceAction",
  "DeviceDirection",
  "DeviceEventCategory",
  "DeviceTimeZone",
  "EventOutcome",
  "ApplicationProtocol",
  "TransportProtocol",
  "RequestMethod",
  "Tactic",
  "BaseEventCount",
]);

/**
 * How many of 1,000 events would fit the key, guessed from its form: nothing is known of the events yet. Only the order of
 * the guesses counts: they choose between the conditions of one rule.
 */
export function guessedShare(key: IndexKey): number {
  switch (key.kind) {
    case "equal":
      if (isEmpty(key.value)) return 600;
      return COMMON_FIELDS.has(key.field) ? 300 : 1;
    case "prefix":
    case "suffix":
      return Math.max(2, 600 * 0.8 ** key.text.length);
    case "substring":
      return Math.max(4, 600 * 0.75 ** key.text.length);
    case "subnet": {
      const [address = "", bits] = key.subnet.split("/");
      const width = address.includes(":") ? 64 : 32;
      return bits === undefined ? 1 : Math.max(1, 800 * 0.75 ** ((Number(bits) * 32) / width));
    }
    case "range": {
      const oneSided = key.least === -Infinity || key.most === Infinity;
      return oneSided ? 500 : COMMON_FIELDS.has(key.field) ? 250 : 20;
    }
  }
}

/** The number that equals a constant: it spells one (R2), or is the text of one: `1e+21`. */
export function numberLike(value: Scalar): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean" || value.trim() === "") return undefined;
  const number = Number(value);
  return spellsNumber(value) || String(number) === value.toLowerCase() ? number : undefined;
}
