import type { Rule } from "./rule.ts";
import { kinded, type Scalar, type WhenNode } from "./when.ts";

/** Values that a field must have for a rule to match, whatever else it asks for; lower case. A field that is absent may have any. */
export type RequiredValues = ReadonlyMap<string, ReadonlySet<string>>;

const NOTHING: RequiredValues = new Map();

/**
 * [R31] What must hold, read off the equalities of the tree; what is not seen only makes more rules overlap. A field that holds
 * several values (`isSingle` says no) may have those of both rules, and requires nothing.
 */
export function requiredValues(node: WhenNode, isSingle: (field: string) => boolean): RequiredValues {
  const known = kinded(node);
  switch (known.kind) {
    case "all":
      return known.nodes.map((each) => requiredValues(each, isSingle)).reduce(both, NOTHING);
    case "any": {
      const [first = NOTHING, ...rest] = known.nodes.map((each) => requiredValues(each, isSingle));
      return rest.reduce(either, first);
    }
    case "condition": {
      const { field, op, value } = known.node;
      if ((op !== "=" && op !== "in") || value === undefined || !isSingle(field)) return NOTHING;
      const values: readonly Scalar[] = Array.isArray(value) ? value : [value as Scalar];
      return new Map([[field, new Set(values.map((each) => String(each).toLowerCase()))]]);
    }
    case "count":
      return requiredValues(known.node.count.of, isSingle);
    default:
      return NOTHING;
  }
}

function both(left: RequiredValues, right: RequiredValues): RequiredValues {
  const joined = new Map(left);
  for (const [field, values] of right) {
    const before = joined.get(field);
    joined.set(field, before === undefined ? values : new Set([...before].filter((each) => values.has(each))));
  }
  return joined;
}

function either(left: RequiredValues, right: RequiredValues): RequiredValues {
  return new Map(
    [...left].flatMap(([field, values]) => {
      const other = right.get(field);
      return other === undefined ? [] : [[field, new Set([...values, ...other])] as const];
    }),
  );
}

/** Whether one event could meet both, as far as their equalities tell. */
export function mayMeetTogether(left: RequiredValues, right: RequiredValues): boolean {
  for (const [field, values] of left) if (isDisjoint(right.get(field), values)) return false;
  return true;
}

function isDisjoint(left: ReadonlySet<string> | undefined, right: ReadonlySet<string>): boolean {
  return left !== undefined && ![...left].some((each) => right.has(each));
}

/** Whether one event could lead both to the same endpoint: by the same field, and at no two sites that are named apart. */
export function mayHitTogether(left: Rule, right: Rule): boolean {
  return left.target.some((one) =>
    right.target.some(
      (other) =>
        one.field === other.field &&
        !(typeof one.site === "string" && typeof other.site === "string" && one.site !== other.site),
    ),
  );
}
