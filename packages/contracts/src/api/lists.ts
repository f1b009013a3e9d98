import { COLUMN_TYPES, LIST_LIMITS as LIMITS, LIST_FORMATS } from "@cordon/core/lists";
import { LIST_KINDS } from "@cordon/core/rules";
import * as z from "zod";
import { epochMillis, ids } from "./identifiers.ts";
import { pageOf, pageQuery } from "./page.ts";

const listName = z.string().min(1).max(LIMITS.nameCharsMax);
const reason = z.string().trim().min(1).max(500).optional().describe("kept in the history");
const value = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()).readonly(),
  z.array(z.number()).readonly(),
]);

export const listParams = z.strictObject({ tenantId: ids.tenant, list: listName });

const column = z.strictObject({ name: z.string().min(1).max(64), type: z.enum(COLUMN_TYPES).default("text") });
const columns = z.array(column).max(LIMITS.columnsMax).readonly();
const description = z.string().max(LIMITS.descriptionCharsMax);
const expireAfterSeconds = z
  .number()
  .int()
  .min(LIMITS.expireAfterMsMin / 1_000)
  .max(LIMITS.expireAfterMsMax / 1_000)
  .describe("how long an entry stays that does not say so itself; absent: until somebody removes it");

export const listInput = z.strictObject({
  name: listName.describe("as rules call it: exact, case and all"),
  kind: z.enum(LIST_KINDS),
  key: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(LIMITS.keyPartsMax)
    .readonly()
    .default(["key"])
    .describe("a name for each part of a key, in order"),
  columns: columns.default([]),
  description: description.default(""),
  expireAfterSeconds: expireAfterSeconds.optional(),
});

export const listChange = z.strictObject({
  columns: columns.optional().describe("all of them; one that is left out goes with what stands in it"),
  description: description.optional(),
  expireAfterSeconds: expireAfterSeconds.nullable().optional().describe("null: entries stay"),
  reason,
});

const definition = z.object({
  name: z.string(),
  kind: z.enum(LIST_KINDS),
  key: z.array(z.string()).readonly(),
  columns: z.array(z.object({ name: z.string(), type: z.enum(COLUMN_TYPES) })).readonly(),
  description: z.string(),
  expireAfterSeconds: z.number().optional(),
});

export const tenantList = definition.extend({
  revision: z.number().int().describe("rises with every change"),
  entries: z.number().int(),
  bytes: z.number().int(),
  createdAt: epochMillis,
  createdBy: z.string(),
  changedAt: epochMillis,
  changedBy: z.string(),
});

export const tenantListPage = pageOf(tenantList);

export const listDeleteQuery = z.strictObject({ reason });

const key = z.array(z.string().max(LIMITS.keyCharsMax)).min(1).max(LIMITS.keyPartsMax).readonly();
const expiresAt = z
  .union([z.string().max(40), z.number()])
  .describe('a time like 2026-03-01T02:00:00Z, epoch milliseconds, or "never"; absent: as the list says');

export const listEntriesInput = z.strictObject({
  entries: z
    .array(z.strictObject({ key, cells: z.record(z.string(), value).default({}), expiresAt: expiresAt.optional() }))
    .min(1)
    .max(LIMITS.changeEntriesMax)
    .readonly(),
  reason,
});

export const listKeysInput = z.strictObject({
  keys: z.array(key).min(1).max(LIMITS.changeEntriesMax).readonly(),
  reason,
});

export const listEntriesChanged = z.object({
  revision: z.number().int(),
  entries: z.number().int().describe("how many the list has now"),
  added: z.number().int(),
  replaced: z.number().int(),
  removed: z.number().int(),
  unchanged: z.number().int().describe("given, and the same already or not there"),
});

export const listImported = listEntriesChanged.extend({
  over: z.number().int().describe("lines left out because their entry has ended already"),
});

export const listImportQuery = z.strictObject({
  format: z.enum(LIST_FORMATS).default("csv"),
  only: z.stringbool().default(false).describe("whatever else stands in the list is removed"),
  reason,
});

export const listImportText = z
  .string()
  .describe("CSV whose first line names the columns, or an entry in JSON per line");

export const listExportQuery = z.strictObject({ format: z.enum(LIST_FORMATS).default("csv") });

const state = z.object({ cells: z.record(z.string(), value), expiresAt: epochMillis.optional() });

export const listEntry = state.extend({
  key: z.array(z.string()).readonly(),
  changedAt: epochMillis,
  changedBy: z.string(),
});

export const listEntryPage = pageOf(listEntry);

export const listEntryQuery = pageQuery.extend({
  prefix: z.string().max(LIMITS.keyCharsMax).optional().describe("only keys that begin so"),
  key: z
    .union([z.string().transform((part) => [part]), z.array(z.string())])
    .optional()
    .describe("only this one, a parameter for each of its parts"),
});

export const listRevision = z.object({
  list: z.string(),
  listId: z.number().int().describe("a name that was given again is another list"),
  revision: z.number().int(),
  at: epochMillis,
  by: z.string(),
  reason: z.string().optional(),
  kind: z.string().describe("created, changed, put, removed, imported, expired, deleted"),
  added: z.number().int(),
  replaced: z.number().int(),
  removed: z.number().int(),
  definition: definition.optional().describe("what the list has been from then on"),
});

export const listRevisionPage = pageOf(listRevision);

export const listEntryRevisionQuery = pageQuery.extend({
  key: listEntryQuery.shape.key,
  revision: z.coerce.number().int().min(1).optional(),
});

export const listEntryRevision = z.object({
  changeId: z.number().int(),
  revision: z.number().int(),
  at: epochMillis,
  by: z.string(),
  key: z.array(z.string()).readonly(),
  before: state.optional().describe("absent: it was not there"),
  after: state.optional().describe("absent: it is gone"),
});

export const listEntryRevisionPage = pageOf(listEntryRevision);
