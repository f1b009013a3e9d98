import { type ApprovalPolicy, printPolicy } from "../approval/index.ts";
import { type Brake, covers } from "./brake.ts";
import type { Guard, GuardSubject } from "./guard.ts";

/** Holds what needs the yes of persons, by the rule's own word or by that of an approval brake. */
export const APPROVAL_GUARD: Guard = {
  name: "approval",
  stage: "consent",
  check(subject, { brakes }) {
    const policies = approvalsFor(subject, brakes);
    if (policies.length === 0) return { kind: "pass" };
    const message = `${subject.kind} on ${subject.endpoint.name} waits for the yes of ${policies.map(printPolicy).join("; and of ")}.`;
    return { kind: "hold", code: "guard.approval", message, details: { policies } };
  },
};

/** Everybody's word on what the rule wants here: its own first. */
export function approvalsFor(
  { tenantId, rule, endpoint, kind }: Omit<GuardSubject, "now">,
  brakes: readonly Brake[],
): readonly ApprovalPolicy[] {
  const subject = { tenantId, siteId: endpoint.siteId, ruleId: rule.id, kind };
  const inForce = brakes.flatMap((brake) =>
    brake.type === "approval" && covers(brake.scope, subject) ? [brake.policy] : [],
  );
  return rule.approval === undefined ? inForce : [rule.approval, ...inForce];
}
