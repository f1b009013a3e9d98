import type { ComparisonOperator, EntryOperator, RuleOperator } from "./operators.ts";

/** The tree of a rule's `when`. A node is told by the members it has: `kindOfNode`. */
export type WhenNode =
  | { readonly all: readonly WhenNode[] }
  | { readonly any: readonly WhenNode[] }
  | { readonly not: WhenNode }
  | Condition
  | CellCondition
  | EntryCondition
  | VulnerabilityCondition
  | CountCondition;

export type Scalar = string | number | boolean;

/** The right side of a comparison: exactly one of the four. */
export interface RightSide {
  /** A constant, or a list of them of which one is enough. */
  readonly value?: Scalar | readonly Scalar[];
  /** Another field of the event. */
  readonly valueField?: string;
  /** A cell of one of the tenant's lists. */
  readonly valueCell?: Cell;
  /** The keys of one of the tenant's lists, taken like constants. */
  readonly valueList?: string;
}

/** One comparison of an event field. */
export interface Condition extends RightSide {
  readonly field: string;
  readonly op: RuleOperator;
  readonly ignoreCase?: boolean;
}

/** One comparison of a cell of a list: `lookup('accounts', 'level', SourceUserName) >= 3`. */
export interface CellCondition extends RightSide {
  readonly cell: Cell;
  readonly op: ComparisonOperator;
  readonly ignoreCase?: boolean;
}

/** What stands in `column` of the entry whose key these event fields make; absent when there is no such entry. */
export interface Cell {
  readonly list: string;
  readonly key: readonly string[];
  readonly column: string;
}

/** The list has an entry whose key these event fields make: `inActiveList('banned', FileHash)`. */
export interface EntryCondition {
  readonly op: EntryOperator;
  readonly list: string;
  readonly key: readonly string[];
}

/**
 * The asset has a vulnerability. `list` is a context table of assets by asset id with the columns `cves` and `severities`,
 * two lists that run side by side.
 */
export interface VulnerabilityCondition {
  readonly op: "hasVulnerability";
  /** Holds the asset id. */
  readonly field: string;
  readonly list: string;
  /** At least one of these; any when absent. */
  readonly cves?: readonly string[];
  readonly minSeverity?: number;
}

/**
 * The event meets `of`, and with it at least `atLeast` events did in the last `windowMs` that have the same values in the
 * fields `by` (event time, of the same tenant). With `distinct` the different values of that field are counted instead.
 */
export interface CountCondition {
  readonly count: {
    readonly of: WhenNode;
    readonly windowMs: number;
    readonly by?: readonly string[];
    readonly distinct?: string;
    readonly atLeast: number;
  };
}

export type KindedNode =
  | { readonly kind: "all" | "any"; readonly nodes: readonly WhenNode[] }
  | { readonly kind: "not"; readonly node: WhenNode }
  | { readonly kind: "condition"; readonly node: Condition }
  | { readonly kind: "cell"; readonly node: CellCondition }
  | { readonly kind: "entry"; readonly node: EntryCondition }
  | { readonly kind: "vulnerability"; readonly node: VulnerabilityCondition }
  | { readonly kind: "count"; readonly node: CountCondition };

/** The node with its kind beside it, to switch over. */
export function kinded(node: WhenNode): KindedNode {
  if ("all" in node) return { kind: "all", nodes: node.all };
  if ("any" in node) return { kind: "any", nodes: node.any };
  if ("not" in node) return { kind: "not", node: node.not };
  if ("count" in node) return { kind: "count", node };
  if ("cell" in node) return { kind: "cell", node };
  if (node.op === "hasVulnerability") return { kind: "vulnerability", node: node as VulnerabilityCondition };
  if ("list" in node) return { kind: "entry", node: node as EntryCondition };
  return { kind: "condition", node: node as Condition };
}
