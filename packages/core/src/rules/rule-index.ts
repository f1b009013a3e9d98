import type { Fields } from "./compile-condition.ts";
import type { CompiledNode } from "./compile-when.ts";
import { anyElement, equalityKey } from "./values.ts";

/**
 * Finds the few rules that an event can match at all: each rule is filed under the constants of one equality that it
 * needs (its anchor). Rules without such an equality are asked for every event.
 */
export interface RuleIndex {
  /** Field → key of a value (`equalityKey`) → places of rules. */
  readonly byField: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  readonly always: readonly number[];
}

/** Alternatives of which at least one must be true for the rule to match. */
interface Anchor {
  readonly keys: readonly (readonly [field: string, key: string])[];
}

/** An anchor with more alternatives would cost more memory than it saves work. */
const ANCHOR_KEYS_MAX = 2_000;

export function buildIndex(nodes: readonly CompiledNode[]): RuleIndex {
  const candidates = nodes.map((node) => anchorsOf(node));
  const popularity = new Map<string, number>();
  for (const { keys } of candidates.flat()) {
    for (const [field, key] of keys) popularity.set(`${field}\n${key}`, (popularity.get(`${field}\n${key}`) ?? 0) + 1);
  }
  const crowd = ({ keys }: Anchor): number =>
    keys.reduce((sum, [field, key]) => sum + (popularity.get(`${field}\n${key}`) ?? 0), 0);

  const byField = new Map<string, Map<string, number[]>>();
  const always: number[] = [];
  for (const [place, anchors] of candidates.entries()) {
    // The least shared equality: `Type = 3` in a thousand rules tells them apart no more than nothing.
    const best = anchors.toSorted((left, right) => crowd(left) - crowd(right))[0];
    if (best === undefined) always.push(place);
    for (const [field, key] of best?.keys ?? []) {
      const byKey = byField.get(field) ?? new Map<string, number[]>();
      byField.set(field, byKey);
      const places = byKey.get(key) ?? [];
      byKey.set(key, places);
      if (places.at(-1) !== place) places.push(place);
    }
  }
  return { byField, always };
}

/** Places of the rules that may match, ascending and without repeats. */
export function candidatesFor(index: RuleIndex, fields: Fields): readonly number[] {
  const found = new Set(index.always);
  for (const [field, byKey] of index.byField) {
    anyElement(fields[field], (element) => {
      for (const place of byKey.get(equalityKey(element)) ?? []) found.add(place);
      return false;
    });
  }
  return [...found].sort((left, right) => left - right);
}

/** Every anchor that would do for the node; none when it can hold without any equality. */
function anchorsOf(node: CompiledNode): readonly Anchor[] {
  switch (node.kind) {
    case "all":
      return node.nodes.flatMap(anchorsOf);
    case "any": {
      const each = node.nodes.map((child) => smallest(anchorsOf(child)));
      const keys = each.flatMap((anchor) => anchor?.keys ?? []);
      const complete = each.length > 0 && each.every((anchor) => anchor !== undefined);
      return complete && keys.length <= ANCHOR_KEYS_MAX ? [{ keys }] : [];
    }
    case "not":
      return [];
    case "condition": {
      const { field, op, value } = node.condition;
      if ((op !== "=" && op !== "in") || value === undefined) return [];
      const values = Array.isArray(value) ? value : [value];
      return [{ keys: values.map((each) => [field, equalityKey(each)] as const) }];
    }
  }
}

function smallest(anchors: readonly Anchor[]): Anchor | undefined {
  return anchors.toSorted((left, right) => left.keys.length - right.keys.length)[0];
}
