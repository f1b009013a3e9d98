import type { ActionArgs } from "../action/index.ts";
import type { EndpointId, EpochMs, EventId, SiteId, TenantId } from "../kernel/index.ts";
import type { Rule } from "../rules/index.ts";

/** What a guard judges: one action that a rule wants on one endpoint that was found. */
export interface GuardSubject {
  readonly tenantId: TenantId;
  readonly eventId: EventId;
  readonly rule: Rule;
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly endpointName: string;
  readonly spec: ActionArgs;
  readonly now: EpochMs;
}

/** What guards know of the past, fetched beforehand. */
export interface GuardFacts {
  /** `coolDownKey` → when this rule last acted (or, in observe mode, would have acted) so on the endpoint. */
  readonly lastActs: ReadonlyMap<string, EpochMs>;
}

/** `suppress`: not now, and it is not asked again. */
export type GuardVerdict =
  | { readonly kind: "pass" }
  | { readonly kind: "suppress"; readonly code: GuardReasonCode; readonly message: string };

export type GuardReasonCode = "guard.cool_down";

export interface Guard {
  readonly name: string;
  check(subject: GuardSubject, facts: GuardFacts): GuardVerdict;
}
