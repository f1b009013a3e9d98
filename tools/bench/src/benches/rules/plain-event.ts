import type { CorrelationEvent } from "@cordon/core/event";
import { type Condition, kinded, type Rule, type WhenNode } from "@cordon/core/rules";

export type PlainEvent = Readonly<Record<string, string | number>>;

/** Which fields the rules ask, and whether they are numbers there. */
export function fieldsOf(rules: readonly Rule[]): ReadonlyMap<string, "number" | "string"> {
  const fields = new Map<string, "number" | "string">();
  const visit = (node: WhenNode): void => {
    const known = kinded(node);
    if (known.kind === "all" || known.kind === "any") known.nodes.forEach(visit);
    else if (known.kind === "not") visit(known.node);
    else if (known.kind === "condition") {
      const [value] = constantsOf(known.node);
      fields.set(known.node.field, typeof value === "number" ? "number" : "string");
    }
  };
  for (const { when } of rules) visit(when);
  return fields;
}

export function constantsOf({ value }: Condition): readonly (string | number)[] {
  return [value].flat() as readonly (string | number)[];
}

/**
 * Every field that any rule asks is there, absent ones as their empty value: so the peers, to which absence is a mistake or
 * a case of its own, need not ask for it. What no rule asks is left out, which saves the native one its conversion.
 */
export function plainEvents(rules: readonly Rule[], events: readonly CorrelationEvent[]): readonly PlainEvent[] {
  const fields = [...fieldsOf(rules)];
  return events.map(
    (event) =>
      Object.fromEntries(
        fields.map(([name, type]) => [name, event.fields[name] ?? (type === "number" ? 0 : "")]),
      ) as PlainEvent,
  );
}
