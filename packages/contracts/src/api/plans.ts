import { ACTION_KINDS } from "@cordon/core/action";
import { epochMs } from "@cordon/core/kernel";
import { DECISION_OUTCOMES } from "@cordon/core/planning";
import * as z from "zod";
import { epochMillis, ids } from "./identifiers.ts";
import { pageOf, pageQuery, queryFrom, queryTo } from "./page.ts";
import { RULE_UPLOAD, ruleFile } from "./rules.ts";

const inputTime = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .transform(epochMs)
  .describe("epoch milliseconds");
const range = {
  from: inputTime.optional().describe("events received from then on; 7 days before `to` when absent"),
  to: inputTime.optional().describe("events received before then; now when absent"),
};

export const planInput = z.strictObject({
  tenants: z
    .array(
      z.strictObject({ tenantId: ids.tenant, version: z.number().int().min(1).describe("the set to become active") }),
    )
    .min(1)
    .max(200),
  ...range,
});

export const replayInput = z
  .strictObject({
    version: z.number().int().min(1).optional().describe("a numbered set"),
    files: z.array(ruleFile).min(1).max(RULE_UPLOAD.filesMax).optional().describe("a set that nobody has published"),
    ...range,
  })
  .refine(({ version, files }) => (version === undefined) !== (files === undefined), "give either version or files");

const plannedTenant = z.object({
  tenantId: z.string(),
  activeVersion: z.number().int().optional().describe("absent: none was active"),
  draftVersion: z.number().int().describe("0: files that were not published"),
  draftHash: z.string(),
});

export const plan = z.object({
  planId: z.string(),
  planHash: z.string().optional().describe("demanded when it is applied; once it is done"),
  purpose: z.enum(["plan", "replay"]),
  state: z.enum(["running", "done", "failed", "cancelled", "interrupted"]),
  from: epochMillis,
  to: epochMillis,
  tenants: z.array(plannedTenant).readonly(),
  progress: z.object({ done: z.number().int(), total: z.number().int() }),
  failure: z.string().optional(),
  createdAt: epochMillis,
  createdBy: z.string(),
  endedAt: epochMillis.optional(),
  expiresAt: epochMillis,
});

export const planParams = z.strictObject({ planId: z.string().min(1).max(64) });
export const planQuery = pageQuery.extend({ tenantId: ids.tenant.optional() });
export const planPage = pageOf(plan);

export const planStanding = z.object({
  current: z.boolean(),
  changes: z.array(z.string()).readonly().describe("what has changed since, in sentences"),
});

const kind = z.enum(ACTION_KINDS);
const count = z.number().int();
const outcomes = Object.fromEntries(DECISION_OUTCOMES.map((outcome) => [outcome, count])) as Record<
  (typeof DECISION_OUTCOMES)[number],
  typeof count
>;
const endpointName = { siteId: z.string(), endpointId: z.string(), name: z.string() };
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

const setReport = z.object({
  version: count,
  decisions: z.object(outcomes),
  codes: list(z.object({ code: z.string(), decisions: count })),
  rules: list(z.object({ ruleId: z.string(), ...outcomes })),
  actions: list(z.object({ kind, queued: count, held: count })),
  endpointsTouched: count,
  neverTouchHits: count,
  approvals: z.object({ total: count, perHourMax: count, busiestHour: epochMillis.optional() }),
  trips: list(z.object({ ruleId: z.string(), at: epochMillis, message: z.string() })),
  slots: z.object({
    waiting: count.describe("actions that would have waited for a place"),
    rotating: count.describe("containment past the limit, at the cost of older tasks"),
    endpoints: list(
      z.object({
        ...endpointName,
        limit: count,
        foreignUsed: count.optional(),
        actions: count,
        perDayMax: count,
        usedMax: count,
        waiting: count,
      }),
    ),
  }),
});

const planned = z.object({
  ruleId: z.string(),
  state: z.enum(["queued", "held"]),
  arguments: z.record(z.string(), z.unknown()),
});

const actionChanges = z.object({
  total: count,
  byRule: list(z.object({ ruleId: z.string(), kind, actions: count })),
  examples: list(
    z.object({
      ...endpointName,
      at: epochMillis,
      eventId: z.string(),
      kind,
      before: planned.optional(),
      after: planned.optional(),
    }),
  ),
});

const dayActions = z.object({ queued: count, held: count });

export const replayReport = z.object({
  events: count,
  warmedUpFrom: epochMillis,
  active: setReport.optional(),
  draft: setReport,
  diff: z.object({
    added: actionChanges,
    removed: actionChanges,
    changed: actionChanges,
    newlyTouched: z.object({ total: count, endpoints: list(z.object({ ...endpointName, actions: count })) }),
    noLongerTouched: z.object({ total: count }),
    neverTouch: z.object({ total: count, endpoints: list(z.object(endpointName)) }),
  }),
  days: list(z.object({ day: epochMillis, events: count, active: dayActions, draft: dayActions })),
  capability: list(
    z.object({
      siteId: z.string(),
      endpoints: count,
      connected: z.boolean(),
      kinds: list(
        z.object({
          kind,
          able: count,
          unable: list(z.object({ code: z.string(), endpoints: count })),
          refused: z.string().optional(),
        }),
      ),
    }),
  ),
});

export const ruleSetDiff = z.object({
  added: list(z.string()),
  removed: list(z.string()),
  changed: list(z.object({ ruleId: z.string(), members: list(z.string()) })),
  same: count,
  files: list(
    z.object({
      name: z.string(),
      kind: z.enum(["added", "removed", "changed"]),
      lines: list(z.string()),
      cut: z.boolean(),
    }),
  ),
});

export const planReport = z.object({
  tenants: list(z.object({ tenantId: z.string(), rules: ruleSetDiff, replay: replayReport })),
});

const scored = z.object({ ...endpointName, at: epochMillis });

export const ruleScore = z.object({
  ruleId: z.string(),
  kinds: list(
    z.object({
      kind,
      observed: count.describe("occasions on which the rule would have ordered it"),
      confirmed: count.describe("of them: a person ordered the same within the window"),
      byHand: count.describe("occasions on which people ordered it by hand, whatever for"),
      foreseen: count.describe("of them: the rule had seen it, too"),
      precision: z.number().optional().describe("confirmed / observed"),
      recall: z.number().optional().describe("foreseen / byHand"),
      leadSeconds: z.number().optional().describe("by how much the rule was earlier, the median; negative: later"),
      unconfirmed: list(scored).describe("the newest that nobody ordered by hand"),
      missed: list(scored).describe("the newest that the rule did not see"),
    }),
  ),
});

export const ruleScoreQuery = z.strictObject({
  ruleId: ids.rule.optional().describe("left out: every rule of the active set that only observes"),
  from: queryFrom.describe("30 days before `to` when left out"),
  to: queryTo.describe("now when left out"),
  windowSeconds: z.coerce
    .number()
    .int()
    .min(60)
    .max(7 * 86_400)
    .default(3_600)
    .describe("how far apart an observation and an order by hand may be"),
});

export const ruleScores = z.object({
  from: epochMillis,
  to: epochMillis,
  rules: list(ruleScore),
  cut: z.boolean().describe("there was more than is looked at: only the newest counted"),
});
