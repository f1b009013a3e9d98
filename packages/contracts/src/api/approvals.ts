import { isStandingRole, ROLES } from "@cordon/core/access";
import { ACTION_STATES } from "@cordon/core/action";
import { APPROVAL_LIMITS, APPROVAL_STATES, canBeMet } from "@cordon/core/approval";
import * as z from "zod";
import { epochMillis, ids } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";

const reason = z.string().trim().min(1).max(250).describe("why; kept with the approval and in the action's timeline");
const asked = z
  .string()
  .trim()
  .min(1)
  .max(320)
  .refine((name) => !name.startsWith("role:") || isStandingRole(name), {
    error: `is no role: there are ${ROLES.join(", ")}`,
  })
  .describe("a person's name, role:NAME for who has the role where the action is, or group:NAME");

/** Whose yes something needs, as a brake of type `approval` says it. */
export const approvalPolicyInput = z
  .strictObject({
    need: z.number().int().min(1).max(APPROVAL_LIMITS.needMax).default(1).describe("so many different persons"),
    of: z.array(asked).min(1).max(APPROVAL_LIMITS.ofMax).readonly().optional().describe("left out: anybody"),
    timeoutSeconds: z
      .number()
      .int()
      .min(APPROVAL_LIMITS.timeoutMsMin / 1_000)
      .max(APPROVAL_LIMITS.timeoutMsMax / 1_000)
      .optional()
      .describe("left out: until the action's deadline"),
    onTimeout: z.enum(["deny", "allow"]).default("deny").describe("what silence means then"),
    notAuthor: z
      .boolean()
      .default(true)
      .describe("who asks for it does not count: who published the rule set, or ordered it by hand"),
  })
  .refine(canBeMet, {
    error: "names fewer persons than are needed",
    path: ["of"],
  })
  .refine(({ onTimeout, timeoutSeconds }) => onTimeout === "deny" || timeoutSeconds !== undefined, {
    error: "`allow` needs `timeoutSeconds`: without it the action ends at its deadline",
    path: ["onTimeout"],
  });

export const approvalPolicy = z.object({
  need: z.number().int(),
  of: z.array(z.string()).readonly().optional().describe("absent: anybody"),
  timeoutSeconds: z.number().optional().describe("absent: until the action's deadline"),
  onTimeout: z.enum(["deny", "allow"]),
  notAuthor: z.boolean(),
});

export const approval = z.object({
  actionId: z.string(),
  state: z.enum(APPROVAL_STATES).describe("`void`: its action ended before anybody had decided"),
  kind: z.string(),
  siteId: z.string(),
  endpointId: z.string(),
  endpointName: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  ruleId: z.string(),
  ruleSetVersion: z.number().int(),
  eventId: z.string(),
  heldBy: z.string().describe("the reason code of its decision"),
  policies: z.array(approvalPolicy).readonly().describe("each of them has to be met"),
  author: z.string().optional().describe("who published the rule set, or ordered it by hand"),
  hash: z.string().describe("over rule, version, target and arguments: what a yes is bound to"),
  askedAt: epochMillis,
  expiresAt: epochMillis.describe("when silence decides"),
  onTimeout: z.enum(["deny", "allow"]).describe("what silence means then"),
  deadline: epochMillis.describe("of the action"),
  actionState: z.enum(ACTION_STATES),
  votes: z
    .array(
      z.object({
        voter: z.string(),
        verdict: z.enum(["approve", "reject"]),
        reason: z.string(),
        votedAt: epochMillis,
      }),
    )
    .readonly(),
  decided: z
    .object({
      at: epochMillis,
      by: z.string().optional().describe("absent: silence decided"),
      reason: z.string().optional(),
    })
    .optional()
    .describe("absent while it is open"),
});

const selection = {
  ruleId: ids.rule.optional(),
  eventId: ids.event.optional(),
  siteId: ids.site.optional(),
} as const;

export const approvalQuery = pageQuery.extend({ ...selection, state: z.enum(APPROVAL_STATES).optional() });
export const approvalPage = pageOf(approval);
export const approvalParams = z.strictObject({ tenantId: ids.tenant, actionId: ids.action });

/** What is open of a rule, an event, a site or all of them, as one thing to be decided about. */
export const approvalSelectionQuery = z.strictObject(selection);
export const approvalSelection = z.object({
  hash: z.string().describe("over all of it"),
  actions: z.number().int(),
  endpoints: z.number().int(),
  rules: z.array(z.string()).readonly(),
  firstExpiresAt: epochMillis.optional().describe("absent when nothing waits"),
});

export const decideInput = z
  .strictObject({
    verdict: z.enum(["approve", "reject"]),
    actionIds: z.array(ids.action).min(1).max(1_000).readonly().optional(),
    ...selection,
    hash: z.string().min(1).max(200).optional().describe("of what was looked at; an approval needs it"),
    reason,
  })
  .refine(
    ({ actionIds, ruleId, eventId, siteId }) => [actionIds, ruleId, eventId, siteId].some((part) => part !== undefined),
    { error: "name the actions, a rule, an event or a site", path: ["actionIds"] },
  )
  .refine(({ verdict, hash }) => verdict === "reject" || hash !== undefined, {
    error: "an approval is bound to what was looked at: give its hash",
    path: ["hash"],
  });

export const decideResult = z.object({
  votes: z
    .array(
      z.object({
        actionId: z.string(),
        outcome: z.enum(["approved", "counted", "rejected", "refused"]),
        code: z.string().optional().describe("of a refusal"),
        message: z.string().optional().describe("of a refusal, or what is missing still"),
      }),
    )
    .readonly(),
  releases: z
    .array(
      z.object({
        actionId: z.string(),
        outcome: z
          .enum(["released", "refused", "held_back", "waits", "overdue", "not_held", "not_found"])
          .describe("`held_back`: a brake holds it, and it goes out when that is lifted"),
        message: z.string().optional(),
      }),
    )
    .readonly()
    .describe("what became of the actions that this vote let go"),
});
