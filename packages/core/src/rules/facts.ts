import type { FieldValue } from "../event/index.ts";

/**
 * What conditions ask of somebody else than the event. At compile time the catalogues say what there is, so that a missing
 * list is a mistake of the rule; at evaluation the facts answer, from memory and without waiting.
 */

export const LIST_KINDS = ["activeList", "dictionary", "category", "contextTable"] as const;

export type ListKind = (typeof LIST_KINDS)[number];

export interface ListShape {
  readonly kind: ListKind;
  /** How many values make a key. */
  readonly keyParts: number;
  /** Columns beside the key. */
  readonly columns: readonly string[];
  /** How many it has just now. Absent: not known, and then few enough for anything. */
  readonly entries?: number;
}

/** A rule that compares with one key after the other costs the list's length for every event, so such a list is short. */
export const WALKED_ENTRIES_MAX = 10_000;

/** The lists of the tenant whose rules are compiled. */
export interface ListCatalogue {
  shapeOf(name: string): ListShape | undefined;
  /** For suggestions. */
  readonly names: readonly string[];
}

/** The content of a tenant's lists at one moment; entries that have expired are not in it. Keys are exact, case and all. */
export interface ListFacts {
  has(list: string, key: readonly string[]): boolean;
  cell(list: string, key: readonly string[], column: string): FieldValue | undefined;
  /** Every key of a list whose keys have one part. */
  keys(list: string): readonly string[];
}

/** How often a counter of the rules (`countersOf`) was met. */
export interface CountFacts {
  /** In the window that ends with the event that is being evaluated, that one included; it is known to meet the counter. */
  count(counterId: string, group: string): number;
}

export interface EvaluationFacts {
  readonly lists: ListFacts;
  readonly counts: CountFacts;
}

/** What the caller carries out beyond the plain rule; whatever a rule asks for and is not here is refused at compile time. */
export const RULE_FEATURES = ["hold", "lists", "counts", "chains", "windowLimits"] as const;

export type RuleFeature = (typeof RULE_FEATURES)[number];

/** What this product carries out: the one place that coordinator and CLI go by. A feature is added with its last part. */
export const CARRIED_OUT: ReadonlySet<RuleFeature> = new Set(["hold", "lists", "counts", "chains", "windowLimits"]);
