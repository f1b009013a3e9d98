import type { ActionKind } from "../action/index.ts";
import type { ApprovalPolicy } from "../approval/index.ts";
import type { EpochMs, RuleId, SiteId, TenantId } from "../kernel/index.ts";
import type { FreezeTimes } from "./freeze-times.ts";
import type { NeverTouchWho } from "./never-touch.ts";
import type { Reach, ReachBounds } from "./reach-limits.ts";
import type { RedundancyBounds } from "./redundancy.ts";

/** What a brake is about; a part that is absent stands for all. A site without its tenant names nothing and is not stored. */
export interface BrakeScope {
  readonly tenantId?: TenantId;
  readonly siteId?: SiteId;
  readonly ruleId?: RuleId;
  /** Never empty. */
  readonly kinds?: readonly ActionKind[];
}

/** What a scope is held against. */
export interface BrakeSubject {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly ruleId: RuleId;
  readonly kind: ActionKind;
}

interface Set {
  readonly brakeId: string;
  readonly scope: BrakeScope;
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: EpochMs;
}

/** [S4] Nothing in its scope is sent. Releases are no sends, so none is stopped. */
export interface KillSwitch extends Set {
  readonly type: "killSwitch";
}

/** What it covers waits for a person while it holds: a change freeze, business hours. */
export interface Freeze extends Set {
  readonly type: "freeze";
  /** Absent: until it is lifted. */
  readonly times?: FreezeTimes;
}

/** [S2] Whom nothing of its scope touches. */
export interface NeverTouch extends Set {
  readonly type: "neverTouch";
  readonly who: readonly NeverTouchWho[];
}

/** [S3] How much may be asked for in a window before the rule that asks is put in hold. */
export interface BlastRadius extends Set {
  readonly type: "blastRadius";
  readonly per: Reach;
  readonly windowMs: number;
  readonly bounds: ReachBounds;
}

/** One rule that hits many endpoints of one site within minutes is put in hold. */
export interface Storm extends Set {
  readonly type: "storm";
  readonly windowMs: number;
  readonly bounds: { readonly endpointsMax: number };
}

/** What has to stay up of endpoints that stand in for each other, over the tenant or at the scope's site. */
export interface Redundancy extends Set {
  readonly type: "redundancy";
  readonly group: { readonly by: "role"; readonly role: string } | { readonly by: "tag"; readonly tag: string };
  readonly bounds: RedundancyBounds;
}

/** What it covers waits for the yes of persons. */
export interface Approval extends Set {
  readonly type: "approval";
  readonly policy: ApprovalPolicy;
}

/** What is done with an action for which its endpoint is forecast to have no slot free. Containment passes. */
export interface SlotForecast extends Set {
  readonly type: "slotForecast";
  readonly whenFull: "warn" | "hold" | "deny";
  /** So many slots have to stay free besides. */
  readonly reserve: number;
}

/** What protects endpoints in its scope, or demands people, is taken away by two persons only. */
export interface TwoPersons extends Set {
  readonly type: "twoPersons";
}

/** What a person put in force, until a person lifts it. */
export type Brake =
  | KillSwitch
  | Freeze
  | NeverTouch
  | Redundancy
  | BlastRadius
  | Storm
  | Approval
  | SlotForecast
  | TwoPersons;

export type BrakeType = Brake["type"];

export const BRAKE_TYPES = [
  "killSwitch",
  "freeze",
  "neverTouch",
  "redundancy",
  "blastRadius",
  "storm",
  "approval",
  "slotForecast",
  "twoPersons",
] as const satisfies readonly BrakeType[];

export function covers(scope: BrakeScope, subject: BrakeSubject): boolean {
  return (
    (scope.tenantId === undefined || scope.tenantId === subject.tenantId) &&
    (scope.siteId === undefined || scope.siteId === subject.siteId) &&
    (scope.ruleId === undefined || scope.ruleId === subject.ruleId) &&
    (scope.kinds === undefined || scope.kinds.includes(subject.kind))
  );
}

/** `isolateHost of rule "x" at site hq of tenant acme`, for people. */
export function printScope({ tenantId, siteId, ruleId, kinds }: BrakeScope): string {
  const what = kinds === undefined ? "everything" : kinds.join(", ");
  const rule = ruleId === undefined ? "" : ` of rule "${ruleId}"`;
  const site = siteId === undefined ? "" : ` at site ${siteId}`;
  return `${what}${rule}${site}${tenantId === undefined ? " of every tenant" : ` of tenant ${tenantId}`}`;
}
