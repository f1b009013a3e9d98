import type { ActionKind } from "../action/index.ts";
import type { ApprovalPolicy } from "../approval/index.ts";
import type { EndpointId, EpochMs, RuleId, SiteId, TenantId } from "../kernel/index.ts";
import type { RuleLimits, RuleMode } from "../rules/index.ts";
import type { Attempt, AttemptWindow } from "./attempts.ts";
import type { RuleHold } from "./blast-radius.ts";
import type { Brake } from "./brake.ts";
import type { RedundancyGroup } from "./redundancy.ts";
import type { SlotBudget } from "./slot-forecast.ts";
import type { EndpointTraits } from "./traits.ts";

/** What a guard judges: one action that a rule wants on one endpoint that was found. */
export interface GuardSubject {
  readonly tenantId: TenantId;
  readonly rule: GuardedRule;
  readonly endpoint: GuardedEndpoint;
  readonly kind: ActionKind;
  readonly now: EpochMs;
}

export interface GuardedRule {
  /** A person's order stands under a rule's name, too, and has no limits. */
  readonly id: RuleId;
  readonly limits: RuleLimits;
  readonly mode?: RuleMode;
  /** Who has to say yes to what it asks for. */
  readonly approval?: ApprovalPolicy;
}

export interface GuardedEndpoint {
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly name: string;
}

/** What guards know, fetched beforehand. */
export interface GuardFacts {
  /** `coolDownKey` → when this rule acted (or was held, or in observe mode would have acted) so on the endpoint, newest first. */
  readonly lastActs: ReadonlyMap<string, readonly EpochMs[]>;
  /** Every one in force that names the tenant or all tenants. */
  readonly brakes: readonly Brake[];
  /** By `endpointKey`; only needed while a never-touch list is in force. */
  readonly traits: ReadonlyMap<string, EndpointTraits>;
  /** By the id of the brake that names it. */
  readonly groups: ReadonlyMap<string, RedundancyGroup>;
  /** Rules that have tripped and were not re-armed. */
  readonly ruleHolds: ReadonlyMap<RuleId, RuleHold>;
  /** By `attemptKey`; for every key of `reachLimitsFor`. */
  readonly windows: ReadonlyMap<string, AttemptWindow>;
  /** By `endpointKey`; only needed while a slot forecast is in force. */
  readonly slots: ReadonlyMap<string, SlotBudget>;
  /** What the same event asked for before this, and `windows` do not have yet. */
  readonly earlier: readonly Attempt[];
}

/** For guards that ask what people ordered, and for nothing that happened before. */
export const NO_PAST: Omit<GuardFacts, "brakes" | "traits" | "groups"> = {
  lastActs: new Map(),
  slots: new Map(),
  ruleHolds: new Map(),
  windows: new Map(),
  earlier: [],
};

/** `suppress`: not now, and it is not asked again. `hold`: only when a person says so. */
export type GuardVerdict =
  | { readonly kind: "pass" }
  | {
      readonly kind: "suppress" | "hold";
      readonly code: GuardReasonCode;
      /** One sentence for a person, with until when or whom to ask. */
      readonly message: string;
      readonly details?: Readonly<Record<string, unknown>>;
      /** The rule is in hold from now on. */
      readonly trips?: RuleHold;
    };

export type GuardReasonCode =
  | "guard.kill_switch"
  | "guard.freeze"
  | "guard.never_touch"
  | "guard.redundancy"
  | "guard.cool_down"
  | "guard.rule_hold"
  | "guard.blast_radius"
  | "guard.storm"
  | "guard.approval"
  | "guard.slots";

export interface Guard {
  readonly name: string;
  /**
   * `standing`: what people ordered; asked before what the endpoint can do. `history`: what happened before; asked after it.
   * `reach`: how much was asked for; asked of what no cool-down swallowed. `consent`: whose yes it needs, and whether there is room for it.
   */
  readonly stage: "standing" | "history" | "reach" | "consent";
  check(subject: GuardSubject, facts: GuardFacts): GuardVerdict;
}
