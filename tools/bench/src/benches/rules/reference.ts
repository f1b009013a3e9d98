import type { CorrelationEvent, FieldValue } from "@cordon/core/event";
import { type Condition, kinded, type Rule, type WhenNode } from "@cordon/core/rules";
import { toRegExp } from "./closures.ts";
import { ipv4Of, ipv4RangeOf } from "./ipv4.ts";
import { constantsOf } from "./plain-event.ts";

/** The plain meaning of the rules in the mix, read off their trees for each event anew: what every engine's answers must be. */
export function referenceAnswer(rules: readonly Rule[], event: CorrelationEvent): readonly number[] {
  return rules.flatMap(({ when }, place) => (holds(when, event) ? [place] : []));
}

function holds(node: WhenNode, event: CorrelationEvent): boolean {
  const known = kinded(node);
  switch (known.kind) {
    case "all":
      return known.nodes.every((child) => holds(child, event));
    case "any":
      return known.nodes.some((child) => holds(child, event));
    case "not":
      return !holds(known.node, event);
    case "condition":
      return constantsOf(known.node).some((constant) =>
        compares(event.fields[known.node.field] ?? "", known.node, constant),
      );
    default:
      throw new Error(`the mix has no ${known.kind}`);
  }
}

function compares(value: FieldValue, { op, ignoreCase }: Condition, constant: string | number): boolean {
  const [text, part] = [value, constant].map((each) => (ignoreCase ? String(each).toLowerCase() : String(each)));
  switch (op) {
    case "=":
    case "in":
      return text === part;
    case ">=":
      return Number(value) >= Number(constant);
    case "<=":
      return Number(value) <= Number(constant);
    case ">":
      return Number(value) > Number(constant);
    case "startsWith":
      return text?.startsWith(part ?? "") === true;
    case "endsWith":
      return text?.endsWith(part ?? "") === true;
    case "contains":
      return text?.includes(part ?? "") === true;
    case "match":
      return toRegExp(String(constant)).test(String(value));
    case "inSubnet": {
      const { first, last } = ipv4RangeOf(String(constant));
      const address = ipv4Of(String(value));
      return address >= first && address <= last;
    }
    default:
      throw new Error(`the mix has no ${op}`);
  }
}
