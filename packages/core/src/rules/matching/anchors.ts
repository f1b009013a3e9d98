import type { CompiledNode } from "../compile-when.ts";
import { guessedShare, type IndexKey, isExact, keysOf, nameOf, structureOf } from "./index-key.ts";

export interface Anchor {
  /** An event must fit one of them for the rule to hold. */
  readonly keys: readonly IndexKey[];
  /** The node that holds whenever one of them fits. */
  readonly proves?: CompiledNode;
}

/** An anchor with more keys would cost more memory than it saves work. */
const ANCHOR_KEYS_MAX = 2_000;
/** So many ways to file a rule are weighed. */
const ANCHORS_MAX = 64;
/** A rule that most events would find anyway is not worth filing. */
const SHARE_MAX = 500;

/** For each rule the keys that it is filed under; undefined when it must be asked for every event. */
export function chooseAnchors(nodes: readonly CompiledNode[]): readonly (Anchor | undefined)[] {
  const candidates = nodes.map((node) => anchorsOf(node));
  const popularity = new Map<string, number>();
  for (const { keys } of candidates.flat()) {
    for (const key of keys) popularity.set(nameOf(key), (popularity.get(nameOf(key)) ?? 0) + 1);
  }
  // What many rules ask for is likely to be frequent: `Type = 3` in a thousand rules tells them apart no more than nothing.
  const share = ({ keys }: Anchor): number =>
    keys.reduce((sum, key) => sum + guessedShare(key) + ((popularity.get(nameOf(key)) ?? 0) * 1_000) / nodes.length, 0);
  const chosen = candidates.map((anchors) => {
    let best: { readonly anchor: Anchor; readonly share: number } | undefined;
    for (const anchor of anchors) {
      const own = share(anchor);
      if (best === undefined || own < best.share) best = { anchor, share: own };
    }
    return best;
  });
  const onlyFew = nodes.length < FEW_RULES;
  const kept = chosen.map((best) =>
    best !== undefined && (onlyFew || best.share <= SHARE_MAX) ? best.anchor : undefined,
  );
  return withoutIdleStructures(kept);
}

/** With so few, popularity says nothing. */
const FEW_RULES = 100;

/** What asking a structure costs for every event, in rules asked. */
const STRUCTURE_COST: Readonly<Record<IndexKey["kind"], number>> = {
  equal: 1,
  range: 2,
  prefix: 2,
  suffix: 2,
  subnet: 3,
  substring: 4,
};

/** A structure that holds fewer rules than it costs is not built; its rules are asked instead. */
function withoutIdleStructures(anchors: readonly (Anchor | undefined)[]): readonly (Anchor | undefined)[] {
  const rules = new Map<string, number>();
  for (const anchor of anchors) {
    for (const structure of new Set(anchor?.keys.map(structureOf)))
      rules.set(structure, (rules.get(structure) ?? 0) + 1);
  }
  const pays = (key: IndexKey): boolean => (rules.get(structureOf(key)) ?? 0) > STRUCTURE_COST[key.kind];
  return anchors.map((anchor) => (anchor?.keys.every(pays) ? anchor : undefined));
}

/** Every anchor that would do for the node; none when it can hold without any key. */
function anchorsOf(node: CompiledNode): readonly Anchor[] {
  switch (node.kind) {
    case "all":
      return withRanges(node.nodes.flatMap(anchorsOf)).slice(0, ANCHORS_MAX);
    case "any": {
      const keys: IndexKey[] = [];
      let provesEach = true;
      for (const child of node.nodes) {
        const best = narrowest(anchorsOf(child));
        if (best === undefined || keys.length + best.keys.length > ANCHOR_KEYS_MAX) return [];
        keys.push(...best.keys);
        if (best.proves !== child) provesEach = false;
      }
      if (keys.length === 0) return [];
      return [provesEach ? { keys, proves: node } : { keys }];
    }
    case "not":
      return [];
    case "count":
      return anchorsOf(node.of);
    case "test": {
      const keys = node.condition === undefined ? undefined : keysOf(node.condition);
      if (keys === undefined) return [];
      return [keys.every(isExact) ? { keys, proves: node } : { keys }];
    }
  }
}

/** Bounds of one field from both sides say more together than each alone. */
function withRanges(anchors: readonly Anchor[]): readonly Anchor[] {
  const bounds = new Map<string, { least: number; most: number }>();
  const others = anchors.filter(({ keys }) => {
    const [key, ...alternatives] = keys;
    if (key?.kind !== "range" || alternatives.length > 0) return true;
    const sofar = bounds.get(key.field) ?? { least: -Infinity, most: Infinity };
    bounds.set(key.field, { least: Math.max(sofar.least, key.least), most: Math.min(sofar.most, key.most) });
    return false;
  });
  const ranges = [...bounds].map(([field, range]): Anchor => ({ keys: [{ kind: "range", field, ...range }] }));
  return [...others, ...ranges];
}

function narrowest(anchors: readonly Anchor[]): Anchor | undefined {
  let best: { readonly anchor: Anchor; readonly share: number } | undefined;
  for (const anchor of anchors) {
    const share = anchor.keys.reduce((sum, key) => sum + guessedShare(key), 0);
    if (best === undefined || share < best.share) best = { anchor, share };
  }
  return best?.anchor;
}
