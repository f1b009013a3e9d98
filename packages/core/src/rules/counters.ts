import { createHash } from "node:crypto";
import type { CorrelationEvent, FieldValue } from "../event/index.ts";
import type { Rule } from "./rule.ts";
import { asText } from "./values.ts";
import { type CountCondition, kinded, type Scalar, type WhenNode } from "./when.ts";

type Fields = CorrelationEvent["fields"];

/** What a count condition counts; conditions that differ in `atLeast` only share one. */
export interface Counter {
  /** The same for equal counters, in whatever rule and rule set they stand; 36 characters. */
  readonly id: string;
  readonly of: WhenNode;
  readonly by: readonly string[];
  readonly distinct?: string;
  readonly windowMs: number;
  /** What `of` may name. */
  readonly calendars?: Rule["calendars"];
  /** The most that is asked of it: counting further decides nothing. */
  readonly atLeastMax: number;
}

export function counterOf(
  { of, by = [], distinct, windowMs, atLeast }: CountCondition["count"],
  calendars: Rule["calendars"],
): Counter {
  const members = {
    of,
    by,
    ...(distinct === undefined ? {} : { distinct }),
    windowMs,
    // None and an empty map of them are the same counter.
    ...(calendars === undefined || Object.keys(calendars).length === 0 ? {} : { calendars }),
  };
  return { id: `cnt_${digest(JSON.stringify(members)).slice(0, 32)}`, ...members, atLeastMax: atLeast };
}

/** Every counter of the rules, once each: whoever keeps `CountFacts` records the events that meet them. */
export function countersOf(rules: readonly Rule[]): readonly Counter[] {
  const found = new Map<string, Counter>();
  const visit = (node: WhenNode, calendars: Rule["calendars"]): void => {
    const known = kinded(node);
    if (known.kind === "all" || known.kind === "any") for (const child of known.nodes) visit(child, calendars);
    else if (known.kind === "not") visit(known.node, calendars);
    else if (known.kind === "count") {
      const counter = counterOf(known.node.count, calendars);
      const atLeastMax = Math.max(counter.atLeastMax, found.get(counter.id)?.atLeastMax ?? 0);
      found.set(counter.id, { ...counter, atLeastMax });
    }
  };
  for (const { when, calendars } of rules) visit(when, calendars);
  return [...found.values()];
}

/** Longer ones, and what no record can hold, stand for themselves by their hash, which is longer than a short text and no JSON. */
const GROUP_CHARS_MAX = 200;
const TEXT_CHARS_MAX = 64;

/** The group that the event falls into: events of one group have the same text in every field of `by`. */
export function groupOf(fields: Fields, by: readonly string[]): string {
  return shortened(JSON.stringify(by.map((field) => textsOf(fields[field]))), GROUP_CHARS_MAX);
}

/** What the event is told apart by under the counter: nothing without `distinct`. */
export function marksOf(fields: Fields, { distinct }: Counter): readonly string[] {
  if (distinct === undefined) return [""];
  return [...new Set(textsOf(fields[distinct]).map((text) => shortened(text, TEXT_CHARS_MAX)))];
}

/** The non-empty texts of a field. */
export function textsOf(value: FieldValue | undefined): readonly string[] {
  const elements: readonly Scalar[] = value === undefined ? [] : typeof value === "object" ? value : [value];
  return elements.map(asText).filter((text) => text !== "");
}

function shortened(text: string, charsMax: number): string {
  const isKept = text.length <= charsMax && !text.includes("\0") && text.isWellFormed();
  return isKept ? text : `sha256:${digest(text)}`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
