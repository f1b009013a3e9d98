import type { CorrelationEvent, FieldValue } from "../event/index.ts";
import type { Rule } from "./rule.ts";
import { asText } from "./values.ts";
import { type CountCondition, kinded, type Scalar, type WhenNode } from "./when.ts";

type Fields = CorrelationEvent["fields"];

/** What a count condition counts; conditions that differ in `atLeast` only share one. */
export interface Counter {
  /** The same for equal counters, in whatever rule they stand. */
  readonly id: string;
  readonly of: WhenNode;
  readonly by: readonly string[];
  readonly distinct?: string;
  readonly windowMs: number;
  /** What `of` may name. */
  readonly calendars?: Rule["calendars"];
}

export function counterOf(
  { of, by = [], distinct, windowMs }: CountCondition["count"],
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
  return { id: JSON.stringify(members), ...members };
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
      found.set(counter.id, counter);
    }
  };
  for (const { when, calendars } of rules) visit(when, calendars);
  return [...found.values()];
}

/** The group that the event falls into: events of one group have the same text in every field of `by`. */
export function groupOf(fields: Fields, by: readonly string[]): string {
  return JSON.stringify(by.map((field) => textsOf(fields[field])));
}

/** What a counter with `distinct` tells apart; none when the field is absent, and then the event does not count. */
export function textsOf(value: FieldValue | undefined): readonly string[] {
  const elements: readonly Scalar[] = value === undefined ? [] : typeof value === "object" ? value : [value];
  return elements.map(asText).filter((text) => text !== "");
}
