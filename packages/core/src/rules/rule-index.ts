import type { Fields } from "./compile-leaf.ts";
import type { CompiledNode } from "./compile-when.ts";
import { chooseAnchors } from "./matching/anchors.ts";
import { Candidates, type Places } from "./matching/candidates.ts";
import { FieldFiling } from "./matching/field-index.ts";
import { createFieldWalk, type FieldWalk } from "./matching/field-walk.ts";

/**
 * Finds the few rules that an event can meet at all: each rule is filed under what its most telling condition asks of a field
 * (a value, a beginning, an end, a part, a subnet, a range). Rules that need nothing of the kind are asked for every event.
 */
export interface RuleIndex {
  readonly walk: FieldWalk;
  readonly always: Places;
  /** Per rule the place, in `rests`, of what must still be asked once it was found; most rules share theirs with others. */
  readonly restOf: Int32Array;
  /** Nodes that must all hold, cheap ones first. */
  readonly rests: readonly (readonly CompiledNode[])[];
  /** Where the places of one event are collected; taken up again with the next event. */
  readonly candidates: Candidates;
}

export function buildIndex(nodes: readonly CompiledNode[]): RuleIndex {
  const filings = new Map<string, FieldFiling>();
  const always: number[] = [];
  const restOf = new Int32Array(nodes.length);
  const rests = createRests();
  for (const [place, anchor] of chooseAnchors(nodes).entries()) {
    if (anchor === undefined) always.push(place);
    for (const key of anchor?.keys ?? []) {
      const filing = filings.get(key.field) ?? new FieldFiling(key.field);
      filings.set(key.field, filing);
      filing.file(key, place);
    }
    const needed = conjuncts(nodes[place] as CompiledNode).filter((node) => node !== anchor?.proves);
    restOf[place] = rests.placeOf(needed);
  }
  return {
    walk: createFieldWalk([...filings.values()].map((filing) => filing.finished())),
    always: Int32Array.from(always),
    restOf,
    rests: rests.all,
    candidates: new Candidates(nodes.length),
  };
}

/** The places of the rules that may match, in order and each once; valid until the next event is asked for. */
export function candidatesFor({ walk, always, candidates }: RuleIndex, event: Fields): Candidates {
  candidates.clear();
  candidates.add(always);
  walk(event, candidates);
  candidates.sort();
  return candidates;
}

/** What must hold all together. */
function conjuncts(node: CompiledNode): readonly CompiledNode[] {
  return node.kind === "all" ? node.nodes.flatMap(conjuncts) : [node];
}

/** Equal ones are one, so that what many rules still ask stays near at hand. */
function createRests() {
  const all: (readonly CompiledNode[])[] = [];
  const known = new Map<string, number>();
  const numbers = new Map<CompiledNode, number>();
  const numberOf = (node: CompiledNode): number => {
    const number = numbers.get(node) ?? numbers.size;
    numbers.set(node, number);
    return number;
  };
  return {
    all,
    placeOf(nodes: readonly CompiledNode[]): number {
      const cheapFirst = nodes.toSorted((left, right) => left.cost - right.cost);
      const name = cheapFirst.map(numberOf).join(" ");
      const place = known.get(name) ?? all.length;
      if (place === all.length) all.push(cheapFirst);
      known.set(name, place);
      return place;
    },
  };
}
