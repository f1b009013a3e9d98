import { ACTION_CLASSES, ACTION_KINDS, ACTION_STATES, EVIDENCE_RUNGS } from "@cordon/core/action";
import { DECISION_OUTCOMES } from "@cordon/core/planning";
import * as z from "zod";
import { epochMillis, ids } from "./identifiers.ts";
import { pageOf, pageQuery, queryFrom, queryTo } from "./page.ts";

const fieldValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()).readonly(),
  z.array(z.number()).readonly(),
]);

export const event = z.object({
  eventId: z.string(),
  name: z.string(),
  timestamp: epochMillis.describe("when KUMA made it"),
  receivedAt: epochMillis,
  fields: z.record(z.string(), fieldValue),
  decisions: z.number().int(),
});

export const eventQuery = pageQuery.extend({
  from: queryFrom,
  to: queryTo,
  decided: z.stringbool().default(false).describe("true: only events that led to a decision"),
});

export const quarantined = z.object({
  quarantineId: z.number().int(),
  code: z.string(),
  message: z.string(),
  raw: z.string(),
  truncated: z.boolean().describe("the sender's text was longer than what is kept: it cannot be replayed"),
  receivedAt: epochMillis,
  replayedAt: epochMillis.optional(),
});

export const replayResult = z.object({
  accepted: z.number().int(),
  duplicates: z.number().int(),
  quarantined: z.number().int(),
});

export const decision = z.object({
  decisionId: z.string(),
  eventId: z.string(),
  ruleId: z.string(),
  ruleSetVersion: z.number().int().describe("0: ordered by hand"),
  verdict: z.enum(["act", "observe", "suppress", "hold", "merge", "refuse"]),
  actionKind: z.enum(ACTION_KINDS).optional(),
  code: z.string().optional(),
  reason: z.string(),
  siteId: z.string().optional(),
  endpointId: z.string().optional(),
  endpointName: z.string().optional(),
  decidedAt: epochMillis,
  detail: z.record(z.string(), z.unknown()),
});

export const decisionQuery = pageQuery.extend({
  siteId: ids.site.optional(),
  endpointId: ids.endpoint.optional(),
  eventId: ids.event.optional(),
  ruleId: ids.rule.optional(),
  verdict: z.enum(DECISION_OUTCOMES).optional(),
  code: z
    .string()
    .regex(/^[a-z]+\.[a-z_]+$/, "must be a code like guard.never_touch")
    .optional()
    .describe("guard.never_touch: every hit of a never-touch list"),
  from: queryFrom,
  to: queryTo,
});

const evidence = z.object({
  rung: z.enum(EVIDENCE_RUNGS),
  incidentId: z.number().optional(),
  taskId: z.string().optional(),
  taskName: z.string().optional(),
  hostState: z.number().optional(),
  eventDbId: z.number().optional(),
});

const statusDetail = z.object({
  evidence,
  code: z.string().optional(),
  message: z.string().optional(),
  earliest: epochMillis.optional(),
});

export const action = z.object({
  actionId: z.string(),
  siteId: z.string(),
  endpointId: z.string(),
  endpointName: z.string(),
  kind: z.enum(ACTION_KINDS),
  actionClass: z.enum(ACTION_CLASSES),
  arguments: z.record(z.string(), z.unknown()),
  state: z.enum(ACTION_STATES),
  stateAt: epochMillis,
  detail: statusDetail.optional(),
  deadline: epochMillis,
  createdAt: epochMillis,
  decisionId: z.string(),
  eventId: z.string(),
  ruleId: z.string(),
  ruleSetVersion: z.number().int(),
  retryOf: z.string().optional().describe("it is another try of this action"),
});

export const timelineEntry = z.object({
  at: epochMillis.describe("by the clock of who saw it"),
  recordedAt: epochMillis,
  source: z.enum(["rules", "api", "dispatch", "agent", "sweep"]),
  state: z.enum(ACTION_STATES),
  outcome: z.enum(["moved", "unchanged", "ignored"]),
  statusSeq: z.number().int().optional(),
  detail: statusDetail.optional(),
  actor: z.string().optional(),
});

export const actionWithTimeline = action.extend({ timeline: z.array(timelineEntry).readonly() });

const states = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(z.enum(ACTION_STATES)).max(ACTION_STATES.length))
  .optional()
  .describe("one or several, separated by commas");

export const actionQuery = pageQuery.extend({
  siteId: ids.site.optional(),
  endpointId: ids.endpoint.optional(),
  eventId: ids.event.optional(),
  ruleId: ids.rule.optional(),
  states,
  kind: z.enum(ACTION_KINDS).optional(),
  actionClass: z.enum(ACTION_CLASSES).optional(),
  from: queryFrom,
  to: queryTo,
});

export const actionInput = z.strictObject({
  siteId: ids.site,
  endpointId: ids.endpoint,
  kind: z.enum(ACTION_KINDS),
  arguments: z.record(z.string().max(64), z.unknown()).default({}),
  reason: z.string().trim().min(1).max(500).describe("why; kept with the decision"),
  requestId: z
    .string()
    .regex(/^[!-~]{1,64}$/, "must be 1-64 printable characters")
    .describe("chosen by the caller: sending the same order again with it changes nothing"),
});

export type ActionInput = z.output<typeof actionInput>;

export const retryInput = z.strictObject({
  reason: z.string().trim().min(1).max(500).describe("why; kept with the decision and in both timelines"),
  force: z.boolean().default(false).describe("also when it may take effect twice by that"),
  requestId: z
    .string()
    .regex(/^[!-~]{1,64}$/, "must be 1-64 printable characters")
    .describe("chosen by the caller: sending the same again with it tries once"),
});

export const cancelInput = z.strictObject({
  reason: z.string().trim().min(1).max(500),
  chain: z.boolean().default(false).describe("also what waits in its chain, whatever a failure would mean there"),
});

export const cancelResult = z.object({
  outcome: z.enum(["cancelled", "too_late", "settled"]),
  message: z.string(),
  action,
});

export const eventWithDecisions = event.extend({
  decisionList: z.array(decision).readonly(),
  actions: z.array(action).readonly(),
});

export const eventParams = z.strictObject({ tenantId: ids.tenant, eventId: ids.event });
export const actionParams = z.strictObject({ tenantId: ids.tenant, actionId: ids.action });
export const quarantineParams = z.strictObject({ tenantId: ids.tenant, quarantineId: z.coerce.number().int().min(1) });

export const eventPage = pageOf(event);
export const quarantinePage = pageOf(quarantined);
export const decisionPage = pageOf(decision);
export const actionPage = pageOf(action);
