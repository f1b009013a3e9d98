import type { ActionKind } from "../action/index.ts";
import type { RuleId } from "../kernel/index.ts";

/** A response rule as its author wrote it, defaults filled in. Paths into it are paths into the rule file. */
export interface Rule {
  readonly id: RuleId;
  readonly name: string;
  readonly description?: string;
  readonly owner?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly mode: RuleMode;
  /** Higher goes first; equal ones go by id, so that the order does not hang on files. */
  readonly priority: number;
  /** False: once this rule has matched, rules after it are not asked. An observing rule never stops others. */
  readonly continue: boolean;
  readonly when: WhenNode;
  /** Ways to find the endpoint, tried in this order. */
  readonly target: readonly TargetStep[];
  readonly actions: readonly RuleAction[];
  readonly limits: RuleLimits;
}

/** `observe` does everything but send [S1]. */
export const RULE_MODES = ["enforce", "observe"] as const;

export type RuleMode = (typeof RULE_MODES)[number];

export interface RuleLimits {
  /** After an act on an endpoint, the same kind of action of this rule leaves that endpoint alone for so long. */
  readonly coolDownMs?: number;
}

/** The tree of a rule's `when`. A node is told by the member it has. */
export type WhenNode =
  | { readonly all: readonly WhenNode[] }
  | { readonly any: readonly WhenNode[] }
  | { readonly not: WhenNode }
  | Condition;

export const RULE_OPERATORS = [
  "=",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "contains",
  "startsWith",
  "endsWith",
  "match",
  "inSubnet",
] as const;

export type RuleOperator = (typeof RULE_OPERATORS)[number];

export type Scalar = string | number | boolean;

/** One comparison of an event field with a constant (`value`) or with another field (`valueField`): exactly one of the two. */
export interface Condition {
  readonly field: string;
  readonly op: RuleOperator;
  readonly value?: Scalar | readonly Scalar[];
  readonly valueField?: string;
  readonly ignoreCase?: boolean;
}

export const TARGET_KEYS = ["hostId", "assetId", "fqdn", "hostName", "address"] as const;

export type TargetKey = (typeof TARGET_KEYS)[number];

/** One way to find the endpoint: the event's `field`, read as the key `by`. */
export interface TargetStep {
  readonly by: TargetKey;
  readonly field: string;
  /** A site's id, or the event field whose value (KSC server's name, KUMA service …) is an alias of a site. */
  readonly site?: string | { readonly field: string };
}

export interface RuleAction {
  readonly kind: ActionKind;
  readonly arguments: Readonly<Record<string, ArgumentMapping>>;
  /** Instead of the class's deadline (`DEADLINE_MS`), counted from the decision. */
  readonly deadlineMs?: number;
}

/** Where an argument comes from: a field of the event, or the value itself. Lists may mix both. */
export type ArgumentMapping = FieldMapping | LiteralArgument | readonly (FieldMapping | LiteralArgument)[];

export interface FieldMapping {
  readonly field: string;
  /** Tried in this order when `field` is absent. */
  readonly orFields?: readonly string[];
  /** True: when all are absent the argument is left out. Otherwise the action is refused and names the field. */
  readonly optional?: boolean;
}

export type LiteralArgument = Scalar | { readonly [name: string]: LiteralArgument };

export function isFieldMapping(mapping: unknown): mapping is FieldMapping {
  return typeof mapping === "object" && mapping !== null && !Array.isArray(mapping) && "field" in mapping;
}
