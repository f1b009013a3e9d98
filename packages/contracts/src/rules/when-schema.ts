import { KUMA_CATALOGUE } from "@cordon/core/event";
import { ENTRY_OPERATORS, RULE_OPERATORS } from "@cordon/core/rules";
import * as z from "zod";
import { DURATION } from "./duration.ts";

/** A condition tree as a rule file writes it. Descriptions show up in editors through the published JSON Schema. */

const PREFIXES = KUMA_CATALOGUE.prefixes.map((prefix) => prefix.replace(".", "\\."));

/** Whether the field exists is asked by the compiler; the names are here for editors. */
export const field = z
  .string()
  .min(1, { error: "must name an event field" })
  .max(256, { error: "is longer than any field name" })
  .describe("a KUMA event field, case-sensitive: FilePath, Extra.key, S.name")
  .meta({ id: "eventField", anyOf: [{ enum: KUMA_CATALOGUE.names }, { pattern: `^(${PREFIXES.join("|")}).+$` }] });

export const duration = z.string().regex(DURATION, { error: "must be a duration like 90s, 30m, 4h or 7d" });
export const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: "must be text, a number, true or false",
});

const listName = z.string().min(1).max(256).describe("one of the tenant's lists");
const key = z.array(field).min(1).max(5).describe("the event fields that make the entry's key, in order");

export const cellSchema = z
  .strictObject({ list: listName, key, column: z.string().min(1).max(256) })
  .meta({ id: "cell" });

/** JSON Schema's keyword; an object with a member of that name looks like a promise to linters and to `await`. */
export const THEN = "then";

export const VULNERABILITY = "hasVulnerability";
const OPERATORS = [...RULE_OPERATORS, ...ENTRY_OPERATORS, VULNERABILITY] as const;

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
    get count() {
      return countSchema.optional().describe("holds when it happened often enough in a window");
    },
    field: field.optional(),
    cell: cellSchema.optional().describe("instead of `field`: a cell of one of the tenant's lists"),
    op: z.enum(OPERATORS).optional(),
    value: z
      .union([scalar, z.array(scalar)], { error: "must be text, a number, true, false, or a list of these" })
      .optional()
      .describe("what the field is compared with; with a list, one fitting value is enough"),
    valueField: field.optional().describe("instead of `value`: another event field to compare with"),
    valueCell: cellSchema.optional().describe("instead of `value`: a cell of one of the tenant's lists"),
    valueList: listName.optional().describe("instead of `value`: the keys of one of the tenant's lists"),
    ignoreCase: z.boolean().optional(),
    list: listName.optional().describe("for inActiveList, inDictionary, inContextTable and hasVulnerability"),
    key: key.optional(),
    cves: z.array(z.string().max(64)).max(1_000).optional().describe("for hasVulnerability: at least one of these"),
    minSeverity: z.number().optional().describe("for hasVulnerability: at least so severe"),
  })
  .meta({
    id: "when",
    oneOf: [
      { required: ["all"] },
      { required: ["any"] },
      { required: ["not"] },
      { required: ["count"] },
      { required: ["field", "op"] },
      { required: ["cell", "op"] },
      { required: ["op", "list", "key"] },
    ],
    if: { required: ["op"], properties: { op: { enum: RULE_OPERATORS } } },
    [THEN]: {
      oneOf: ["value", "valueField", "valueCell", "valueList"].map((member) => ({ required: [member] })),
    },
  });

export const countSchema = z.strictObject({
  get of() {
    return whenSchema.describe("what is counted: the event must meet it too");
  },
  within: duration.describe("how far back events count, by their own time"),
  by: z
    .array(field)
    .min(1)
    .max(5)
    .optional()
    .describe("only events with the same values in these fields count together"),
  distinct: field.optional().describe("count the different values of this field instead of the events"),
  atLeast: z.number().int().min(1),
});
