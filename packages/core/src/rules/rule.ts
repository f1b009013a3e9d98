import type { ActionKind } from "../action/index.ts";
import type { ApprovalPolicy } from "../approval/index.ts";
import type { RuleId } from "../kernel/index.ts";
import type { Calendar } from "./calendar.ts";
import type { Scalar, WhenNode } from "./when.ts";

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
  /** Absent: the actions go out together, each for itself. `inOrder`: each waits for the end of the one before. */
  readonly chain?: "inOrder";
  readonly limits: RuleLimits;
  /** Who has to say yes before any of its actions goes out. */
  readonly approval?: ApprovalPolicy;
  /** The calendars that `when` names, so that a rule says all it means by itself. */
  readonly calendars?: Readonly<Record<string, Calendar>>;
}

/** `observe` does everything but send [S1]; `hold` orders the actions once a person has approved them. */
export const RULE_MODES = ["enforce", "observe", "hold"] as const;

export type RuleMode = (typeof RULE_MODES)[number];

export interface RuleLimits {
  /** After an act on an endpoint, the same kind of action of this rule leaves that endpoint alone for so long. */
  readonly coolDownMs?: number;
  /** Each act in a row makes the next cool-down longer; only beside `coolDownMs`. */
  readonly coolDownGrowth?: CoolDownGrowth;
  /** At most so many actions of this rule in any `windowMs`, over all endpoints of the tenant. */
  readonly maxActions?: { readonly count: number; readonly windowMs: number };
  /** At most this share (0-1] of a site's endpoints in any `windowMs`. */
  readonly maxSiteShare?: { readonly share: number; readonly windowMs: number };
}

export interface CoolDownGrowth {
  /** 1.5-10: how much longer than the one before. */
  readonly factor: number;
  /** No longer than this; at least `coolDownMs`. */
  readonly maxMs: number;
  /** So long without an act, and the next cool-down is the first again; longer than `maxMs`. */
  readonly forgetAfterMs: number;
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
  /** In a chain: what becomes of the actions after this one when it did not succeed. Absent: `stop`. */
  readonly onFailure?: "stop" | "continue";
}

/** Where an argument comes from: a field of the event, or the value itself. Lists may mix both. */
export type ArgumentMapping = FieldMapping | LiteralArgument | readonly (FieldMapping | LiteralArgument)[];

export interface FieldMapping {
  readonly field: string;
  /** Tried in this order when `field` is absent. */
  readonly orFields?: readonly string[];
  /** True: when all are absent the argument is left out. Otherwise the action is refused and names the field. */
  readonly optional?: boolean;
  /** Only a value of this form counts; one of another form is passed over as if its field were absent. */
  readonly form?: ArgumentForm;
}

/** `duration` turns 90s, 30m, 4h, 7d into seconds and takes plain seconds too. */
export const ARGUMENT_FORMS = ["path", "md5", "sha256", "pid", "duration", "ipAddress", "domain", "url"] as const;

export type ArgumentForm = (typeof ARGUMENT_FORMS)[number];

export type LiteralArgument = Scalar | { readonly [name: string]: LiteralArgument };

export function isFieldMapping(mapping: unknown): mapping is FieldMapping {
  return typeof mapping === "object" && mapping !== null && !Array.isArray(mapping) && "field" in mapping;
}
