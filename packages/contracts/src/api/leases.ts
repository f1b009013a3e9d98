import { LEASE_STATES } from "@cordon/core/endpoint";
import * as z from "zod";
import { epochMillis, ids } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";

const outcome = z.enum(["released", "already_over", "not_found"]);

export const leaseRelease = z.object({
  askedAt: epochMillis,
  askedBy: z.string(),
  reason: z.string(),
  answeredAt: epochMillis.optional().describe("absent while the site has not answered"),
  outcome: outcome.optional(),
  endpointEndsAt: epochMillis
    .optional()
    .describe("when the endpoint's own timer ends the isolation, if nothing else does"),
  steps: z.string().optional().describe("what the site's release method did, or the exact steps for a person"),
});

export const lease = z.object({
  actionId: z.string().describe("the isolation's action; its renewals have none of their own"),
  siteId: z.string(),
  endpointId: z.string(),
  endpointName: z.string(),
  state: z
    .enum(LEASE_STATES)
    .describe(
      "pending: not in effect yet; holding; renewing: a renewal is on its way; ending: released or wanted no longer, the endpoint's timer runs out; over; lost: gone before the wanted end",
    ),
  wantedUntil: epochMillis,
  coordinatorEndsAt: epochMillis.optional().describe("by the coordinator's own record and clock"),
  agentEndsAt: epochMillis.optional().describe("the agent's durable timer of the current term, by its clock"),
  endpointEndsAt: epochMillis.optional().describe("the endpoint's own timer, by KSC's clock"),
  renewals: z.number().int(),
  renewalsMax: z.number().int().describe("what the site's slot budget allows"),
  nextRenewalAt: epochMillis.optional(),
  heard: z.enum(["yes", "no", "unknown"]).describe("whether KSC hears the endpoint since it was isolated"),
  problem: z.string().optional().describe("what the agent says a person must know, with the mend"),
  mismatch: z.string().optional().describe("why the three end times do not agree: an alarm, with the mend"),
  mismatchSince: epochMillis.optional(),
  since: epochMillis.describe("when the site first told of it"),
  reportedAt: epochMillis.describe("when the site last told of it"),
  release: leaseRelease.optional(),
});

const states = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(z.enum(LEASE_STATES)).max(LEASE_STATES.length))
  .optional()
  .describe("one or several, separated by commas");

export const leaseQuery = pageQuery.extend({
  siteId: ids.site.optional(),
  endpointId: ids.endpoint.optional(),
  states,
  mismatch: z.stringbool().optional().describe("true: only those whose end times do not agree"),
});

export const leasePage = pageOf(lease);

export const leaseReleaseInput = z.strictObject({
  reason: z.string().trim().min(1).max(500).describe("why; kept with the action's timeline"),
});

export const leaseReleaseResult = z.object({
  outcome: z
    .enum(["released", "already_over", "not_found", "stored"])
    .describe("stored: the site cannot be asked now; it is asked when it is back"),
  message: z.string(),
  endpointEndsAt: epochMillis.optional(),
  steps: z.string().optional(),
  lease: lease.optional().describe("absent while the site has not told of the isolation"),
});
