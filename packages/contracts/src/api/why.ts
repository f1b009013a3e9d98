import { TARGET_KEYS } from "@cordon/core/rules";
import * as z from "zod";
import { brake, ruleHold } from "./brakes.ts";
import { endpoint } from "./health.ts";
import { epochMillis, ids } from "./identifiers.ts";
import { queryTo } from "./page.ts";
import { decision, event } from "./records.ts";

/** Each event comes with every rule of its set. */
export const WHY_LIMITS = {
  eventsDefault: 10,
  eventsMax: 50,
  aroundSecondsDefault: 1_800,
  aroundSecondsMax: 7 * 86_400,
} as const;

const clause = z.object({
  path: z
    .array(z.union([z.string(), z.number()]))
    .readonly()
    .describe("where it stands in the rule"),
  message: z.string().describe("the clause, and what the event says instead"),
});

const ruleAnswer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("matched"), ruleId: z.string() }).describe("its decisions stand beside"),
  z.object({ kind: z.literal("not_matched"), ruleId: z.string(), clause }).describe("the first clause that failed"),
  z
    .object({ kind: z.literal("stopped"), ruleId: z.string(), by: z.string() })
    .describe("`by` matched before and lets none follow"),
  z
    .object({ kind: z.literal("not_known"), ruleId: z.string(), clauses: z.array(clause).readonly() })
    .describe("not met; which of these failed, lists and counts of that time would have to say"),
  z.object({ kind: z.literal("unrecorded"), ruleId: z.string(), message: z.string() }),
]);

const explained = {
  event: event.extend({ ruleSetVersions: z.array(z.number().int()).readonly().optional() }),
  decisions: z.array(decision).readonly(),
  ruleSet: z
    .object({
      version: z.number().int(),
      knownBy: z.enum(["event", "history"]).describe("stored with the event, or by when sets were activated"),
    })
    .optional()
    .describe("absent: none was active at the site"),
  rules: z.array(ruleAnswer).readonly().describe("every rule of the set, in the order in which they were asked"),
  problem: z.string().optional().describe("why there are none although there was a set"),
};

export const whyEvent = z.object(explained);
export const whyEventQuery = z.strictObject({
  siteId: ids.site.optional().describe("while rules were rolled out: by the set of this site"),
});

export const whyQuery = z.strictObject({
  at: queryTo.describe("epoch milliseconds; now when left out"),
  aroundSeconds: z.coerce
    .number()
    .int()
    .min(1)
    .max(WHY_LIMITS.aroundSecondsMax)
    .default(WHY_LIMITS.aroundSecondsDefault)
    .describe("how far before and after"),
  limit: z.coerce.number().int().min(1).max(WHY_LIMITS.eventsMax).default(WHY_LIMITS.eventsDefault).describe("events"),
  cursor: z.string().min(1).max(1_024).optional(),
});

export const why = z.object({
  endpoint,
  at: epochMillis,
  from: epochMillis,
  to: epochMillis,
  searchedFrom: epochMillis
    .optional()
    .describe("only from here on every event was looked at; absent: all of the range were"),
  state: z.object({
    ruleSetVersion: z.number().int().optional().describe("what the site ran; absent: nothing"),
    brakes: z
      .array(
        z.object({
          brake,
          held: z.boolean().describe("a freeze with times holds only while they say so"),
          message: z.string(),
        }),
      )
      .readonly(),
    holds: z.array(ruleHold).readonly().describe("rules that were in hold"),
    budget: z
      .object({
        limit: z.number().int(),
        used: z.number().int(),
        foreign: z.number().int(),
        deferred: z.number().int(),
        known: z.boolean(),
        measuredAt: epochMillis,
      })
      .optional()
      .describe("what the site's agent had last said of the endpoint's slots; absent: not known"),
  }),
  events: z
    .array(
      z.object({
        ...explained,
        namedBy: z
          .array(z.object({ field: z.string(), value: z.string(), by: z.enum(TARGET_KEYS) }))
          .readonly()
          .describe("fields that name the endpoint; empty: only a decision does"),
      }),
    )
    .readonly(),
  orders: z.array(decision).readonly().describe("what people ordered by hand in the range"),
  nextCursor: z.string().optional(),
});
