import * as z from "zod";
import { epochMillis, ids } from "./identifiers.ts";

export const evidenceInput = z.strictObject({
  want: z
    .enum(["metadata", "file"])
    .describe("metadata: what lies in quarantine; file: that, and the file into the site's evidence folder"),
  itemId: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe("the object that is meant, when several fit the action; left out: the only one"),
});

const item = z.object({
  itemId: z.string(),
  objectName: z.string().describe("its name or path on the endpoint"),
  bytes: z.number().int().optional(),
  addedAt: epochMillis.optional(),
  md5: z.string().optional(),
  sha256: z.string().optional(),
});

export const evidence = z.object({
  requestId: z.string(),
  siteId: z.string(),
  endpointId: z.string(),
  actionId: z.string(),
  want: z.enum(["metadata", "file"]),
  itemId: z.string().optional(),
  requestedBy: z.string(),
  requestedAt: epochMillis,
  state: z.enum(["asked", "answered", "failed"]).describe("asked: the site is at work; look again"),
  answeredAt: epochMillis.optional(),
  items: z.array(item).readonly(),
  file: z
    .object({
      itemId: z.string(),
      path: z.string().describe("relative to the evidence folder of the site's agent; the file never leaves the site"),
      bytes: z.number().int(),
      sha256: z.string(),
    })
    .optional(),
  problem: z.object({ code: z.string(), message: z.string() }).optional(),
});

export const evidenceList = z.object({ items: z.array(evidence).readonly() });

export const evidenceParams = z.strictObject({
  tenantId: ids.tenant,
  actionId: ids.action,
  requestId: z.string().regex(/^[!-~]{1,64}$/),
});
