import type { ActionId, DecisionId, EndpointId, EpochMs, EventId, RuleId, SiteId, TenantId } from "../kernel/index.ts";
import type { ActionArgs } from "./arguments.ts";
import type { ActionClass } from "./kinds.ts";

/** What is asked of one endpoint. The kind lies inside `spec`, beside the arguments that fit it. */
export interface ActionOrder {
  readonly actionId: ActionId;
  readonly endpointId: EndpointId;
  readonly spec: ActionArgs;
  /** Past it the action is `expired` at whichever hop it is, and never sent [D6]. */
  readonly deadline: EpochMs;
}

/** The coordinator's record: the order and where it came from. */
export interface Action extends ActionOrder {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly endpointName: string;
  readonly actionClass: ActionClass;
  readonly decisionId: DecisionId;
  readonly eventId: EventId;
  readonly ruleId: RuleId;
  readonly ruleSetVersion: number;
  readonly createdAt: EpochMs;
}

const HOUR_MS = 3_600_000;

/** How long after the decision an action may still be sent. A late isolation hits the wrong moment; a late scan does not. */
export const DEADLINE_MS: Readonly<Record<ActionClass, number>> = {
  contain: 4 * HOUR_MS,
  remediate: 12 * HOUR_MS,
  collect: 48 * HOUR_MS,
  scan: 72 * HOUR_MS,
};
