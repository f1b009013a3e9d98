import type { Action, ActionKind } from "../action/index.ts";
import type { ApprovalPolicy } from "../approval/index.ts";
import type { CapabilityCode } from "../endpoint/index.ts";
import type { Attempt, GuardReasonCode, RuleHold } from "../guards/index.ts";
import type { ActionId, DecisionId, EndpointId, EpochMs, EventId, RuleId, SiteId, TenantId } from "../kernel/index.ts";
import type { RuleMode } from "../rules/index.ts";
import type { PlannedChain } from "./chain-walk.ts";
import type { ChainWait } from "./open-actions.ts";
import type { TargetTrace } from "./resolution.ts";

/** `hold`: its action waits for a person, and expires by its deadline when nobody lets it go. */
export const DECISION_OUTCOMES = ["act", "observe", "suppress", "hold", "merge"] as const;

export type DecisionOutcome = (typeof DECISION_OUTCOMES)[number];

export type DecisionReasonCode =
  | "rule.matched"
  | "rule.observes"
  | "rule.holds"
  | "plan.merged"
  | "chain.waits"
  | "chain.stopped"
  | "endpoint.ambiguous"
  | "endpoint.not_found"
  | "endpoint.no_target"
  | CapabilityCode
  | "site.refuses"
  | "action.missing_argument"
  | "action.invalid_arguments"
  | GuardReasonCode;

export interface DecisionReason {
  readonly code: DecisionReasonCode;
  /** One sentence for a person: what, where, and the mend where there is one. */
  readonly message: string;
  /** Candidates, fields, argument names: plain JSON for programs. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What speaks against an action. */
export interface Objection {
  readonly kind: "suppress" | "hold";
  readonly reason: DecisionReason;
}

/** The stored answer to "rule R met event E", one for each action of the rule [T2]. */
export interface Decision {
  readonly decisionId: DecisionId;
  readonly tenantId: TenantId;
  readonly eventId: EventId;
  readonly ruleId: RuleId;
  readonly ruleSetVersion: number;
  readonly mode: RuleMode;
  readonly outcome: DecisionOutcome;
  readonly reason: DecisionReason;
  /** Which of the rule's actions, from 0. */
  readonly actionIndex: number;
  readonly actionKind: ActionKind;
  /** Absent when the target was not resolved. */
  readonly endpoint?: DecidedEndpoint;
  /** `act`, `hold`: the action that came of it. `merge`: the action of another decision that serves this one too. */
  readonly actionId?: ActionId;
  readonly decidedAt: EpochMs;
}

export interface DecidedEndpoint {
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly name: string;
  /** How it was found. */
  readonly trace: TargetTrace;
}

/** What one event led to: stored together with it, in one transaction [D1]. */
export interface Plan {
  /** Exactly one per match and action of its rule, in that order [S5]. */
  readonly decisions: readonly Decision[];
  /** Exactly one per decision `act` (`queued`) and `hold` (`held`). */
  readonly actions: readonly PlannedAction[];
  /** [S3] What the next event's windows have to count. */
  readonly attempts: readonly Attempt[];
  /** Rules that went past a limit: from now on in hold. */
  readonly trips: readonly RuleHold[];
  /** Of the actions that go one after another, those of which one waits for another. */
  readonly chains: readonly PlannedChain[];
  /** Actions of earlier events that serve this one, too: not to expire before. */
  readonly extended: readonly ExtendedAction[];
  /** Unsent isolations of earlier events whose place a longer one takes. */
  readonly superseded: readonly SupersededAction[];
}

export interface PlannedAction extends Action {
  readonly state: "queued" | "held";
  /** Held until an action before it in its chain has ended. */
  readonly waits?: ChainWait;
  /** Of what is held for a person. */
  readonly approval?: PlannedApproval;
}

/** What a person is asked. */
export interface PlannedApproval {
  /** The reason that decided. */
  readonly heldBy: DecisionReasonCode;
  /** At least one. */
  readonly policies: readonly ApprovalPolicy[];
}

export interface ExtendedAction {
  readonly actionId: ActionId;
  readonly deadline: EpochMs;
}

export interface SupersededAction {
  readonly actionId: ActionId;
  readonly by: ActionId;
}
