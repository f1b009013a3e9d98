import { AUDIT_KINDS } from "@cordon/core/audit";
import * as z from "zod";
import { epochMillis, ids } from "./identifiers.ts";
import { PAGE_LIMITS, queryFrom, queryTo } from "./page.ts";

/** Audit entries are kept at least as long as the decisions that they tell of. */
export const AUDIT_DAY_BOUNDS = { min: 31, max: 3_650 } as const;

const seq = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const auditQuery = z.strictObject({
  after: seq.default(0).describe("entries with a higher number"),
  kind: z.enum(AUDIT_KINDS).optional(),
  by: z.string().min(1).max(200).optional().describe("the name of who did it"),
  endpointId: ids.endpoint.optional(),
  from: queryFrom,
  to: queryTo,
  limit: z.coerce.number().int().min(1).max(PAGE_LIMITS.max).default(PAGE_LIMITS.default),
});

/** Of one part: some ten megabytes. */
export const AUDIT_PART_ENTRIES = 20_000;

export const auditExportQuery = z.strictObject({
  after: seq.default(0).describe("the last number that is there already: only what comes after it is exported"),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(AUDIT_PART_ENTRIES)
    .default(AUDIT_PART_ENTRIES)
    .describe("entries of one part; the line `end` says whether there are more"),
});

export const auditEntry = z.object({
  seq: z.number().int(),
  previous: z.string(),
  hash: z.string(),
  sealedAt: epochMillis,
  fact: z.record(z.string(), z.unknown()).describe("who, from where, what, why, to whom; see docs/audit.md"),
});

export const auditPage = z.object({
  items: z.array(auditEntry).readonly(),
  next: z.number().int().optional().describe("`after` of the next page; absent on the last"),
});

export const auditStatus = z.object({
  chain: z.string().describe("the tenant, or `-` for what belongs to none"),
  entries: z.number().int().describe("the number of the last entry"),
  hash: z.string(),
  signedUpTo: z.number().int(),
  signedAt: epochMillis.optional(),
  waiting: z.number().int().describe("told and not in any chain yet"),
  waitingSince: epochMillis.optional(),
  days: z.number().int().describe("entries are kept at least so long"),
  own: z
    .object({ days: z.number().int(), changedAt: epochMillis, changedBy: z.string() })
    .optional()
    .describe("absent: the installation's default"),
  forwarded: z
    .object({
      upTo: z.number().int().describe("the number of the last entry that the collector has read"),
      at: epochMillis.optional(),
      trouble: z
        .object({ since: epochMillis, code: z.string() })
        .optional()
        .describe("absent: the last time went well"),
    })
    .optional()
    .describe("absent: no collector is named (CORDON_AUDIT_FORWARD)"),
});

export const auditKey = z.object({
  keyId: z.string().describe("SHA-256 of the public key, hex: its fingerprint"),
  publicKey: z.string().describe("Ed25519, DER, base64"),
  since: epochMillis,
  endorsedBy: z.string().optional().describe("the older key that vouches for it; absent: the first"),
  endorsement: z.string().optional(),
});

export const auditKeys = z.object({ items: z.array(auditKey).readonly() });

export const auditDaysInput = z.strictObject({
  days: z
    .number()
    .int()
    .min(AUDIT_DAY_BOUNDS.min)
    .max(AUDIT_DAY_BOUNDS.max)
    .optional()
    .describe("left out: the installation's default counts again"),
});
