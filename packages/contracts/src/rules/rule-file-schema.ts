import { ACTION_KINDS } from "@cordon/core/action";
import { APPROVAL_LIMITS } from "@cordon/core/approval";
import { ARGUMENT_FORMS, RULE_MODES, TARGET_KEYS } from "@cordon/core/rules";
import * as z from "zod";
import { duration, field, scalar, whenSchema } from "./when-schema.ts";

/**
 * The shape of a rule file. What needs KUMA's fields, the regex engine or other rules is checked afterwards by the compiler.
 * Descriptions show up in editors through the published JSON Schema.
 */

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** Of a site, over 0 and up to 100. */
const SHARE = /^(?:100|[1-9]?\d(?:\.\d{1,2})?)%$/;

const slug = z.string().regex(SLUG, { error: "must be 1-64 characters of a-z, 0-9 and inner dashes" });
export const targetStepSchema = z.strictObject({
  by: z.enum(TARGET_KEYS).describe("what the field's value is: the KSC host id, KUMA's asset id, a name or an address"),
  field,
  site: z
    .union([slug, z.strictObject({ field })], {
      error: "must be a site's id, or {field: NAME} whose value is an alias of a site",
    })
    .optional()
    .describe("where to look: needed when names or addresses repeat across sites"),
});

export const fieldMappingSchema = z.strictObject({
  field,
  orFields: z.array(field).optional().describe("tried in this order when `field` is absent"),
  optional: z.boolean().optional().describe("true: leave the argument out when all fields are absent"),
  form: z
    .enum(ARGUMENT_FORMS)
    .optional()
    .describe("take only a value of this form; a field with another is passed over as if it were absent"),
});

const literalObject = z.record(z.string(), z.union([scalar, z.record(z.string(), scalar)]));

const argumentMapping = z.union(
  [scalar, fieldMappingSchema, z.array(z.union([scalar, fieldMappingSchema, literalObject]))],
  {
    error: "must be a value, {field: NAME, orFields: [NAME], optional: true}, or a list of these",
  },
);

export const ruleActionSchema = z.strictObject({
  kind: z.enum(ACTION_KINDS),
  arguments: z.record(z.string(), argumentMapping).default({}),
  deadline: duration
    .optional()
    .describe("after it the action is not sent any more; otherwise by class: 4h, 12h, 48h, 72h"),
  onFailure: z
    .enum(["stop", "continue"])
    .optional()
    .describe("in a chain: what becomes of the actions after this one when it does not succeed; stop by default"),
});

export const coolDownGrowthSchema = z.strictObject({
  factor: z.number().min(1.5).max(10).describe("how much longer than the one before"),
  upTo: duration.describe("no longer than this"),
  forgetAfter: duration.describe(
    "so long without an act, and the next cool-down is the first again; longer than `upTo`",
  ),
});

export const limitsSchema = z.strictObject({
  coolDown: duration
    .optional()
    .describe("so long after an act, this rule leaves the same endpoint alone for the same kind"),
  coolDownGrowth: coolDownGrowthSchema
    .optional()
    .describe("each act in a row on the same endpoint makes the next cool-down longer"),
  maxActions: z
    .strictObject({ count: z.number().int().min(1), within: duration })
    .optional()
    .describe("at most so many actions of this rule in any such window, over all endpoints"),
  maxSiteShare: z
    .strictObject({
      share: z.string().regex(SHARE, { error: "must be a share like 5% or 2.5%" }),
      within: duration,
    })
    .optional()
    .describe("at most this share of a site's endpoints in any such window"),
});

export const approvalSchema = z.strictObject({
  need: z.number().int().min(1).max(APPROVAL_LIMITS.needMax).default(1).describe("so many different persons say yes"),
  of: z
    .array(z.string().trim().min(1).max(128))
    .min(1)
    .max(APPROVAL_LIMITS.ofMax)
    .optional()
    .describe("only these persons count; left out: anybody who may approve"),
  timeout: duration.optional().describe("so long it is waited for them; left out: until the action's deadline"),
  onTimeout: z.enum(["deny", "allow"]).default("deny").describe("what silence means then"),
  notAuthor: z.boolean().default(true).describe("who published the rule set does not count"),
});

export const calendarSchema = z.strictObject({
  zone: z.string().max(64).describe("a time zone: Europe/Berlin, UTC"),
  spans: z
    .array(z.string().max(80))
    .min(1)
    .max(50)
    .describe("when it holds: `Mon-Fri 08:00-18:00`, `22:00-06:00`, `Sat,Sun`"),
  except: z
    .array(z.string().max(10))
    .max(1_000)
    .optional()
    .describe("days on which nothing of it holds, in quotes: '2026-12-25'"),
});

export const ruleSchema = z.strictObject({
  id: slug.describe("unique in the set; decisions and audit name it, so keep it when the rule changes"),
  name: z.string().trim().min(1).max(128),
  description: z.string().max(4_000).optional(),
  owner: z.string().max(128).optional().describe("whom to ask"),
  labels: z.record(slug, z.string().max(128)).optional(),
  mode: z.enum(RULE_MODES).describe("observe does everything but send; hold waits for a person"),
  priority: z.number().int().min(0).max(1_000).default(500).describe("higher goes first"),
  continue: z.boolean().default(true).describe("false: once this rule matched, rules after it are not asked"),
  when: whenSchema,
  target: z.array(targetStepSchema).min(1).describe("ways to find the endpoint, in order"),
  actions: z.array(ruleActionSchema).min(1),
  chain: z
    .enum(["inOrder"])
    .optional()
    .describe("each action waits for the end of the one before; else all go together"),
  limits: limitsSchema.default({}),
  approval: approvalSchema.optional().describe("who has to say yes before any of its actions goes out"),
});

export const ruleFileSchema = z
  .strictObject({
    version: z.literal(1).describe("of this file format"),
    calendars: z.record(slug, calendarSchema).optional().describe("named for `during`, in every file of the set"),
    rules: z.array(ruleSchema),
  })
  .meta({ title: "Cordon response rules" });

export type RuleInput = z.output<typeof ruleSchema>;
