import { ACTION_KINDS } from "@cordon/core/action";
import { RULE_MODES, RULE_OPERATORS, TARGET_KEYS } from "@cordon/core/rules";
import * as z from "zod";
import { DURATION } from "./duration.ts";

/**
 * The shape of a rule file. What needs KUMA's fields, the regex engine or other rules is checked afterwards by the compiler.
 * Descriptions show up in editors through the published JSON Schema.
 */

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

const slug = z.string().regex(SLUG, { error: "must be 1-64 characters of a-z, 0-9 and inner dashes" });
const field = z
  .string()
  .min(1, { error: "must name an event field" })
  .max(256, { error: "is longer than any field name" })
  .describe("a KUMA event field, case-sensitive: FilePath, Extra.key, S.name");
const duration = z.string().regex(DURATION, { error: "must be a duration like 90s, 30m, 4h or 7d" });
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: "must be text, a number, true or false" });

/** All forms of a node in one object, so that a slip in one member is reported as that; exactly one form is asked for apart. */
export const whenSchema = z
  .strictObject({
    get all() {
      return z.array(whenSchema).optional().describe("holds when every one holds");
    },
    get any() {
      return z.array(whenSchema).optional().describe("holds when at least one holds");
    },
    get not() {
      return whenSchema.optional().describe("holds when it does not hold");
    },
    field: field.optional(),
    op: z.enum(RULE_OPERATORS).optional(),
    value: z
      .union([scalar, z.array(scalar)], { error: "must be text, a number, true, false, or a list of these" })
      .optional()
      .describe("what the field is compared with; with a list, one fitting value is enough"),
    valueField: field.optional().describe("instead of `value`: another event field to compare with"),
    ignoreCase: z.boolean().optional(),
  })
  .meta({
    id: "when",
    oneOf: [{ required: ["all"] }, { required: ["any"] }, { required: ["not"] }, { required: ["field", "op"] }],
  });

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
});

export const limitsSchema = z.strictObject({
  coolDown: duration
    .optional()
    .describe("so long after an act, this rule leaves the same endpoint alone for the same kind"),
});

export const ruleSchema = z.strictObject({
  id: slug.describe("unique in the set; decisions and audit name it, so keep it when the rule changes"),
  name: z.string().trim().min(1).max(128),
  description: z.string().max(4_000).optional(),
  owner: z.string().max(128).optional().describe("whom to ask"),
  labels: z.record(slug, z.string().max(128)).optional(),
  mode: z.enum(RULE_MODES).describe("observe does everything but send"),
  priority: z.number().int().min(0).max(1_000).default(500).describe("higher goes first"),
  continue: z.boolean().default(true).describe("false: once this rule matched, rules after it are not asked"),
  when: whenSchema,
  target: z.array(targetStepSchema).min(1).describe("ways to find the endpoint, in order"),
  actions: z.array(ruleActionSchema).min(1),
  limits: limitsSchema.default({}),
});

export const ruleFileSchema = z
  .strictObject({
    version: z.literal(1).describe("of this file format"),
    rules: z.array(ruleSchema),
  })
  .meta({ title: "Cordon response rules" });

export type RuleInput = z.output<typeof ruleSchema>;
