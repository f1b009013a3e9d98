import * as z from "zod";
import { epochMillis, ids } from "./identifiers.ts";

/** All files of a set together; a rule of a page of YAML, five hundred times. */
export const RULE_UPLOAD = { filesMax: 200, bytesMax: 2 * 1_048_576 } as const;

export const ruleFile = z.strictObject({
  name: z.string().min(1).max(200).describe("shown in error positions"),
  text: z.string().max(RULE_UPLOAD.bytesMax),
});

export const ruleSetInput = z.strictObject({
  files: z.array(ruleFile).min(1).max(RULE_UPLOAD.filesMax),
  activate: z.boolean().default(true).describe("make it the tenant's active set at once"),
});

export const ruleSet = z.object({
  version: z.number().int(),
  contentHash: z.string(),
  publishedAt: epochMillis,
  publishedBy: z.string(),
  active: z.boolean(),
});

export const ruleSetPut = ruleSet.extend({
  created: z.boolean().describe("false: the very same files were published before under this version"),
  rules: z.number().int(),
  conflicts: z
    .array(z.lazy(() => ruleProblem))
    .readonly()
    .describe("rules that may work against each other; the set was taken all the same"),
});

export const ruleSetWithSource = ruleSet.extend({
  files: z.array(z.object({ name: z.string(), text: z.string() })).readonly(),
});

/** One mistake in a rule file; a refused set names all of them. */
export const ruleProblem = z.object({
  file: z.string(),
  line: z.number().int(),
  column: z.number().int(),
  message: z.string(),
});

export const ruleSetParams = z.strictObject({ tenantId: ids.tenant, version: z.coerce.number().int().min(1) });
