import type { ActionState } from "@cordon/core/action";
import { approvalEnd, approvalHash, silenceMeans } from "@cordon/core/approval";
import { epochMs } from "@cordon/core/kernel";
import type { PlannedAction } from "@cordon/core/planning";
import type { NewApproval } from "../ports/approvals.ts";

/** What people are asked about an action as it is planned or ordered; nothing when it is not held for a person. */
export function askPeople(
  action: Omit<PlannedAction, "state"> & { readonly state: ActionState },
): readonly NewApproval[] {
  const { approval, actionId, siteId, endpointId, endpointName, ruleId, ruleSetVersion, eventId } = action;
  if (action.state !== "held" || approval === undefined) return [];
  const { policies, heldBy } = approval;
  return [
    {
      actionId,
      siteId,
      endpointId,
      endpointName,
      kind: action.spec.kind,
      ruleId,
      ruleSetVersion,
      eventId,
      heldBy,
      policies,
      hash: approvalHash([action]),
      askedAt: action.createdAt,
      expiresAt: epochMs(approvalEnd(policies, action.createdAt, action.deadline)),
      onTimeout: silenceMeans(policies),
    },
  ];
}
