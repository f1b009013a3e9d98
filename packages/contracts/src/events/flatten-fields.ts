import { type FieldType, type FieldValue, KUMA_CATALOGUE } from "@cordon/core/event";
import type { EventLimits } from "./limits.ts";
import { readTime } from "./read-time.ts";

export type Flattened =
  | { readonly ok: true; readonly fields: Record<string, FieldValue> }
  | { readonly ok: false; readonly problem: string };

/** Maps whose members are fields of their own: `Extra` and the extended schema (kaspersky.md 3.6). */
const MAPS: ReadonlySet<string> = new Set(["Extra", "S", "SA", "N", "NA", "F", "FA"]);
const NUMBER = /^[-+]?\d{1,15}(?:\.\d{1,15})?$/;

/**
 * A KUMA event as one flat map of fields. Loose, as the sender is not ours: unknown members stay, empty ones (the empty
 * string, 0, null) are left out because they mean absence, numbers written as text become numbers where the field is one,
 * and nested things that no rule can address (base events) are dropped.
 */
export function flattenFields(raw: Readonly<Record<string, unknown>>, limits: EventLimits): Flattened {
  const fields: Record<string, FieldValue> = {};
  let count = 0;

  function take(name: string, value: unknown): string | undefined {
    if (value === "" || value === 0 || value === null) return undefined;
    if (name.length > limits.fieldNameCharsMax) {
      return `a field name has ${name.length} characters; at most ${limits.fieldNameCharsMax}`;
    }
    // Assigning it would replace the object's prototype.
    if (name === "__proto__") return undefined;
    const read = readValue(name, value, limits);
    if (read === undefined) return undefined;
    if (typeof read === "object" && "problem" in read) return `${name} ${read.problem}`;
    count++;
    if (count > limits.fieldsMax) return `the event has more than ${limits.fieldsMax} fields`;
    fields[name] = read;
    return undefined;
  }

  for (const name in raw) {
    const value = raw[name];
    let problem: string | undefined;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      if (!isShallow(value, limits.depthMax - 1)) problem = `${name} nests more than ${limits.depthMax} deep`;
      else if (MAPS.has(name)) {
        for (const [key, member] of Object.entries(value)) problem ??= take(`${name}.${key}`, member);
      }
    } else problem = take(name, value);
    if (problem !== undefined) return { ok: false, problem };
  }
  return { ok: true, fields };
}

type Read = FieldValue | { readonly problem: string } | undefined;

function readValue(name: string, value: unknown, limits: EventLimits): Read {
  switch (typeof value) {
    case "string":
      if (value.length > limits.valueCharsMax) {
        return { problem: `has ${value.length} characters; at most ${limits.valueCharsMax}` };
      }
      return readText(value, KUMA_CATALOGUE.typeOf(name));
    case "number":
      // JSON.parse makes Infinity of 1e999.
      if (!Number.isFinite(value)) return { problem: "is a number that is too large" };
      return KUMA_CATALOGUE.typeOf(name) === "time" ? readTime(value) : value;
    case "boolean":
      return value;
    case "object":
      return Array.isArray(value) ? readList(value, limits) : undefined;
    default:
      return undefined;
  }
}

/** Text of a numeric field becomes a number; text that spells none stays text, for the rule to see. */
function readText(value: string, type: FieldType | undefined): Read {
  switch (type) {
    case "time":
      return readTime(value) ?? value;
    case "integer":
    case "float": {
      if (!NUMBER.test(value)) return value;
      const number = Number(value);
      return number === 0 ? undefined : number;
    }
    default:
      return value;
  }
}

function readList(list: readonly unknown[], limits: EventLimits): Read {
  if (list.length > limits.listItemsMax) return { problem: `has ${list.length} items; at most ${limits.listItemsMax}` };
  const texts: string[] = [];
  const numbers: number[] = [];
  for (const item of list) {
    if (typeof item === "string") {
      if (item.length > limits.valueCharsMax) return { problem: `holds a text of ${item.length} characters` };
      if (item !== "") texts.push(item);
    } else if (typeof item === "number") {
      if (item !== 0 && Number.isFinite(item)) numbers.push(item);
    } else if (typeof item === "object" && item !== null && !isShallow(item, limits.depthMax - 2)) {
      return { problem: `nests more than ${limits.depthMax} deep` };
    }
  }
  if (texts.length === 0) return numbers.length === 0 ? undefined : numbers;
  return numbers.length === 0 ? texts : [...texts, ...numbers.map(String)];
}

/** Recursion is bounded by `depthLeft`, whatever the sender nests. */
function isShallow(value: object, depthLeft: number): boolean {
  if (depthLeft <= 0) return false;
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null && !isShallow(member, depthLeft - 1)) return false;
  }
  return true;
}
