import type { Fields } from "./compile-leaf.ts";
import type { CompiledNode } from "./compile-when.ts";
import { chooseAnchors } from "./matching/anchors.ts";
import { Candidates, type Places } from "./matching/candidates.ts";
import { FieldFiling, type FieldIndex } from "./matching/field-index.ts";

/**
 * Finds the few rules that an event can meet at all: each rule is filed under what its most telling condition asks of a field
 * (a value, a beginning, an end, a part, a subnet, a range). Rules that need nothing of the kind are asked for every event.
 */
export interface RuleIndex {
  readonly fields: readonly FieldIndex[];
  readonly always: Places;
  /** Where the places of one event are collected; taken up again with the next event. */
  readonly candidates: Candidates;
}

export function buildIndex(nodes: readonly CompiledNode[]): RuleIndex {
  const filings = new Map<string, FieldFiling>();
  const always: number[] = [];
  for (const [place, anchor] of chooseAnchors(nodes).entries()) {
    if (anchor === undefined) always.push(place);
    for (const key of anchor ?? []) {
      const filing = filings.get(key.field) ?? new FieldFiling(key.field);
      filings.set(key.field, filing);
      filing.file(key, place);
    }
  }
  return {
    fields: [...filings.values()].map((filing) => filing.finished()),
    always: Int32Array.from(always),
    candidates: new Candidates(nodes.length),
  };
}

/** The places of the rules that may match, in order and each once; valid until the next event is asked for. */
export function candidatesFor({ fields, always, candidates }: RuleIndex, event: Fields): Candidates {
  candidates.clear();
  candidates.add(always);
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as FieldIndex;
    field.collect(event[field.field], candidates);
  }
  candidates.sort();
  return candidates;
}
