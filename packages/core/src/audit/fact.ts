import { createHash } from "node:crypto";
import type { EpochMs, TenantId } from "../kernel/index.ts";

/** The chain of what belongs to no tenant. No tenant can be called so. */
export const PLATFORM_CHAIN = "-";

/** A tenant's chain, or `PLATFORM_CHAIN`. */
export type AuditChain = TenantId | typeof PLATFORM_CHAIN;

/**
 * What is audited. `request` and `answer` are what somebody asked of the API and what came of it; all else is what the record itself says,
 * written in the transaction that made it so.
 */
export const AUDIT_KINDS = [
  "request",
  "answer",
  "denied",
  "login",
  "decision",
  "action",
  "vote",
  "approval",
  "loosening",
  "brake",
  "rule-hold",
  "rule-set",
  "rollout",
  "list",
  "agent",
  "authority",
  "retention",
  "audit",
] as const;

export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Who did it. `rule`: the rule of that id; `cordon`: nobody, time or a limit did. */
export interface AuditActor {
  readonly as: "person" | "token" | "break-glass" | "rule" | "agent" | "cordon" | "nobody";
  readonly name: string;
  /** Of the credential, when a person has several. */
  readonly id?: string;
}

/** One thing that happened, before it has a place in a chain. */
export interface AuditFact {
  /** By the coordinator's clock. */
  readonly at: EpochMs;
  readonly kind: AuditKind;
  readonly by: AuditActor;
  /** The address it came from. */
  readonly from?: string;
  /** One line for people. */
  readonly what: string;
  /** Why, in the words of who did it. */
  readonly reason?: string;
  /** Of a refusal or an end: an error code. */
  readonly code?: string;
  readonly site?: string;
  /** Endpoints, at most `TARGETS_MAX`; of more, `targetsInAll` and a hash over all stand beside them. */
  readonly targets?: readonly string[];
  readonly targetsInAll?: number;
  readonly targetsHash?: string;
  readonly rule?: { readonly id?: string; readonly version?: number; readonly content?: string };
  readonly plan?: string;
  /** What else it is about, by name: `action`, `event`, `decision`, `brake` … */
  readonly refs?: Readonly<Record<string, string | number>>;
}

export const TARGETS_MAX = 100;
export const TEXT_CHARS_MAX = 2_000;

/** [U6] Of many targets the first are named, and all are counted and hashed: nothing is cut without saying so. */
export function targetsOf(all: readonly string[]): Pick<AuditFact, "targets" | "targetsInAll" | "targetsHash"> {
  if (all.length === 0) return {};
  if (all.length <= TARGETS_MAX) return { targets: all };
  const hash = createHash("sha256");
  for (const target of all.toSorted()) hash.update(`${target.length}:${target};`);
  return { targets: all.slice(0, TARGETS_MAX), targetsInAll: all.length, targetsHash: hash.digest("hex") };
}

/** A person's words, bounded. */
export function boundedText(text: string): string {
  return text.length <= TEXT_CHARS_MAX ? text : `${text.slice(0, TEXT_CHARS_MAX)}… (${text.length} characters)`;
}
