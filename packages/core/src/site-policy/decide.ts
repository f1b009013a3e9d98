import type { ActionOrder } from "../action/index.ts";
import type { Endpoint } from "../endpoint/index.ts";
import { addMs, type EpochMs, type ErrorCode } from "../kernel/index.ts";
import { nextOpening } from "./hours.ts";
import { beyondLimit } from "./limits.ts";
import type { Cap, SitePolicy } from "./policy.ts";
import { printWho, protectionOf } from "./protection.ts";

export type PolicyCode = Extract<ErrorCode, `policy.${string}`>;

export type PolicyDecision =
  | { readonly kind: "allowed" }
  | { readonly kind: "refused"; readonly code: PolicyCode; readonly reason: string; readonly until?: EpochMs }
  /** Not now. Its deadline goes on counting. */
  | { readonly kind: "wait"; readonly code: PolicyCode; readonly reason: string; readonly earliest: EpochMs }
  /** Who the endpoint is decides, and it is not known: ask KSC and decide again. */
  | { readonly kind: "endpoint_unknown"; readonly reason: string };

export interface PolicyQuestion {
  readonly order: Pick<ActionOrder, "endpointId" | "spec" | "deadline">;
  /** As KSC describes it; absent when that is not known yet. */
  readonly endpoint?: Endpoint | undefined;
  /** Goes on with an isolation that was allowed: hours and caps do not end it. */
  readonly renewal: boolean;
  readonly now: EpochMs;
  readonly sends: SendHistory;
}

/** What was sent, as the caps count it. */
export interface SendHistory {
  /** Times of the sends that count against the cap and lie in its window, oldest first. */
  timesOf(cap: Cap, endpointId: PolicyQuestion["order"]["endpointId"], now: EpochMs): readonly EpochMs[];
}

/** [S7] A refusal wins over a wait; the first reason that a person can do something about is named. */
export function decide(policy: SitePolicy, question: PolicyQuestion): PolicyDecision {
  return (
    refusalOf(policy, question) ?? (question.renewal ? undefined : waitOf(policy, question)) ?? { kind: "allowed" }
  );
}

function refusalOf(policy: SitePolicy, { order, endpoint }: PolicyQuestion): PolicyDecision | undefined {
  const { spec, endpointId } = order;
  if (!policy.allowed.includes(spec.kind)) {
    return { kind: "refused", code: "policy.action_not_allowed", reason: `this site does not allow ${spec.kind}` };
  }
  for (const limit of policy.limits) {
    const beyond = limit.kind === spec.kind ? beyondLimit(limit, spec) : undefined;
    if (beyond !== undefined) return { kind: "refused", code: "policy.limit_exceeded", reason: beyond };
  }
  const found = protectionOf(policy.protections, spec.kind, endpointId, endpoint);
  if (found.kind === "unknown") {
    return { kind: "endpoint_unknown", reason: "this site protects endpoints by name, address or group" };
  }
  if (found.kind === "free") return undefined;
  const { who, reason } = found.protection;
  const text = `the endpoint is protected (${printWho(who)})${reason === "" ? "" : `: ${reason}`}`;
  return { kind: "refused", code: "policy.endpoint_protected", reason: text };
}

function waitOf(policy: SitePolicy, { order, now, sends }: PolicyQuestion): PolicyDecision | undefined {
  const { kind } = order.spec;
  const opening = nextOpening(policy.hours, kind, now);
  if (opening === undefined) {
    return {
      kind: "refused",
      code: "policy.outside_hours",
      reason: `this site has no hours at which ${kind} goes out`,
    };
  }
  if (opening > now) {
    return waitOrRefuse(order.deadline, "policy.outside_hours", `${kind} does not go out at this hour`, opening);
  }
  for (const cap of policy.caps) {
    if (!cap.kinds.includes(kind)) continue;
    const times = sends.timesOf(cap, order.endpointId, now);
    const leaving = times[times.length - cap.max];
    if (leaving === undefined) continue;
    const where = cap.per === "site" ? "on this site" : "on this endpoint";
    const reason = `${times.length} of at most ${cap.max} such actions went out ${where} within ${printWindow(cap.windowMs)}`;
    return waitOrRefuse(order.deadline, "policy.cap_reached", reason, addMs(leaving, cap.windowMs));
  }
  return undefined;
}

/** What could only go out after its deadline is told so at once, not when the deadline comes. */
function waitOrRefuse(deadline: EpochMs, code: PolicyCode, reason: string, earliest: EpochMs): PolicyDecision {
  if (earliest < deadline) return { kind: "wait", code, reason, earliest };
  return { kind: "refused", code, reason: `${reason}, and its deadline comes first`, until: earliest };
}

function printWindow(ms: number): string {
  if (ms % 86_400_000 === 0) return `${ms / 86_400_000} d`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}
